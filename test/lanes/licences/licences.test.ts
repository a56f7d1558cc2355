import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";

/**
 * Lists the licence of every package that the product installs, and fails if one is not on the permissive list. Each
 * licence is read by npm from the package's own manifest.
 *
 * LICENCES_JSON=<file> writes the list of all packages with their licences.
 */
const permissive = new Set([
  "0BSD",
  "Apache-2.0",
  "BlueOak-1.0.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "CC-BY-3.0",
  "CC-BY-4.0",
  "CC0-1.0",
  "ISC",
  "MIT",
  "MIT-0",
  "Python-2.0",
  "Unlicense",
  "Zlib",
]);

/** Packages whose licence is not permissive or not an SPDX expression, each with the reason why it may be used. */
const reviewed: Readonly<Record<string, string>> = {
  "@img/sharp-libvips": "LGPL-3.0-or-later: libvips as a shared library, loaded dynamically and unchanged by sharp",
  "@cloud-copilot/":
    "AGPL-3.0-or-later: the one-machine runtime's policy simulator, unchanged, installed from npm; nothing deployed contains it",
  "@logdna/tail-file": "MIT by its LICENSE file; a dependency of the Pulumi SDK",
  "axe-core": "MPL-2.0: a development dependency of the browser lane, unchanged",
  lightningcss: "MPL-2.0: a development dependency of the test runner, unchanged",
};

const Packages = z.array(
  z.looseObject({
    name: z.string(),
    version: z.string(),
    license: z.unknown().optional(),
    licenses: z.unknown().optional(),
    dev: z.boolean().optional(),
  }),
);

const packages = Packages.parse(
  JSON.parse(execFileSync("npm", ["query", "*", "--json"], { encoding: "utf8", maxBuffer: 1 << 28 })),
);
const rows = packages.map(({ name, version, license, licenses }) => ({
  name,
  version,
  licence: text(license ?? licenses),
}));

test("npm lists the packages of the product", async ({ annotate }) => {
  const file = process.env["LICENCES_JSON"];
  if (file !== undefined) writeFileSync(file, JSON.stringify(rows, null, 2));
  expect(rows.length).toBeGreaterThanOrEqual(50);
  const counts = new Map<string, number>();
  for (const { licence } of rows) counts.set(licence, (counts.get(licence) ?? 0) + 1);
  const lines = [...counts].sort((a, b) => b[1] - a[1]).map(([licence, count]) => `${count} ${licence}`);
  await annotate(`${rows.length} packages: ${lines.join(", ")}`);
});

test("every licence is permissive or reviewed", async ({ annotate }) => {
  expect(rows.filter(({ name, licence }) => !isPermissive(licence) && reasonFor(name) === undefined)).toEqual([]);
  for (const [name, reason] of Object.entries(reviewed)) await annotate(`${name}*: ${reason}`);
});

function reasonFor(name: string): string | undefined {
  return Object.entries(reviewed).find(([prefix]) => name.startsWith(prefix))?.[1];
}

/** In "(MIT OR GPL-3.0)" one permissive licence is enough; in "MIT AND X" all must be permissive. */
function isPermissive(licence: string): boolean {
  const bare = licence.replaceAll(/[()]/g, "");
  return bare.split(" OR ").some((choice) => choice.split(" AND ").every((part) => permissive.has(part.trim())));
}

function text(value: unknown): string {
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return value.map(text).join(" OR ");
  if (typeof value === "object" && value !== null && "type" in value) return text(value.type);
  return "none named";
}

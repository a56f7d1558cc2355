import { execFile } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";

/** The rules are in `.dependency-cruiser.mjs`; this runs dependency-cruiser with them. */
const root = path.resolve(import.meta.dirname, "..");

const Cruise = z.object({
  modules: z.array(
    z.looseObject({
      source: z.string(),
      dependencies: z.array(z.looseObject({ module: z.string(), resolved: z.string() })),
    }),
  ),
  summary: z.object({
    violations: z.array(z.looseObject({ rule: z.object({ name: z.string() }), from: z.string(), to: z.string() })),
  }),
});
type Cruise = z.infer<typeof Cruise>;

/** Reads every import of a folder and holds it against the rules. */
async function cruise(folder: string): Promise<Cruise> {
  const command = path.join(root, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs");
  const config = path.join(root, ".dependency-cruiser.mjs");
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [command, "--config", config, "--output-type", "json", "."],
    { cwd: folder, maxBuffer: 1 << 28 },
  );
  return Cruise.parse(JSON.parse(stdout));
}

const violationsOf = ({ summary }: Cruise) =>
  summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`);

describe("the project", () => {
  let project: Cruise;
  beforeAll(async () => {
    project = await cruise(root);
  });

  it("is seen, with the imports of its types", () => {
    const files = new Map(project.modules.map(({ source, dependencies }) => [source, dependencies]));
    expect(files.get("contract/http.ts")?.map(({ resolved }) => resolved)).toContain("contract/errors.ts");
    expect([...files.keys()]).toEqual(expect.arrayContaining(["index.ts", "test/imports.test.ts", "bench/run.ts"]));
  });

  it("has no import that its folder may not have, and no circle", () => {
    expect(violationsOf(project)).toEqual([]);
  });

  it("has the extension in every relative import", () => {
    const bare = project.modules.flatMap(({ source, dependencies }) =>
      dependencies
        .filter(({ module }) => module.startsWith(".") && !/\.(ts|mts|mjs|json|css|html)$/.test(module))
        .map(({ module }) => `${source}: ${module}`),
    );
    expect(bare).toEqual([]);
  });
});

describe("planted imports", () => {
  const refused = [
    ["contract/a.ts", "infra/b.ts"],
    ["lib/a.ts", "contract/b.ts"],
    ["infra/a.ts", "cli/b.ts"],
    ["functions/a.ts", "image/b.ts"],
    ["image/a.ts", "functions/classify/b.ts"],
    ["model/a.ts", "infra/b.ts"],
    ["cli/a.ts", "console/b.ts"],
    ["dev/a.ts", "packages/local-aws/src/b.ts"],
    ["review/a.ts", "dev/b.ts"],
    ["packages/local-aws/src/a.ts", "lib/b.ts"],
    ["bootstrap/a.mjs", "contract/b.ts"],
    ["console/a.ts", "somewhere/b.ts"],
  ] as const;
  const accepted = [
    ["infra/c.ts", "lib/b.ts"],
    ["image/c.ts", "functions/inference/b.ts"],
    ["infra/c.test.ts", "cli/b.ts"],
    ["dev/c.ts", "packages/local-aws/src/index.ts"],
  ] as const;
  const others = {
    "lib/circle.ts": 'import type { B } from "./other.ts";\nexport interface A { b: B }\n',
    "lib/other.ts": 'import type { A } from "./circle.ts";\nexport interface B { a: A }\n',
    "cli/packages.ts": 'import "fast-check";\nimport "no-such-package";\n',
    "somewhere/c.ts": 'import "../lib/b.ts";\n',
  };

  it("are found where they are against a rule, and only there", async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "imports-"));
    try {
      for (const name of ["tsconfig.json", "package.json"])
        copyFileSync(path.join(root, name), path.join(folder, name));
      symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"), "junction");
      const write = (file: string, text: string): void => {
        mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
        writeFileSync(path.join(folder, file), text);
      };
      for (const [from, to] of [...refused, ...accepted]) {
        write(from, `import "./${path.posix.relative(path.posix.dirname(from), to)}";\n`);
        write(to, "export {};\n");
      }
      for (const [file, text] of Object.entries(others)) write(file, text);
      const found = violationsOf(await cruise(folder)).map((each) =>
        each.replace(/ -> .*node_modules\/([^/]+).*/, " -> $1"),
      );
      const expected = [
        ...refused.map(([from, to]) => `imports-of-${placeOf(from)}: ${from} -> ${to}`),
        "folder-without-rule: somewhere/c.ts -> lib/b.ts",
        "no-circular: lib/circle.ts -> lib/other.ts",
        "no-development-package: cli/packages.ts -> fast-check",
        "not-resolvable: cli/packages.ts -> no-such-package",
      ];
      expect(found.sort()).toEqual(expected.sort());
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  const placeOf = (file: string) => (file.startsWith("packages/") ? "packages/local-aws" : file.split("/")[0]);
});

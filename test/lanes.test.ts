import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "..");
const read = (file: string): string => readFileSync(path.join(root, file), "utf8");

/** Folders of test/lanes with test files. */
const lanes = readdirSync(path.join(root, "test/lanes"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .filter((name) => readdirSync(path.join(root, "test/lanes", name)).some((file) => file.endsWith(".test.ts")));

it("there are lanes", () => {
  expect(lanes).toEqual(expect.arrayContaining(["aws", "engine", "grants", "workflows"]));
});

it.each(lanes)("the lane %s has a script and a line in .ci/run", (lane) => {
  const { scripts } = JSON.parse(read("package.json")) as { readonly scripts: Readonly<Record<string, string>> };
  expect(scripts[`test:${lane}`]).toBe(`vitest run --config test/lanes/vitest.config.ts --project ${lane}`);
  expect(read(".ci/run")).toMatch(new RegExp(`^ *lane ${lane} npm run test:${lane}\\b`, "m"));
});

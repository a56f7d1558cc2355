import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "..");
const read = (file: string): string => readFileSync(path.join(root, file), "utf8");
const below = (folder: string, end: string): readonly string[] =>
  readdirSync(path.join(root, folder))
    .filter((name) => name.endsWith(end))
    .map((name) => `${folder}/${name}`);

const instructions = [
  "README.md",
  "CONTRIBUTING.md",
  "image/Dockerfile",
  ...below("docs", ".md"),
  ...below(".github/workflows", ".yml"),
];

const { allowScripts, scripts } = JSON.parse(read("package.json")) as {
  readonly allowScripts: Readonly<Record<string, boolean>>;
  readonly scripts: Readonly<Record<string, string>>;
};
const allowed = Object.keys(allowScripts).filter((name) => allowScripts[name] === true);

describe("a package's own install script", () => {
  it("runs only where package.json allows it by name", () => {
    const { packages } = JSON.parse(read("package-lock.json")) as {
      packages: Record<string, { name?: string; hasInstallScript?: true }>;
    };
    // An alias has another path than the package's own name; fsevents is of macOS alone and comes built.
    const withScript = Object.entries(packages).flatMap(([location, { name, hasInstallScript }]) =>
      hasInstallScript && !location.endsWith("/fsevents") ? [name ?? location.replace(/^.*node_modules\//, "")] : [],
    );
    expect(Object.keys(allowScripts).sort()).toEqual([...new Set(withScript)].sort());
    expect(allowed).toEqual(["@tensorflow/tfjs-node", "esbuild"]);
  });

  it.each(instructions)("is not run by any installation that %s shows", (file) => {
    const installs = read(file).match(/\bnpm (ci|install|i)\b(?![:`])[^\n&|]*/g) ?? [];
    expect(installs.filter((command) => !command.includes("--ignore-scripts"))).toEqual([]);
  });

  it.each(instructions)("is run by %s for the same packages", (file) => {
    for (const [, names = ""] of read(file).matchAll(/\bnpm rebuild ((?:[@\w/.-]+ ?)+)/g)) {
      expect(names.trim().split(" ").sort()).toEqual([...allowed].sort());
    }
  });
});

it("no script of the project depends on a hook, which ignore-scripts switches off", () => {
  const hooks = Object.keys(scripts).filter((name) => /^(pre|post)/.test(name));
  expect(hooks).toEqual([]);
  for (const name of ["start", "test", "classify", "smoke", "model", "model:own"]) {
    expect(scripts[name]).toMatch(/^node bootstrap\.mjs /);
  }
});

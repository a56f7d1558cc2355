import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const root = path.resolve(import.meta.dirname, "..");

/** What the files of a folder may import from other folders of the project; a folder may always import itself. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  "index.ts": ["infra", "image", "contract"],
  infra: ["contract", "image"],
  contract: [],
  functions: ["contract"],
  image: ["contract", "functions/inference"],
  model: ["contract", "functions/inference", "image"],
  packages: [],
  lib: [],
  dev: ["contract"],
  console: ["contract"],
  cli: ["contract"],
};

const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard", "*.ts", "*.mjs"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((file) => file !== "");

function folderOf(file: string): string {
  return file.split("/")[0] ?? file;
}

/** Files that ship; tests may look at any part to compare it. */
const shipped = files.filter(
  (file) => !/\.test\.ts$|(^|\/)(fixtures|test-support)\//.test(file) && folderOf(file) in allowed,
);

function relativeImports(file: string): readonly string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(path.join(root, file), "utf8"), true, true);
  return importedFiles.map(({ fileName }) => fileName).filter((name) => name.startsWith("."));
}

describe("imports", () => {
  it("sees the project's files, so that the rules below are not vacuous", () => {
    expect(shipped).toContain("contract/errors.ts");
    expect(relativeImports("contract/http.ts")).toContain("./errors.ts");
  });

  it.each(shipped)("%s imports only what its folder may", (file) => {
    const folder = folderOf(file);
    const strays = relativeImports(file).filter((name) => {
      const target = path.posix.join(path.posix.dirname(file), name);
      if (folderOf(target) === folder || folderOf(target) === "lib") return false;
      return !(allowed[folder] ?? []).some((place) => target === place || target.startsWith(`${place}/`));
    });
    expect(strays).toEqual([]);
  });

  it.each(shipped.filter((file) => file.endsWith(".ts")))("%s names the extension in every relative import", (file) => {
    const bare = relativeImports(file).filter((name) => !/\.(ts|mjs|json|css|html)$/.test(name));
    expect(bare).toEqual([]);
  });
});

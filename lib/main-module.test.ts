import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "main module #1 "));
  const helper = pathToFileURL(path.join(import.meta.dirname, "main-module.ts")).href;
  const report = (name: string) => `console.log(${JSON.stringify(name)}, isMainModule(import.meta.url));`;
  writeFileSync(path.join(folder, "imported.ts"), `import { isMainModule } from "${helper}"; ${report("imported")}`);
  writeFileSync(
    path.join(folder, "main.ts"),
    `import { isMainModule } from "${helper}"; import "./imported.ts"; ${report("main")}`,
  );
  symlinkSync(path.join(folder, "main.ts"), path.join(folder, "link.ts"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each(["main.ts", "link.ts"])("%s is the main module, and a module that it imports is not", (name) => {
  const loader = import.meta.resolve("tsx");
  const output = execFileSync(process.execPath, ["--import", loader, path.join(folder, name)], { encoding: "utf8" });
  expect(output.trim().split("\n")).toEqual(["imported false", "main true"]);
});

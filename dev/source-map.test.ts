import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { build } from "esbuild";
import { afterEach, beforeEach, expect, it } from "vitest";
import { sourceMapFile } from "../contract/source-maps.ts";
import { createStackMapper } from "./source-map.ts";

let root: string;
const context = ".build/image/light/0123456789abcdef";

beforeEach(async () => {
  root = mkdtempSync(path.join(os.tmpdir(), "source map "));
  writeFileSync(
    path.join(root, "handler.ts"),
    "type A = 1;\n\nexport function f(a: A): never {\n  throw new Error(String(a));\n}\n",
  );
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ["handler.ts"],
    outdir: ".",
    write: false,
    sourcemap: "external",
  });
  const file = path.join(root, sourceMapFile(context, "api/handler.mjs"));
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, outputFiles.find(({ path: name }) => name.endsWith(".map"))?.text ?? "");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

it("translates positions in bundled handlers, and changes nothing else", () => {
  const map = createStackMapper(root);
  const at = (location: string) => map(`at f (${location})`);
  for (const prefix of [`file://${root}/`, `${root}/`, ""]) {
    // The folder's name has a space, which a stack shows as %20 or as a space.
    expect(at(`${prefix.replace(/.* /, "")}${context}/api/handler.mjs:2:9`)).toBe("at f (handler.ts:4:9)");
  }
  for (const other of [`${context}/api/other.mjs:2:9`, "node:internal/x:1:1", `${context}/api/handler.mjs`]) {
    expect(at(other)).toBe(`at f (${other})`);
  }
});

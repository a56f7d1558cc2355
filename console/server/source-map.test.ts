import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { build } from "esbuild";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sourceMapFile } from "../../contract/source-maps.ts";
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

it("reads no map outside the staged contexts", () => {
  const map = path.join(root, sourceMapFile(context, "api/handler.mjs"));
  mkdirSync(path.join(root, "outside"));
  copyFileSync(map, path.join(root, "outside/handler.mjs.map"));
  const position = `at f (${context}/../../../../outside/handler.mjs:2:9)`;
  expect(createStackMapper(root)(position)).toBe(position);
});

describe("positions in an image on AWS", () => {
  const code = "the bundle";
  const sha256 = createHash("sha256").update(code).digest("hex");
  const stack = "at f (file:///var/task/api/handler.mjs:2:9)";
  const line = (hash: string) =>
    JSON.stringify({ level: "INFO", message: "bundle", requestId: "a", file: "api/handler.mjs", sha256: hash });
  beforeEach(() => {
    mkdirSync(path.join(root, context, "api"), { recursive: true });
    writeFileSync(path.join(root, context, "api/handler.mjs"), code);
  });

  it("are translated if their bundle was staged here", () => {
    const events = JSON.stringify({ events: [{ message: stack }, { message: line(sha256) }] });
    expect(createStackMapper(root)(events)).toContain("at f (handler.ts:4:9)");
  });

  it.each([
    ["no bundle is named", ""],
    ["another bundle is named", line("0".repeat(64))],
    ["two bundles are named", line(sha256) + line("0".repeat(64))],
  ])("stay as they are if %s", (_what, lines) => {
    const text = `${stack} ${lines}`;
    expect(createStackMapper(root)(text)).toBe(text);
  });
});

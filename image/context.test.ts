import {
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { functionDefinitions } from "../contract/functions.ts";
import { integerFiles, modelDirectory, modelFiles } from "../contract/model.ts";
import { sourceMapFile } from "../contract/source-maps.ts";
import { stageContext, stageContexts } from "./context.ts";
import { pruneContexts } from "./prune-contexts.ts";

let root: string;
const modules = Object.values(functionDefinitions).map(({ handler }) => handler.replace(/\.handler$/, ""));

/** A minimal checkout: each handler is one line, and the model has a few bytes. */
function checkout(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), "context-"));
  const put = (file: string, text: string) => {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), text);
  };
  for (const module of modules) {
    put(
      `functions/${module}.ts`,
      `import { word } from "../shared.ts"; export const handler = () => "${module}" + word;`,
    );
    put(`functions/${path.posix.dirname(path.posix.dirname(module))}/shared.ts`, 'export const word: string = "!";');
  }
  for (const tool of [
    "functions/classify/decode/main",
    "image/prune-packages",
    "image/native/setup",
    "functions/inference/self-check",
  ])
    put(`${tool}.ts`, 'console.log("done");');
  for (const file of ["Dockerfile", ".dockerignore", "package.json", "package-lock.json"])
    put(`image/${file}`, JSON.stringify({ name: file }));
  for (const file of modelFiles) put(`model/${file}`, file);
  return folder;
}
const stage = (folder = root) => stageContexts({ root: folder, model: "model" });
const change = (file: string) =>
  writeFileSync(path.join(root, file), `${readFileSync(path.join(root, file), "utf8")} `);

beforeEach(() => {
  root = checkout();
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("a staged image context", () => {
  it("has the same hash from a checkout with CRLF line ends", async () => {
    const texts = ["image/Dockerfile", "image/.dockerignore", "image/package.json", "image/package-lock.json"];
    const sources = modules.map((module) => `functions/${module}.ts`);
    const write = (end: string): void => {
      for (const file of texts) writeFileSync(path.join(root, file), ["{", `  "name": "x"`, "}", ""].join(end));
      for (const file of sources) {
        const lines = ["/** A comment", " * of two lines. */", "export const handler = () => `a", "b`;", ""];
        writeFileSync(path.join(root, file), lines.join(end));
      }
    };
    write("\n");
    const before = await stage();
    write("\r\n");
    const after = await stage();
    expect([after.light.hash, after.classify.hash]).toEqual([before.light.hash, before.classify.hash]);
  });

  it("holds the bundled handlers of its target, what the build needs, and nothing else", async () => {
    const { light, classify } = await stage();
    const filesOf = (folder: string) =>
      readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => path.relative(path.join(root, folder), path.join(parentPath, name)))
        .sort();
    const bundles = (target: string) =>
      Object.values(functionDefinitions)
        .filter((definition) => definition.target === target)
        .map(({ handler }) => handler.replace(/\.handler$/, ".mjs"));
    expect(filesOf(light.folder)).toEqual([".dockerignore", "Dockerfile", ...bundles("light")].sort());
    const packages = ["package.json", "package-lock.json"];
    const tools = [
      "classify/decoder.mjs",
      "build/prune-packages.mjs",
      "build/setup-native.mjs",
      "inference/self-check.mjs",
    ];
    const model = [...modelFiles, "int8/absent"].map((file) => `model/${file}`);
    expect(filesOf(classify.folder)).toEqual(
      [".dockerignore", "Dockerfile", ...packages, ...tools, ...model, ...bundles("classify")].sort(),
    );
  });

  it("holds the integer form of a model that has one, each file of it", async () => {
    for (const file of integerFiles) {
      mkdirSync(path.dirname(path.join(root, "model", file)), { recursive: true });
      writeFileSync(path.join(root, "model", file), file);
    }
    const { classify } = await stage();
    const found = readdirSync(path.join(root, classify.folder, "model/int8"), { recursive: true, withFileTypes: true });
    expect(found.filter((entry) => entry.isFile()).map(({ name }) => name)).toHaveLength(integerFiles.length);
    rmSync(path.join(root, "model", integerFiles[0] ?? ""));
    await expect(stage()).rejects.toThrow(`"${path.join(root, "model", integerFiles[0] ?? "")}" cannot be read`);
  });

  it("is the same under umask 022 and 077: hash, names, modes and bytes", async () => {
    const other = checkout();
    const before = process.umask(0o077);
    try {
      const strict = await stage(other);
      process.umask(0o022);
      const usual = await stage(root);
      expect(strict).toEqual(usual);
      for (const { folder } of Object.values(usual)) expect(snapshot(other, folder)).toEqual(snapshot(root, folder));
    } finally {
      process.umask(before);
      rmSync(other, { recursive: true, force: true });
    }
  });

  it("gets another hash from one changed byte of its sources, while the other target keeps its own", async () => {
    const before = await stage();
    change("functions/classify/handler.ts");
    expect(await stage()).toEqual(before);
    writeFileSync(path.join(root, "functions/classify/handler.ts"), 'export const handler = () => "changed";');
    const code = await stage();
    expect(code.light).toEqual(before.light);
    expect(code.classify.hash).not.toBe(before.classify.hash);
    change("model/labels.json");
    const model = await stage();
    expect(model.light).toEqual(before.light);
    expect(model.classify.hash).not.toBe(code.classify.hash);
  });

  it("stays as it is while newer ones come: what runs from it keeps running", async () => {
    const before = await stage();
    const was = snapshot(root, before.classify.folder);
    for (const file of ["image/package.json", "model/weights.bin", "image/Dockerfile"]) change(file);
    const after = await stage();
    expect(after.classify.folder).not.toBe(before.classify.folder);
    expect(snapshot(root, before.classify.folder)).toEqual(was);
  });

  it("copies the model out of the cache: what a sandbox does to its context never reaches another one", async () => {
    vi.stubEnv("DLW_CACHE_DIR", path.join(root, "cache"));
    const cached = modelDirectory();
    mkdirSync(cached, { recursive: true });
    for (const file of modelFiles) writeFileSync(path.join(cached, file), file);
    const { classify } = await stageContexts({ root });
    for (const file of modelFiles) {
      writeFileSync(path.join(root, classify.folder, "model", file), "changed");
      expect(readFileSync(path.join(cached, file), "utf8")).toBe(file);
    }
    vi.unstubAllEnvs();
  });

  it("loses a link into the cache that an earlier version made, though nothing else has changed", async () => {
    const { classify } = await stage();
    const weights = path.join(root, classify.folder, "model", "weights.bin");
    rmSync(weights);
    linkSync(path.join(root, "model", "weights.bin"), weights);
    expect((await stage()).classify).toEqual(classify);
    writeFileSync(weights, "changed");
    expect(readFileSync(path.join(root, "model", "weights.bin"), "utf8")).toBe("weights.bin");
  });

  it("has source maps beside it that lead to the TypeScript", async () => {
    const { light } = await stage();
    const map = readFileSync(path.join(root, sourceMapFile(light.folder, "api/handler.mjs")), "utf8");
    expect((JSON.parse(map) as { sources: string[] }).sources).toContain("functions/api/handler.ts");
    expect(readdirSync(path.join(root, light.folder), { recursive: true }).join()).not.toContain(".map,");
  });

  it("is whole when several stage it at once, and leaves no half-made folder", async () => {
    await Promise.all(Array.from({ length: 4 }, () => stageContext("classify", { root, model: "model" })));
    expect(readdirSync(path.join(root, ".build/image/classify"))).toHaveLength(1);
  });

  it("names the missing file of the model and the remedy", async () => {
    rmSync(path.join(root, "model/weights.bin"));
    await expect(stage()).rejects.toThrow(/weights\.bin".*\(ENOENT\).*npm run model/);
  });

  it("says where a handler does not compile", async () => {
    writeFileSync(path.join(root, "functions/map/handler.ts"), "export const handler = ;");
    await expect(stage()).rejects.toThrow(/functions\/map\/handler\.ts:1:\d+/);
  });

  it("is refused when a bundle needs a package that its image does not install", async () => {
    const needs = 'import "sharp"; import "node:fs"; export const handler = () => "x";';
    const sharp = path.join(root, "node_modules/sharp");
    mkdirSync(sharp, { recursive: true });
    writeFileSync(path.join(sharp, "index.js"), "console.log(1);");
    writeFileSync(path.join(root, "functions/map/handler.ts"), needs);
    await expect(stage()).rejects.toThrow(/functions\/map\/handler\.mjs" needs "sharp".*"light"/);
    writeFileSync(path.join(root, "functions/map/handler.ts"), 'export const handler = () => "x";');
    writeFileSync(path.join(root, "functions/classify/handler.ts"), needs);
    await expect(stage()).rejects.toThrow(/"sharp".*"classify"/);
    writeFileSync(path.join(root, "image/package.json"), '{"dependencies":{"sharp":"1.0.0"}}');
    await expect(stage()).resolves.toHaveProperty("classify");
  });

  it("is removed when it is neither recent nor among the newest, nor marked as in use", async () => {
    const parent = path.join(root, ".build/image/light");
    for (let age = 0; age < 12; age++) {
      const folder = path.join(parent, `context-${age}`);
      mkdirSync(folder, { recursive: true });
      const used = Date.now() / 1000 - age * 40_000;
      utimesSync(folder, used, used);
    }
    writeFileSync(path.join(parent, "context-11.in-use"), "");
    await pruneContexts(parent);
    expect(readdirSync(parent)).toEqual(expect.arrayContaining(["context-11", "context-11.in-use"]));
    expect(readdirSync(parent)).toHaveLength(10);
    expect(readdirSync(parent)).not.toContain("context-8");
  });
});

/** The mode and content of each file, by path. */
function snapshot(folder: string, context: string): Readonly<Record<string, string>> {
  const base = path.join(folder, context);
  const entries = ["", ...readdirSync(base, { recursive: true, encoding: "utf8" })].map((name) => {
    const stat = lstatSync(path.join(base, name));
    const bytes = stat.isFile() ? readFileSync(path.join(base, name), "hex") : "folder";
    return [name, `${(stat.mode & 0o7777).toString(8)} ${bytes}`];
  });
  return Object.fromEntries(entries);
}

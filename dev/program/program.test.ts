import { cpSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Graph } from "#local-aws";
import { Program, type ProgramOptions } from "./program.ts";

/** A minimal project with the real capture. */
let root: string;
let keptIn: string;
let evaluated: Program;
let graph: Graph;

beforeAll(async () => {
  root = mkdtempSync(path.join(os.tmpdir(), "program-"));
  mkdirSync(path.join(root, "infra"));
  writeFileSync(path.join(root, "package.json"), '{"type":"module"}');
  writeFileSync(path.join(root, "Pulumi.yaml"), "name: shop\nruntime: nodejs\nmain: index.ts\n");
  writeFileSync(path.join(root, "Pulumi.dev.yaml"), "config: {}\n");
  writeFileSync(path.join(root, "index.ts"), 'export const greeting = "hello";\n');
  keptIn = path.join(root, ".graph.json");
  evaluated = program();
  graph = await evaluated.evaluate();
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

beforeEach(() => rmSync(keptIn, { force: true }));

function program(more: Partial<ProgramOptions> = {}): Program {
  const { signal } = new AbortController();
  const base = { root, stack: "dev", project: "shop", overrides: [], url: "http://localhost:1", keptIn, signal };
  return new Program({ ...base, ...more });
}

const served = (): Promise<void> => evaluated.keep(graph);

describe("the graph of the last run", () => {
  it("is the output of the program, stored readable only by the user after the services accepted it", async () => {
    expect(program().lastServed()).toBeUndefined();
    await served();
    expect(program().lastServed()?.outputs).toEqual({ greeting: { value: "hello", secret: false } });
    if (process.platform !== "win32") expect(statSync(keptIn).mode & 0o777).toBe(0o600);
  });

  it("is not used for another stack, address or override", async () => {
    await served();
    expect(program({ url: "http://localhost:2" }).lastServed()).toBeUndefined();
    expect(program({ stack: "prod" }).lastServed()).toBeUndefined();
    expect(program({ overrides: [{ key: "a", value: "b", reason: "test" }] }).lastServed()).toBeUndefined();
  });

  it("is not used after an edit, but again after the edit is undone; tests do not matter", async () => {
    await served();
    const file = path.join(root, "infra", "more.ts");
    writeFileSync(file, "export {};\n");
    expect(program().lastServed()).toBeUndefined();
    rmSync(file);
    cpSync(path.join(root, "index.ts"), path.join(root, "infra", "more.test.ts"));
    expect(program().lastServed()).toBeDefined();
  });

  it("is not used if its file is broken", async () => {
    await served();
    writeFileSync(keptIn, "{");
    expect(program().lastServed()).toBeUndefined();
  });
});

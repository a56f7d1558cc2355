import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { StartOptions } from "../options.ts";
import { overridesOf } from "./overrides.ts";

let root: string;

beforeAll(() => {
  root = mkdtempSync(path.join(os.tmpdir(), "overrides-"));
  writeFileSync(path.join(root, "Pulumi.yaml"), "name: shop\nruntime: nodejs\n");
  writeFileSync(path.join(root, "Pulumi.plain.yaml"), "config: {}\n");
  writeFileSync(
    path.join(root, "Pulumi.strict.yaml"),
    'config:\n  shop:authentication: iam\n  shop:allowedImageHosts: ["images.example.com"]\n',
  );
  writeFileSync(path.join(root, "Pulumi.own.yaml"), "config:\n  shop:modelDirectory: ./my-model\n");
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

const defaults = {
  port: 8081,
  dataDir: "/d",
  allowedHosts: [],
  configuration: {},
  quiet: false,
  token: false,
  help: false,
};

function overrides(stack: string, more: Partial<StartOptions> = {}) {
  const found = overridesOf(root, { ...defaults, stack, ...more }, () => "kept-key");
  return Object.fromEntries(found.overrides.map(({ key, value }) => [key, value]));
}

describe("configuration values that npm start sets", () => {
  it("are the key of the data folder, and this server as an image host for its samples", () => {
    expect(overrides("plain")).toEqual({
      allowedImageHosts: '["*","localhost:8081","127.0.0.1:8081"]',
      apiKey: "kept-key",
    });
  });

  it("add to the hosts of the stack, without a key if the stack requires none", () => {
    expect(overrides("strict", { allowedHosts: ["localhost:9"] })).toEqual({
      allowedImageHosts: '["images.example.com","localhost:8081","127.0.0.1:8081","localhost:9"]',
    });
  });

  it("knows the team's own model, of the stack's file or of this run", () => {
    const read = (configuration: Record<string, string>) =>
      overridesOf(root, { ...defaults, stack: "own", configuration }, () => "kept-key").modelDirectory;
    expect(read({})).toBe("./my-model");
    expect(read({ modelDirectory: "./other" })).toBe("./other");
    expect(overridesOf(root, { ...defaults, stack: "plain" }, () => "kept-key").modelDirectory).toBeUndefined();
  });

  it("suggests the stack that was meant", () => {
    expect(() => overrides("stritc")).toThrow(
      'There is no stack "stritc" (no file Pulumi.stritc.yaml). Did you mean "strict"?',
    );
  });

  it("include --config, before other additions", () => {
    const configuration = { allowedImageHosts: '["a.example"]', tracing: "true" };
    expect(overrides("plain", { configuration, apiKey: "given" })).toEqual({
      tracing: "true",
      allowedImageHosts: '["a.example","localhost:8081","127.0.0.1:8081"]',
      apiKey: "given",
    });
    expect(overrides("plain", { configuration: { apiKey: "configured" } })).toMatchObject({ apiKey: "configured" });
  });

  it("reject --api-key without effect, and a stack without a file", () => {
    expect(() => overrides("strict", { apiKey: "given" })).toThrow(/--api-key has no effect: stack "strict"/);
    expect(() => overrides("absent")).toThrow(/There is no stack "absent".*plain, strict/);
  });
});

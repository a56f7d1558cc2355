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
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

function overrides(stack: string, more: Partial<StartOptions> = {}) {
  const options = {
    port: 8081,
    stack,
    dataDir: "/d",
    allowedHosts: [],
    configuration: {},
    quiet: false,
    token: false,
    help: false,
    ...more,
  };
  const found = overridesOf(root, options, () => "kept-key");
  return Object.fromEntries(found.overrides.map(({ key, value }) => [key, value]));
}

describe("what npm start sets in the configuration", () => {
  it("is the key of the data folder, and this server's own samples as an image host", () => {
    expect(overrides("plain")).toEqual({
      allowedImageHosts: '["*","localhost:8081","127.0.0.1:8081"]',
      apiKey: "kept-key",
    });
  });

  it("adds to the hosts of the stack, and sets no key where the stack asks for none", () => {
    expect(overrides("strict", { allowedHosts: ["localhost:9"] })).toEqual({
      allowedImageHosts: '["images.example.com","localhost:8081","127.0.0.1:8081","localhost:9"]',
    });
  });

  it("passes --config on, before its own additions", () => {
    const configuration = { allowedImageHosts: '["a.example"]', tracing: "true" };
    expect(overrides("plain", { configuration, apiKey: "given" })).toEqual({
      tracing: "true",
      allowedImageHosts: '["a.example","localhost:8081","127.0.0.1:8081"]',
      apiKey: "given",
    });
    expect(overrides("plain", { configuration: { apiKey: "configured" } })).toMatchObject({ apiKey: "configured" });
  });

  it("is refused where --api-key would do nothing, and for a stack without a file", () => {
    expect(() => overrides("strict", { apiKey: "given" })).toThrow(/--api-key has no effect: stack "strict"/);
    expect(() => overrides("absent")).toThrow(/There is no stack "absent".*plain, strict/);
  });
});

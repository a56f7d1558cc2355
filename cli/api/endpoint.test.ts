import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findEndpoint } from "./endpoint.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), "dlw-endpoint-"));
  writeFileSync(path.join(root, "api-key"), "kept-key\n");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const find = (options: object, environment: NodeJS.ProcessEnv = {}, stdout: () => Promise<string> = never) =>
  findEndpoint({ dataDir: ".", ...options }, { environment, root, runPulumi: stdout });
const never = () => Promise.reject(new Error("pulumi was not requested"));

describe("findEndpoint", () => {
  it("is by default the service on this machine with the key of its data folder", async () => {
    expect(await find({})).toEqual({ url: "http://localhost:8080", apiKey: "kept-key" });
    expect(await find({ dataDir: "absent" })).toEqual({ url: "http://localhost:8080" });
  });

  it("is the running service of the data folder, whatever its port", async () => {
    writeFileSync(path.join(root, "endpoint"), "http://localhost:9123\n");
    expect(await find({})).toEqual({ url: "http://localhost:9123", apiKey: "kept-key" });
    expect(await find({ endpoint: "http://localhost:1" })).toMatchObject({ url: "http://localhost:1" });
  });

  it("prefers options to the environment", async () => {
    const environment = { DLW_ENDPOINT: "https://env.example/dev/", DLW_API_KEY: "env-key" };
    expect(await find({}, environment)).toEqual({ url: "https://env.example/dev", apiKey: "env-key" });
    const options = { endpoint: "https://given.example", apiKey: "given-key" };
    expect(await find(options, environment)).toEqual({ url: "https://given.example", apiKey: "given-key" });
  });

  it("never sends this machine's key elsewhere", async () => {
    expect(await find({ endpoint: "https://other.example" })).toEqual({ url: "https://other.example" });
  });

  it("reads a stack's outputs", async () => {
    const outputs = { endpoint: "https://abc.example/dev", apiKey: "stack-key", bucketName: "b" };
    const endpoint = await find({ stack: "dev" }, {}, async () => JSON.stringify(outputs));
    expect(endpoint).toEqual({ url: "https://abc.example/dev", apiKey: "stack-key" });
  });

  it.each([
    ["without pulumi", Object.assign(new Error(), { code: "ENOENT" }), "not installed"],
    [
      "no stack",
      Object.assign(new Error(), { stderr: "error: no stack named 'dev' found\n" }),
      'There is no stack "dev" in this backend: pulumi stack ls lists the stacks.',
    ],
    [
      "no login",
      Object.assign(new Error(), { stderr: "error: PULUMI_ACCESS_TOKEN must be set for login\n" }),
      "run pulumi login",
    ],
    ["no response", Object.assign(new Error(), { killed: true, stderr: "" }), "within 60 seconds"],
    [
      "with its own words",
      Object.assign(new Error(), { stderr: "error: out of luck\n" }),
      "cannot be read: out of luck",
    ],
  ])("reports why a stack cannot be read: %s", async (_what, error, words) => {
    await expect(find({ stack: "dev" }, {}, () => Promise.reject(error))).rejects.toThrow(words);
  });

  it.each(["ftp://a.example", "http://a.example", "a.example"])("refuses %j", async (endpoint) => {
    await expect(find({ endpoint })).rejects.toMatchObject({ exitCode: 2 });
  });

  it("treats an empty variable as unset", async () => {
    expect(await find({}, { DLW_ENDPOINT: "", DLW_API_KEY: "" })).toMatchObject({ apiKey: "kept-key" });
  });
});

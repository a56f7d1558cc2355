import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { commandIn } from "./test-support/command.ts";
import { type FakeApi, fakeApi } from "./test-support/fake-api.ts";
import { rowsOf } from "./test-support/json-rows.ts";

/** Executions that were started elsewhere. */
let api: FakeApi;
let folder: string;
beforeEach(async () => {
  api = await fakeApi();
  folder = mkdtempSync(path.join(os.tmpdir(), "dlw-followed-"));
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await api.close();
});

const command = (parameters: readonly string[], signal?: AbortSignal) =>
  commandIn({ api, folder }, parameters, signal && { signal });
const requests = (at: string) => api.asked.filter(({ path: asked }) => asked === at);
const urls = (count: number) => Array.from({ length: count }, (_, at) => `https://example.com/${at}.jpg`);

describe("--retry-failed", () => {
  it("is named after a run with errors that may pass, and only then", async () => {
    const error = { code: "FetchTimeout", message: "It did not arrive in time." };
    api.executions.set("slow", { images: urls(2), polls: 1 });
    const results = urls(2).map((image, index) => ({ index, image, error }));
    const view = { executionId: "slow", startedAt: "2026-01-01T00:00:00.000Z", status: "SUCCEEDED", results };
    api.intercept = ({ path: at }) => (at === "/executions/slow" ? { status: 200, body: view } : undefined);
    const { err } = await command(["--execution", "slow"]);
    expect(err).toMatch(/^2 errors may have passed; .* --execution slow --retry-failed\n$/);
    api.executions.set("bad", { images: ["https://example.com/bad.jpg"], polls: 1 });
    expect((await command(["--execution", "bad"])).err).toBe("");
  });

  it("starts a retry of the execution, and prints the full list", async () => {
    api.executions.set("before", { images: ["https://example.com/a.jpg", "https://example.com/bad.jpg"], polls: 0 });
    const { exitCode, out, err } = await command(["--json", "--execution", "before", "--retry-failed"]);
    expect([exitCode, rowsOf(out).filter(({ error }) => error)]).toEqual([0, []]);
    expect(err).toMatch(/^Execution "[\w-]+" retries "before"\.\n$/);
    expect(requests("/executions/before/retry")[0]?.headers["idempotency-key"]).toMatch(/^[\w-]+$/);
  });

  it("says why an execution cannot be retried", async () => {
    const body = { code: "ExecutionNotFinished", message: "It is still running." };
    api.intercept = ({ path: at }) => (at === "/executions/early/retry" ? { status: 409, body } : undefined);
    expect(await command(["--execution", "early", "--retry-failed"])).toMatchObject({
      exitCode: 2,
      err: "ExecutionNotFinished: It is still running.\n",
    });
    api.executions.set("good", { images: ["https://example.com/a.jpg"], polls: 0 });
    expect(await command(["--execution", "good", "--retry-failed"])).toMatchObject({
      exitCode: 2,
      err: "NothingToRetry: No image failed for a reason that may pass.\n",
    });
    expect(await command(["--execution", "absent", "--retry-failed"])).toMatchObject({
      exitCode: 2,
      err: "NotFound: There is no such execution.\n",
    });
  });

  it.each([
    [["--retry-failed", "a.jpg"], "--retry-failed needs --execution"],
    [["--execution", "x", "--retry-failed", "--cancel"], "exclude each other"],
  ])("is rejected as %j", async (parameters, words) => {
    expect(await command(parameters)).toMatchObject({ exitCode: 2, err: expect.stringContaining(words) });
  });
});

it("a run that is followed says at Ctrl-C how to follow it again", async () => {
  const interrupted = new AbortController();
  api.executions.set("before", { images: urls(1), polls: 0 });
  api.runningPolls = 1_000;
  api.intercept = () => {
    interrupted.abort();
    return undefined;
  };
  const { exitCode, err } = await command(["--execution", "before"], interrupted.signal);
  expect([exitCode, err]).toEqual([130, expect.stringContaining("--execution before")]);
});

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRuntimeApi } from "../runtime-api.ts";

let taskRoot: string;
beforeAll(() => {
  taskRoot = mkdtempSync(path.join(os.tmpdir(), "lambda-test-"));
  const source = `export const handler = async ({ ms }) => { await new Promise((r) => setTimeout(r, ms)); console.log("late"); };`;
  writeFileSync(path.join(taskRoot, "handler.mjs"), source);
});
afterAll(() => rmSync(taskRoot, { recursive: true, force: true }));

describe("a runtime whose parent is gone", () => {
  it.each([
    ["while it waits for work", undefined],
    ["while its handler runs", 300],
  ])("ends by itself %s", async (_when, ms) => {
    const api = await createRuntimeApi();
    const client = spawn(process.execPath, [path.join(import.meta.dirname, "main.mjs")], {
      env: { AWS_LAMBDA_RUNTIME_API: api.address, LAMBDA_TASK_ROOT: taskRoot, _HANDLER: "handler.handler" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const exited = once(client, "exit");
    expect(await api.initialised).toEqual({ kind: "ready" });
    if (ms !== undefined) {
      void api.run({ requestId: "1", payload: JSON.stringify({ ms }), deadline: 0, functionArn: "arn" });
    }
    client.stdout.destroy();
    client.stderr.destroy();
    await api.close();
    const late = setTimeout(() => client.kill("SIGKILL"), 30_000);
    expect(await exited).toEqual([expect.any(Number), null]);
    clearTimeout(late);
  });
});

import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type FakeApi, fakeApi } from "./test-support/fake-api.ts";
import { rowsOf } from "./test-support/json-rows.ts";

/** Runs the command as a process, with its streams and signals. */
const main = path.join(import.meta.dirname, "main.ts");
let api: FakeApi;
let folder: string;
beforeEach(async () => {
  api = await fakeApi();
  folder = mkdtempSync(path.join(os.tmpdir(), "dlw-cli-process-"));
});
afterEach(async () => {
  rmSync(folder, { recursive: true, force: true });
  await api.close();
});

function start(parameters: readonly string[], stdout: "pipe" | number = "pipe", onOutput = (_out: string): void => {}) {
  const child = spawn(process.execPath, ["--import", import.meta.resolve("tsx"), main, "classify", ...parameters], {
    cwd: folder,
    env: { ...process.env, INIT_CWD: folder, DLW_ENDPOINT: api.url },
    stdio: ["ignore", stdout, "pipe"],
  });
  let [out, err] = ["", ""];
  child.stdout?.on("data", (chunk: Buffer) => {
    out += chunk.toString();
    onOutput(out);
  });
  child.stderr?.on("data", (chunk: Buffer) => {
    err += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return { child, ended: async () => ({ code: await ended, out, err }) };
}

describe("the command's process", () => {
  it("ends quietly if its output is closed", async () => {
    writeFileSync(path.join(folder, "list.txt"), "https://example.com/a.jpg\n".repeat(500));
    const running = start(["--json", "list.txt"]);
    running.child.stdout?.destroy();
    const { err } = await running.ended();
    expect(err).toBe("");
  });

  it("reports a full disk in a sentence", async () => {
    // /dev/full exists only on Linux.
    if (!existsSync("/dev/full")) return;
    const { code, err } = await start(["--json", "https://example.com/a.jpg"], openSync("/dev/full", "w")).ended();
    expect([code, err]).toEqual([1, "The output cannot be written (ENOSPC): the disk is full.\n"]);
  });

  it("prints finished results at Ctrl-C, and how to follow or stop the rest", async () => {
    if (process.platform === "win32") return;
    writeFileSync(
      path.join(folder, "list.txt"),
      Array.from({ length: 16 }, (_, at) => `https://example.com/${at}.jpg`).join("\n"),
    );
    const slow = new Set<string>();
    api.intercept = ({ path: at, body, headers, method }) => {
      if (at === "/classify" && body.includes("/8.jpg")) slow.add(String(headers["idempotency-key"]));
      if (method !== "GET" || !slow.has(at.split("/")[2] ?? "")) return undefined;
      return { status: 200, body: { executionId: "e", status: "RUNNING", startedAt: "2026-01-01T00:00:00.000Z" } };
    };
    const running = start(["--json", "list.txt"], "pipe", (printed) => {
      if (printed.split("\n").length > 8) running.child.kill("SIGINT");
    });
    const { code, out, err } = await running.ended();
    expect(code).toBe(130);
    const rows = rowsOf(out);
    expect(rows.slice(0, 8).every(({ predictions }) => predictions)).toBe(true);
    expect(rows[8]?.error?.code).toBe("Interrupted");
    expect(err).toContain(`--execution ${[...slow][0]}`);
  });
});

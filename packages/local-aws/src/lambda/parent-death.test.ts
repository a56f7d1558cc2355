import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { Scratch, scratchPrefix } from "./sandbox/scratch.ts";
import { isAlive } from "./test-support/harness.ts";

const tmpDir = mkdtempSync(path.join(os.tmpdir(), "lambda-test-"));
afterAll(() => rmSync(tmpDir, { recursive: true, force: true }));

it("a killed parent takes its sandboxes with it, busy ones and their children too, and its folder", async () => {
  const doomed = path.join(import.meta.dirname, "test-support", "doomed.ts");
  const parent = spawn(process.execPath, ["--import", "tsx", doomed, tmpDir], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, TMPDIR: tmpDir },
  });
  const [line] = (await once(parent.stdout, "data")) as [Buffer];
  const pids = JSON.parse(line.toString("utf8")) as number[];
  expect(pids.map(isAlive)).toEqual([true, true]);
  expect(ours()).toHaveLength(1);

  parent.kill("SIGKILL");
  await once(parent, "exit");
  await expect.poll(() => pids.map(isAlive)).toEqual([false, false]);
  await expect.poll(ours).toEqual([]);
});

it("a folder that its process could not remove goes at the next start", async () => {
  const { pid } = spawnSync(process.execPath, ["-e", ""]);
  mkdirSync(path.join(tmpDir, `${scratchPrefix}${pid}-left`));
  await new Scratch(tmpDir).close();
  expect(ours()).toEqual([]);
});

const ours = (): string[] => readdirSync(tmpDir).filter((name) => name.startsWith(scratchPrefix));

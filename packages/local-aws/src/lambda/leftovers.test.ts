import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { harness, isAlive, open, stopAll } from "./test-support/harness.ts";

afterEach(stopAll);

const wait = `export const handler = async ({ ms }) => { await new Promise((r) => setTimeout(r, ms)); return process.pid; };`;

describe("nothing is left", () => {
  it("of a closed Lambda: no process, no child of a handler, no folder", async () => {
    const opening = harness({
      handlers: {
        family: `import { spawn } from "node:child_process";
          const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
          export const handler = async () => [process.pid, child.pid];`,
      },
    });
    const pids = (await opening.invoke("family")).payload as number[];
    expect(pids.map(isAlive)).toEqual([true, true]);
    const tmp = path.join(opening.folder, "tmp");
    expect(readdirSync(tmp)).toHaveLength(1);
    await opening.lambda.close();
    await expect.poll(() => pids.map(isAlive)).toEqual([false, false]);
    expect(readdirSync(tmp)).toEqual([]);
    await opening.stop();
    expect(existsSync(opening.folder)).toBe(false);
  });

  it("of a runtime that exits while a child of its handler goes on", async () => {
    const { invoke, folder } = open({
      handlers: {
        leaves: `import { spawn } from "node:child_process";
          import { writeFileSync } from "node:fs";
          export const handler = async () => {
            const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], { stdio: "inherit" });
            writeFileSync(process.env.LAMBDA_TASK_ROOT + "/child", String(child.pid));
            process.exit(1);
          };`,
      },
    });
    expect((await invoke("leaves")).payload).toMatchObject({ errorType: "Runtime.ExitError" });
    const child = Number(readFileSync(path.join(folder, "image", "child"), "utf8"));
    await expect.poll(() => isAlive(child)).toBe(false);
    expect(readdirSync(path.join(folder, "tmp"), { recursive: true })).toHaveLength(1);
  });

  it.each([0, 1, 5, 20, 60, 150])("of a sandbox that was being started %i ms ago", async (ms) => {
    const { invoke, lambda, folder } = open({
      handlers: {
        marks: `import { writeFileSync } from "node:fs";
          writeFileSync(process.env.LAMBDA_TASK_ROOT + "/" + process.pid, "");
          export const handler = () => new Promise((resolve) => setTimeout(resolve, 5_000));`,
      },
    });
    const call = expect(invoke("marks")).rejects.toThrow("shutting down");
    await new Promise((resolve) => setTimeout(resolve, ms));
    await Promise.all([lambda.close(), call]);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const pids = readdirSync(path.join(folder, "image")).filter((name) => /^\d+$/.test(name));
    await expect.poll(() => pids.map(Number).filter(isAlive)).toEqual([]);
    expect(readdirSync(path.join(folder, "tmp"))).toEqual([]);
  });

  it("of a running call: it gets a shutdown error, not a function error", async () => {
    const { invoke, lambda } = open({ handlers: { wait }, machine: { cores: 1, memoryMb: 256 } });
    const calls = [invoke("wait", { ms: 5_000 }), invoke("wait", { ms: 5_000 })];
    await expect.poll(() => lambda.capacity().functions[0]?.sandboxes).toBe(1);
    const ends = calls.map((call) => expect(call).rejects.toMatchObject({ name: "ServiceException" }));
    await lambda.close();
    await Promise.all(ends);
  });
});

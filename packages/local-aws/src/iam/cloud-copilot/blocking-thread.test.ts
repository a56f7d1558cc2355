import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, it } from "vitest";
import { BlockingThread } from "./blocking-thread.ts";

const folder = mkdtempSync(path.join(os.tmpdir(), "blocking-thread-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A thread whose program has `port`, `turn` and `answer(value)`. */
function thread(name: string, onMessage: string, patienceMs = 20_000): BlockingThread<number, number> {
  const file = path.join(folder, `${name}.mjs`);
  writeFileSync(
    file,
    `import { workerData } from "node:worker_threads";
const { port, turn } = workerData;
const answer = (value) => { port.postMessage(value); Atomics.add(turn, 0, 1); Atomics.notify(turn, 0); };
port.on("message", async (question) => { ${onMessage} });
`,
  );
  return new BlockingThread(pathToFileURL(file), { patienceMs });
}

describe("a blocking thread", () => {
  it("gives each question its own answer", () => {
    const doubling = thread("doubling", "answer(question * 2);");
    for (let question = 0; question < 200; question += 1) expect(doubling.ask(question)).toBe(question * 2);
  });

  it("is not woken by the late notification of the question before", () => {
    const restless = thread(
      "restless",
      `for (let time = 0; time < 20; time += 1) {
         Atomics.notify(turn, 0);
         await new Promise((resolve) => setTimeout(resolve, 1));
       }
       answer(question * 2);`,
    );
    for (let question = 0; question < 20; question += 1) expect(restless.ask(question)).toBe(question * 2);
  });

  it("never gives an answer that came too late to the next question", () => {
    const go = path.join(folder, "go");
    const slow = thread(
      "slow",
      `const { existsSync } = await import("node:fs");
       while (question === 1 && !existsSync(${JSON.stringify(go)})) await new Promise((resolve) => setTimeout(resolve, 10));
       answer(question === 1 ? -1 : question * 2);`,
      4_000,
    );
    expect(slow.ask(3)).toBe(6);
    expect(() => slow.ask(1)).toThrow('The thread "slow.mjs" failed: no answer within 4 s.');
    writeFileSync(go, "");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1_000);
    expect(slow.ask(2)).toBe(4);
  });
});

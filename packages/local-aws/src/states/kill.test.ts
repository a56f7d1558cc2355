import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { Harness } from "./test-support/harness.ts";
import { journey } from "./test-support/journey.ts";
import { journeyHandlers } from "./test-support/journey-handlers.ts";

/** How often the process is killed; `STATES_KILLS=50` selects the long variant. */
const kills = Number(process.env["STATES_KILLS"] ?? 4);
const victim = path.join(import.meta.dirname, "test-support", "victim.ts");

/**
 * Starts the process with a number of executions and kills it some time after it has started to serve; without a time, it
 * ends by itself. Returns true if all executions had ended before.
 */
async function live(folder: string, executions: number, milliseconds?: number): Promise<boolean> {
  const child = spawn(process.execPath, ["--import", "tsx", victim, folder, String(executions)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const exited = once(child, "exit");
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
  });
  while (!said.includes("running") && child.exitCode === null) await delay(2);
  if (milliseconds !== undefined) {
    await delay(milliseconds);
    child.kill("SIGKILL");
  }
  await exited;
  return said.includes("done");
}

it(
  `ends every execution as if nothing had happened after ${kills} kills at random moments`,
  async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "states-kill-"));
    try {
      for (let kill = 1; kill <= kills; kill += 1) {
        await live(folder, kill * 2, Math.random() * (kill % 2 ? 60 : 250));
      }
      expect(await live(folder, kills * 2)).toBe(true);
      const harness = new Harness([journey], journeyHandlers, { dataDir: folder });
      const calm = await harness.start({}, "calm", journey.arn);
      await harness.ended(calm);
      const lengths = new Set<number>();
      for (let index = 0; index < kills * 2; index += 1) {
        const arn = `${journey.arn.replace(":stateMachine:", ":execution:")}:journey-${index}`;
        const ended = await harness.ended(arn);
        expect(ended.status).toBe("SUCCEEDED");
        expect(JSON.parse(ended.output ?? "")).toMatchObject({
          branches: [[2, 4, 6, 8, 10], expect.anything(), { error: "Broken" }],
        });
        const events = await harness.history(arn);
        expect(events.map(({ id }) => id)).toEqual(events.map((_, index) => index + 1));
        lengths.add(events.length);
      }
      // No event is duplicated or missing: every history is as long as that of an uninterrupted execution.
      expect([...lengths]).toEqual([(await harness.history(calm)).length]);
      await harness.states.close();
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  180_000 + kills * 5_000,
);

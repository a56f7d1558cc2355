import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { sampleKey } from "../../contract/workflow.ts";
import { finish, start } from "./support/client.ts";
import { median } from "./support/median.ts";
import { freePort } from "./support/service.ts";
import { executionArn, historyOf, statesClient } from "./support/states.ts";
import { until } from "./support/until.ts";
import { Verdict } from "./support/verdict.ts";

/**
 * What a new user meets: a clone with nothing installed and nothing cached, `npm start`, a photo; then a restart.
 * Prints how long each took, and what the workflow adds to one warm classification.
 */
const root = path.resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(path.join(os.tmpdir(), "dlw-lane-"));
const clone = path.join(folder, "clone");
const apiKey = "key-of-the-fresh-clone-lane";
const verdict = new Verdict();
try {
  execFileSync("git", ["clone", "--quiet", root, clone], { stdio: "inherit" });
  const port = await freePort();
  const target = { url: `http://localhost:${port}`, apiKey };
  for (const [title, withinMs] of [
    ["fresh clone to ready", 900_000],
    ["restart to ready", 120_000],
  ] as const) {
    await verdict.check(title, async () => {
      const began = Date.now();
      const service = npmStart(port);
      try {
        await until(
          "it says that it is ready",
          () => ended(service.child) || service.text().includes("Ready in"),
          withinMs,
        );
        if (ended(service.child)) throw new Error(service.text());
        const seconds = (Date.now() - began) / 1_000;
        const view = await finish(target, await start(target, [`${target.url}/${sampleKey}`]));
        const [first] = view.results ?? [];
        const label = first && "predictions" in first ? first.predictions[0]?.label : JSON.stringify(first);
        if (label !== "Labrador retriever") throw new Error(`the sample is "${label}"`);
        if (title === "restart to ready") console.log(`       overhead of the workflow: ${await overhead()}`);
        else console.log(service.text().replace(/^/gm, "       | "));
        return `${seconds.toFixed(1)} s`;
      } finally {
        await service.stop();
      }
    });
  }

  async function overhead(): Promise<string> {
    const client = statesClient(target.url);
    const beyond: number[] = [];
    try {
      for (let run = 0; run < 25; run += 1) {
        const id = await start(target, [`${target.url}/${sampleKey}`]);
        await finish(target, id);
        const events = await historyOf(client, await executionArn(client, /workflow/, id));
        const time = (at: number): number => events.at(at)?.timestamp?.getTime() ?? Number.NaN;
        const entered = events.findIndex(
          ({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name === "Classify",
        );
        const exited = events.findIndex(({ stateExitedEventDetails }) => stateExitedEventDetails?.name === "Classify");
        // The first ones warm what is cold: not counted.
        if (run >= 5) beyond.push(time(-1) - time(0) - (time(exited) - time(entered)));
      }
    } finally {
      client.destroy();
    }
    return `median ${median(beyond).toFixed(0)} ms beyond classify, of ${beyond.length} warm executions`;
  }
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
verdict.close();

function npmStart(port: number) {
  const environment = { ...process.env, DLW_CACHE_DIR: path.join(folder, "cache"), NO_COLOR: "1" };
  const child = spawn("npm", ["start", "--", "--port", String(port), "--api-key", apiKey], {
    cwd: clone,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
    // A group of its own: Ctrl-C of a terminal reaches npm and what it started alike.
    detached: true,
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  const exited = new Promise((resolve) => child.once("exit", resolve));
  return {
    child,
    text: () => text,
    async stop(): Promise<void> {
      if (ended(child)) return;
      process.kill(-(child.pid ?? 0), "SIGINT");
      await exited;
    },
  };
}

function ended(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

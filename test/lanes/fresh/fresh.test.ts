import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { sampleKey } from "../../../contract/workflow.ts";
import { finish, start, type Target } from "../support/client.ts";
import { median } from "../support/median.ts";
import { opened } from "../support/opened.ts";
import type { OperatedService } from "../support/operator.ts";
import { labelOf } from "../support/outcome.ts";
import { freePort } from "../support/ports.ts";
import { signalGroup } from "../support/processes.ts";
import { executionArn, historyOf, statesClient } from "../support/states.ts";
import { until } from "../support/until.ts";

/**
 * The experience of a new user: a clone without installed packages or caches, `npm start`, a photo, and a restart.
 * Prints how long each takes, and how much time the workflow adds to one warm classification.
 */
const root = path.resolve(import.meta.dirname, "../../..");
const folder = opened(
  async () => mkdtempSync(path.join(os.tmpdir(), "dlw-lane-")),
  (location) => rmSync(location, { recursive: true, force: true, maxRetries: 5 }),
);
const target = opened(async () => {
  execFileSync("git", ["clone", "--quiet", root, path.join(folder(), "clone")], { stdio: "inherit" });
  const port = await freePort();
  const dataDir = path.join(folder(), "clone", ".data");
  return { port, url: `http://localhost:${port}`, apiKey: "key-of-the-fresh-clone-lane", dataDir };
});

test("fresh clone to ready", async ({ annotate }) => {
  await annotate(await classifyAfterStart(1_200_000, async (said) => said.replace(/^/gm, "| ")));
});

test("restart to ready", async ({ annotate }) => {
  await annotate(await classifyAfterStart(600_000, async () => overhead(target())));
});

/**
 * Starts the clone, which must be ready within a time in milliseconds, classifies the sample photo, and reports the
 * seconds until the clone was ready, together with the text that `report` adds.
 */
async function classifyAfterStart(withinMs: number, report: (said: string) => Promise<string>): Promise<string> {
  const began = Date.now();
  const service = npmStart();
  try {
    const said = (): boolean => ended(service.child) || service.text().includes("Ready in");
    await until("it says that it is ready", said, withinMs);
    expect(ended(service.child), service.text()).toBe(false);
    const seconds = (Date.now() - began) / 1_000;
    const view = await finish(target(), await start(target(), [`${target().url}/${sampleKey}`]));
    expect(labelOf(view.results?.[0])).toBe("Labrador retriever");
    return `${seconds.toFixed(1)} s\n${await report(service.text())}`;
  } finally {
    await service.stop();
  }
}

/** The time that the workflow adds to one warm classification. */
async function overhead(target: Target & OperatedService): Promise<string> {
  const client = statesClient(target);
  const beyond: number[] = [];
  try {
    for (let run = 0; run < 25; run += 1) {
      const id = await start(target, [`${target.url}/${sampleKey}`]);
      await finish(target, id);
      const events = await historyOf(client, await executionArn(client, /workflow/, id));
      const time = (at: number): number => events.at(at)?.timestamp?.getTime() ?? Number.NaN;
      const entered = events.findIndex(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name === "Classify");
      const exited = events.findIndex(({ stateExitedEventDetails }) => stateExitedEventDetails?.name === "Classify");
      // The first runs warm up caches and are not counted.
      if (run >= 5) beyond.push(time(-1) - time(0) - (time(exited) - time(entered)));
    }
  } finally {
    client.destroy();
  }
  return `median ${median(beyond).toFixed(0)} ms beyond classify, of ${beyond.length} warm executions`;
}

function npmStart() {
  const { port, apiKey } = target();
  const environment = { ...process.env, DLW_CACHE_DIR: path.join(folder(), "cache"), NO_COLOR: "1" };
  const child = spawn("npm", ["start", "--", "--port", String(port), "--api-key", apiKey], {
    cwd: path.join(folder(), "clone"),
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
    // A separate process group, because Ctrl-C in a terminal reaches npm and all its children.
    detached: true,
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  // npm may end before the processes that it started, which have the same streams, port and data folder.
  const closed = new Promise((resolve) => child.once("close", resolve));
  return {
    child,
    text: () => text,
    async stop(): Promise<void> {
      signalGroup(child, "SIGINT");
      const late = setTimeout(() => signalGroup(child, "SIGKILL"), 60_000);
      await closed;
      clearTimeout(late);
    },
  };
}

function ended(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { sampleKey } from "../../../contract/workflow.ts";
import { finish, results, start } from "../support/client.ts";
import { freePort, startService } from "../support/service.ts";
import { executionArn, historyOf, statesClient } from "../support/states.ts";
import type { Verdict } from "../support/verdict.ts";

/** SIGKILL of the whole service at random moments: every execution goes on, ends with the same result, stays listed. */
export async function durability(verdict: Verdict, kills: number): Promise<void> {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), "dlw-lane-"));
  const port = await freePort();
  const apiKey = randomBytes(20).toString("hex");
  const random = seeded(20_261_122);
  const started: string[] = [];
  const restarts: number[] = [];
  try {
    for (let kill = 0; kill < kills; kill += 1) {
      const service = await startService({ dataDir, port, apiKey });
      try {
        restarts.push(service.readyMs);
        started.push(await start(service, [`${service.url}/${sampleKey}`, `${service.url}/${sampleKey}`]));
        await delay(random() * 1_500);
      } finally {
        await service.stop("SIGKILL");
      }
    }
    const service = await startService({ dataDir, port, apiKey });
    const client = statesClient(service.url);
    try {
      const found = new Set<string>();
      for (const executionId of started) {
        const view = await finish(service, executionId);
        const answers = await results(service, view);
        found.add(JSON.stringify([view.status, answers.map(({ image: _image, ...answer }) => answer)]));
        const events = await historyOf(client, await executionArn(client, /workflow/, executionId));
        const ids = events.map(({ id }) => id);
        if (ids.some((id, at) => id !== at + 1))
          verdict.claim(`history of ${executionId} counts 1, 2, 3 …`, false, ids.join(" "));
      }
      verdict.claim(
        `${kills} kills: every execution ends, all with the same result`,
        found.size === 1,
        [...found].join("\n"),
      );
      const median = restarts.slice(1).sort((a, b) => a - b)[Math.floor((restarts.length - 1) / 2)] ?? 0;
      console.log(`       restart to ready: median ${median} ms of ${restarts.length - 1}`);
    } finally {
      client.destroy();
      await service.stop();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Mulberry32: the same moments in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

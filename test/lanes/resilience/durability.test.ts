import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { describe, expect, test } from "vitest";
import { sampleKey } from "../../../contract/workflow.ts";
import { seeded } from "../../support/seeded.ts";
import { finish, results, start } from "../support/client.ts";
import { median } from "../support/median.ts";
import { opened } from "../support/opened.ts";
import { freePort } from "../support/ports.ts";
import { count } from "../support/quick.ts";
import { startService } from "../support/service.ts";
import { executionArn, historyOf, statesClient } from "../support/states.ts";

/**
 * Kills the whole service with SIGKILL at moments that are spread over the first 1.5 seconds of an execution. Every
 * execution must continue, end with the same result, and stay in the list. KILLS=<count> sets the number of kills.
 */
const kills = count("KILLS", { quick: 12, full: 50 });
/** Milliseconds from a start to the latest kill. */
const latestMs = 1_500;

describe(`${kills} kills`, () => {
  const ran = opened(killAgainAndAgain);

  test("every execution ends, all with the same result", async ({ annotate }) => {
    const { restarts, endings } = ran();
    await annotate(`restart to ready: median ${median(restarts.slice(1))} ms of ${restarts.length - 1}`);
    expect(endings).toHaveLength(kills);
    expect([...new Set(endings)]).toHaveLength(1);
  });

  test("every history counts 1, 2, 3 …", () => {
    const ids = ran().histories.map(({ events }) => events.map(({ id }) => id));
    expect(ids).toHaveLength(kills);
    expect(ids).toEqual(ids.map(({ length }) => Array.from({ length }, (_, at) => at + 1)));
  });

  test("kills interrupt executions, which continue", async ({ annotate }) => {
    const interrupted = ran().histories.flatMap(({ events, killedAt }) => {
      const before = events.filter(({ timestamp }) => timestamp !== undefined && timestamp.getTime() <= killedAt);
      return before.length > 0 && before.length < events.length ? [before.at(-1)?.type] : [];
    });
    await annotate(`${interrupted.length} of ${kills}, after ${[...new Set(interrupted)].sort().join(", ")}`);
    expect(interrupted.length).toBeGreaterThan(0);
  });
});

async function killAgainAndAgain() {
  const dataDir = mkdtempSync(path.join(os.tmpdir(), "dlw-lane-"));
  const port = await freePort();
  const apiKey = randomBytes(20).toString("hex");
  const random = seeded(20_261_122);
  const started: { readonly executionId: string; readonly killedAt: number }[] = [];
  const restarts: number[] = [];
  try {
    for (let kill = 0; kill < kills; kill += 1) {
      const service = await startService({ dataDir, port, apiKey });
      let executionId: string;
      try {
        restarts.push(service.readyMs);
        executionId = await start(service, [`${service.url}/${sampleKey}`, `${service.url}/${sampleKey}`]);
        await delay((latestMs / kills) * (kill + random(100) / 100));
      } finally {
        await service.stop("SIGKILL");
      }
      // What the killed service wrote is not later, and what the next one writes is not earlier.
      started.push({ executionId, killedAt: Date.now() });
    }
    const service = await startService({ dataDir, port, apiKey });
    const client = statesClient(service);
    try {
      const endings: string[] = [];
      const histories: { readonly events: readonly HistoryEvent[]; readonly killedAt: number }[] = [];
      for (const { executionId, killedAt } of started) {
        const view = await finish(service, executionId);
        const images = await results(service, view);
        endings.push(JSON.stringify([view.status, images.map(({ image: _image, ...result }) => result)]));
        const events = await historyOf(client, await executionArn(client, /workflow/, executionId));
        histories.push({ events, killedAt });
      }
      return { restarts, endings, histories };
    } finally {
      client.destroy();
      await service.stop();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
}

import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { DescribeExecutionCommand, type DescribeExecutionCommandOutput } from "@aws-sdk/client-sfn";
import { describe, expect, test } from "vitest";
import { StartedExecution } from "../../../contract/http.ts";
import { call } from "../support/client.ts";
import { opened } from "../support/opened.ts";
import { type RunningService, startService } from "../support/service.ts";
import { executionArn, statesClient } from "../support/states.ts";
import { until } from "../support/until.ts";

/**
 * Many clients send a request each, faster and slower than the stack's rate allows. The image of each request cannot be
 * fetched, because only the requests matter here.
 */
const requests = 200;
const rate = 20;
const image = "not an image";

describe(`${requests} requests to a stack that allows ${rate} per second`, () => {
  const ran = opened(run);

  test("at double the rate some are refused, each with the time to wait", () => {
    const { refused } = ran().fast;
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.length).toBeLessThan(requests);
    expect(new Set(refused)).toEqual(new Set(["429 after 1"]));
  });

  test("at half the rate no request is refused", () => {
    expect(ran().slow.refused).toEqual([]);
  });

  test("no request is lost or served twice: those that were refused succeed later, under the same key", () => {
    for (const { executions } of [ran().fast, ran().slow]) {
      expect(executions).toHaveLength(requests);
      expect(new Set(executions.map(({ name }) => name)).size).toBe(requests);
      const endings = executions.map(({ status, output }) => [status, JSON.parse(output ?? "{}").results?.length]);
      expect(endings).toEqual(Array.from({ length: requests }, () => ["SUCCEEDED", 1]));
    }
  });
});

async function run() {
  const service = await startService({
    arguments: ["--quiet", "--config", `throttleRate=${rate}`, "--config", `throttleBurst=${rate}`],
  });
  try {
    await until("the warm-up ends", () => service.output().includes("Ready in"), 120_000);
    const fast = await send(service, 2 * rate);
    const slow = await send(service, rate / 2);
    return { fast, slow };
  } finally {
    await service.stop();
  }
}

/** Sends the requests at a pace, without waiting for responses, and tries each again until it is accepted. */
async function send(service: RunningService, perSecond: number) {
  const refused: string[] = [];
  const post = async (key: string): Promise<string> => {
    for (;;) {
      const headers = { "idempotency-key": key };
      const response = await call(service, "/classify", { method: "POST", body: JSON.stringify([image]), headers });
      const body: unknown = await response.json();
      if (response.status === 202) return StartedExecution.parse(body).executionId;
      // A busy machine may answer late, which says nothing about the rate.
      if (![429, 503, 504].includes(response.status)) throw new Error(`POST /classify returned ${response.status}`);
      const seconds = Number(response.headers.get("retry-after") ?? 1);
      if (response.status === 429) refused.push(`429 after ${seconds}`);
      await delay((seconds + Math.random()) * 1_000);
    }
  };
  const sent: Promise<string>[] = [];
  const began = performance.now();
  for (let index = 0; index < requests; index += 1) {
    await delay(began + (index * 1_000) / perSecond - performance.now());
    sent.push(post(randomUUID()));
  }
  const executions = await endingsOf(service, await Promise.all(sent));
  return { refused, executions };
}

/** Asks Step Functions, because requests for a status count towards the rate. */
async function endingsOf(service: RunningService, ids: readonly string[]) {
  const client = statesClient(service);
  try {
    const endings: DescribeExecutionCommandOutput[] = [];
    for (const id of ids) {
      const arn = await executionArn(client, /workflow/, id);
      const ended = async () => {
        const seen = await client.send(new DescribeExecutionCommand({ executionArn: arn }));
        return seen.status === "RUNNING" ? undefined : seen;
      };
      endings.push(await until(`execution "${id}" ends`, ended, 180_000));
    }
    return endings;
  } finally {
    client.destroy();
  }
}

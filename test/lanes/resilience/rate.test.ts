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
 * Clients whose requests come one after the other at half the rate, and then requests that all come at once. The image
 * of each request cannot be fetched, because only the requests matter here.
 *
 * A request takes its token at some time between its start and its response, so what the bucket may give is known for
 * each interval that contains whole requests. Therefore the claims hold at any speed of the machine, with one exception:
 * some requests are refused only if the service takes in those that come at once within 25 seconds, because then the
 * bucket has had a token for each.
 */
const rate = 2;
const burst = 10;
const atOnce = 60;
/** Fewer than the bucket holds, so that all of them may send at the same time. */
const clients = 5;
const requestsPerClient = 4;
/** Time between a response and the client's next request: then all clients together send at half the rate or slower. */
const paceMs = (clients * 1_000) / (rate / 2);
const image = "not an image";

describe(`a stack that allows ${rate} requests per second, and ${burst} at once`, () => {
  const ran = opened(run);

  test("at half the rate no request is refused", () => {
    expect(ran().slow.attempts.filter(({ refused }) => refused)).toEqual([]);
    expect(ran().slow.attempts.length).toBeGreaterThanOrEqual(clients * requestsPerClient);
  });

  test(`of ${atOnce} requests at once some are refused, each with the time to wait`, () => {
    const refused = ran().fast.attempts.flatMap((attempt) => attempt.refused ?? []);
    expect(refused.length).toBeGreaterThan(0);
    expect(new Set(refused)).toEqual(new Set(["429 after 1"]));
  });

  test("a full bucket has a token for each request of its burst", () => {
    const accepted = ran().fast.attempts.filter(({ first, refused }) => first && refused === undefined);
    expect(accepted.length).toBeGreaterThanOrEqual(burst);
  });

  test("in no interval are more requests accepted than the bucket held and received", async ({ annotate }) => {
    const { attempts } = ran().fast;
    await annotate(`${attempts.length} attempts, ${attempts.filter(({ refused }) => refused).length} refused`);
    expect(intervalsOf(attempts).filter(({ accepted, allowed }) => accepted > allowed)).toEqual([]);
  });

  test("no request is lost or served twice: those that were refused succeed later, under the same key", () => {
    const { fast, slow } = ran();
    expect(fast.executions).toHaveLength(atOnce);
    expect(slow.executions).toHaveLength(clients * requestsPerClient);
    const all = [...fast.executions, ...slow.executions];
    expect(new Set(all.map(({ name }) => name)).size).toBe(all.length);
    const endings = all.map(({ status, output }) => [status, JSON.parse(output ?? "{}").results?.length]);
    expect(endings).toEqual(all.map(() => ["SUCCEEDED", 1]));
  });
});

/** A request and its response, in milliseconds of this process. */
interface Attempt {
  readonly sentAt: number;
  readonly receivedAt: number;
  /** Whether no earlier attempt had the same key. */
  readonly first: boolean;
  /** What the response says, if the request was refused. */
  readonly refused: string | undefined;
}

/** For each interval from a request to a response: how many requests inside it got a token, and how many it had. */
function intervalsOf(attempts: readonly Attempt[]) {
  const admitted = attempts.filter(({ refused }) => refused === undefined);
  return admitted.flatMap(({ sentAt: from }) =>
    admitted.flatMap(({ receivedAt: to }) => {
      const accepted = admitted.filter(({ sentAt, receivedAt }) => sentAt >= from && receivedAt <= to).length;
      // The two processes round their clocks to milliseconds.
      const allowed = Math.floor(burst + (rate * (to - from + 5)) / 1_000);
      return to > from ? [{ from, to, accepted, allowed }] : [];
    }),
  );
}

async function run() {
  const service = await startService({
    arguments: ["--quiet", "--config", `throttleRate=${rate}`, "--config", `throttleBurst=${burst}`],
  });
  try {
    await until("the warm-up ends", () => service.output().includes("Ready in"));
    // The slow requests first: they meet a full bucket.
    const slow = await gather(service, (post) =>
      Promise.all(Array.from({ length: clients }, () => oneAfterTheOther(post))),
    );
    // Then the bucket is full again.
    await delay((burst / rate) * 1_000 + 100);
    const fast = await gather(service, (post) => Promise.all(Array.from({ length: atOnce }, () => post())));
    return { slow, fast };
  } finally {
    await service.stop();
  }
}

async function oneAfterTheOther(post: () => Promise<void>): Promise<void> {
  for (let sent = 0; sent < requestsPerClient; sent += 1) {
    if (sent > 0) await delay(paceMs);
    await post();
  }
}

/** Sends requests, each again until it is accepted, and waits for their executions. */
async function gather(service: RunningService, send: (post: () => Promise<void>) => Promise<unknown>) {
  const attempts: Attempt[] = [];
  const ids: string[] = [];
  const post = async (): Promise<void> => {
    const headers = { "idempotency-key": randomUUID() };
    const init = { method: "POST", body: JSON.stringify([image]), headers };
    for (let first = true; ; first = false) {
      const sentAt = performance.now();
      // As long as any machine needs: a request that is given up could still get a token.
      const response = await call(service, "/classify", { ...init, signal: AbortSignal.timeout(600_000) });
      const body: unknown = await response.json();
      const retryAfter = response.headers.get("retry-after");
      const refused = response.status === 429 ? `429 after ${retryAfter}` : undefined;
      attempts.push({ sentAt, receivedAt: performance.now(), first, refused });
      if (response.status === 202) {
        ids.push(StartedExecution.parse(body).executionId);
        return;
      }
      // A response may be late on a busy machine: the request got its token, but the client does not learn the result.
      if (![429, 503, 504].includes(response.status)) throw new Error(`POST /classify returned ${response.status}`);
      await delay(refused === undefined ? paceMs : (Number(retryAfter ?? 1) + Math.random()) * 1_000);
    }
  };
  await send(post);
  return { attempts, executions: await endingsOf(service, ids) };
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
      endings.push(await until(`execution "${id}" ends`, ended));
    }
    return endings;
  } finally {
    client.destroy();
  }
}

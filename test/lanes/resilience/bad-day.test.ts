import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { ListExecutionsCommand, ListStateMachinesCommand } from "@aws-sdk/client-sfn";
import { describe, expect, test } from "vitest";
import { Client } from "../../../cli/api/client.ts";
import { mostAttempts, mostTimeouts } from "../../../functions/classify/fetch/again.ts";
import { seeded } from "../../support/seeded.ts";
import { type Behaviour, numberedHost } from "../support/numbered-host.ts";
import { opened } from "../support/opened.ts";
import { labelOf } from "../support/outcome.ts";
import { freePort } from "../support/ports.ts";
import { count } from "../support/quick.ts";
import { openReceiver } from "../support/receiver.ts";
import { samplePhoto } from "../support/sample-photo.ts";
import { type RunningService, startService } from "../support/service.ts";
import { statesClient } from "../support/states.ts";
import { until } from "../support/until.ts";

/**
 * Everything at once: sandboxes are killed at random, the image host refuses about one request in ten and hangs on one
 * in a hundred, S3 limits requests, the service is killed in the middle, and one attempt of the webhook is forgotten and
 * another refused. IMAGES=<count> sets the number of images. By hand: IMAGES=1000 npm run test:resilience -- bad-day
 */
const images = count("IMAGES", { quick: 300, full: 300 });

const faults = [
  { service: "lambda", function: "classify", error: "SandboxKilled", withinMs: 500, probability: 0.1, atMost: 20 },
  { service: "s3", error: "SlowDown", probability: 0.05 },
  { service: "s3", error: "InternalError", probability: 0.02 },
  // The first attempt of the webhook arrives, but the workflow does not learn of it.
  { service: "lambda", function: "notify", error: "Unknown", timing: "afterRun", firstCalls: 1 },
];
/**
 * An image gets five attempts, of which one may time out. One that its host never serves would rightly fail, so the host
 * fails each at most three times and hangs once.
 */
const mostHangs = mostTimeouts - 1;
const mostFailures = mostAttempts - 1 - mostHangs;
/** The attempt of the webhook that its receiver refuses. */
const refusedAttempt = 2;

describe(`${images} images on a bad day`, () => {
  const ran = opened(runOnBadDay);

  test("every image has the result of a good day, in the order of the request: nothing lost, nothing twice", () => {
    const { results, view, urlOf } = ran();
    const expected = Array.from({ length: images }, (_, index) => [index, urlOf(index), "Labrador retriever"]);
    expect(results.map((result) => [result.index, result.image, labelOf(result)])).toEqual(expected);
    expect([view.status, view.counts]).toEqual(["SUCCEEDED", { total: images, succeeded: images, failed: 0 }]);
  });

  test("at least one webhook reports the end, all with one id and the counts of the results", async ({ annotate }) => {
    const { view, webhooks, deliveries } = ran();
    await annotate(`${webhooks.length} webhooks`);
    expect(deliveries, "executions of the workflow that sends webhooks").toEqual(["SUCCEEDED"]);
    // The first is forgotten, and the second refused.
    expect(webhooks.length).toBeGreaterThan(refusedAttempt);
    expect(new Set(webhooks.map(({ id }) => id)).size).toBe(1);
    for (const { message } of webhooks) {
      expect(message).toMatchObject({
        type: "execution.succeeded",
        data: { executionId: view.executionId, status: "SUCCEEDED", counts: view.counts },
      });
    }
  });

  test("the day was bad: requests were refused and hung, sandboxes were killed, the service was killed", async ({
    annotate,
  }) => {
    const { requests, output, view, killedAt } = ran();
    await annotate(JSON.stringify({ requests, killed: output.split("SandboxKilled").length - 1 }));
    expect(requests.refuse + requests.reset).toBeGreaterThan(0);
    expect(requests.hang).toBeGreaterThan(0);
    expect(output).toContain("SandboxKilled");
    expect(Date.parse(view.finishedAt ?? ""), "the end of the execution").toBeGreaterThan(killedAt);
  });
});

async function runOnBadDay() {
  const random = seeded(20_261_126);
  let served = 0;
  let atOneThird: (() => void) | undefined;
  const bad = new Map<string, { hung: number; failed: number }>();
  const behave = ({ path }: { readonly path: string }): Behaviour => {
    served += 1;
    if (served > images / 3) atOneThird?.();
    const before = bad.get(path) ?? { hung: 0, failed: 0 };
    bad.set(path, before);
    const drawn = random(100);
    // The fifth request hangs, so that a small number of images has this behaviour, too.
    if ((served === 5 || drawn === 10) && before.hung < mostHangs) {
      before.hung += 1;
      return "hang";
    }
    if (drawn < 10 && before.failed < mostFailures) {
      before.failed += 1;
      return drawn < 5 ? "refuse" : "reset";
    }
    return "serve";
  };
  const host = await numberedHost(await samplePhoto(), behave);
  const receiver = await openReceiver((_path, attempt) => (attempt === refusedAttempt ? 503 : 204));
  const folder = mkdtempSync(path.join(os.tmpdir(), "dlw-lane-"));
  const file = path.join(folder, "faults.json");
  writeFileSync(file, JSON.stringify({ seed: 17, faults }));
  const settings = Object.entries(receiver.settings);
  const options = {
    port: await freePort(),
    apiKey: randomBytes(20).toString("hex"),
    dataDir: path.join(folder, "data"),
    arguments: [
      ...["--allow-host", host.name, "--faults", file],
      ...settings.flatMap(([name, value]) => ["--config", `${name}=${value}`]),
    ],
  };
  try {
    const first = await startService(options);
    let executionId = "";
    let killedAt = 0;
    try {
      const client = new Client({ url: first.url, apiKey: first.apiKey });
      const list = Array.from({ length: images }, (_, index) => host.url(index));
      ({ executionId } = await client.start({ images: list, topK: 1, notify: `${receiver.url}/ended` }, "bad-day"));
      // The host kills the service before it serves the next image, so the execution cannot have ended.
      atOneThird = () => first.process.kill("SIGKILL");
      await until("a third of the images were fetched", () => first.process.killed);
    } finally {
      await first.stop("SIGKILL");
      atOneThird = undefined;
      killedAt = Date.now();
    }
    const second = await startService(options);
    try {
      const client = new Client({ url: second.url, apiKey: second.apiKey });
      const view = await client.finish(executionId);
      const results = await client.results(view);
      const deliveries = await deliveriesOf(second);
      const output = first.output() + second.output();
      const webhooks = [...receiver.received];
      return { view, results, urlOf: host.url, requests: host.requests, output, killedAt, deliveries, webhooks };
    } finally {
      await second.stop();
    }
  } finally {
    await host.close();
    await receiver.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** How the executions of the workflow that sends webhooks ended, once all have. */
async function deliveriesOf(service: RunningService): Promise<readonly string[]> {
  const client = statesClient(service);
  try {
    const { stateMachines = [] } = await client.send(new ListStateMachinesCommand({}));
    const stateMachineArn = stateMachines.find(({ name }) => name?.includes("notif"))?.stateMachineArn;
    return await until("the webhook was sent", async () => {
      const { executions = [] } = await client.send(new ListExecutionsCommand({ stateMachineArn }));
      const statuses = executions.map(({ status = "" }) => status as string);
      return statuses.length > 0 && !statuses.includes("RUNNING") ? statuses : undefined;
    });
  } finally {
    client.destroy();
  }
}

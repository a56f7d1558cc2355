import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { Client } from "../../../cli/api/client.ts";
import { ApiError, brokenErrors, notReadyErrors, refusedErrors, unclearError } from "../../../contract/errors.ts";
import { loadWorkflow } from "../../../statemachine/workflow.ts";
import { call } from "../support/client.ts";
import { numberedHost } from "../support/numbered-host.ts";
import { opened } from "../support/opened.ts";
import { labelOf } from "../support/outcome.ts";
import { count } from "../support/quick.ts";
import { samplePhoto } from "../support/sample-photo.ts";
import { startService } from "../support/service.ts";

/**
 * Runs images through every fault that Lambda, S3, Step Functions and the gateway have on a bad day. IMAGES=<count>
 * sets the number of images of the large request.
 */
const images = count("IMAGES", { quick: 300, full: 300 });
/** Few enough for the inline Map. */
const inlineImages = 40;

/**
 * An image is lost only if the calls of its batch break once more often than they are retried, and then its own calls do,
 * too. One broken call fewer loses no image, whichever batches the calls belong to.
 */
const mostBroken =
  leastRetries("Classify", "Classify (child)") + 1 + leastRetries("Classify one image", "Classify one image (child)");
const mostUnknown = Math.floor(mostBroken / 2);

const withoutPrefix = (errors: readonly string[]) => errors.map((error) => error.replace("Lambda.", ""));
const lambda = (called: string, error: string, rest: object) => ({
  service: "lambda",
  function: called,
  error,
  ...rest,
});
const faults = [
  // A synchronous request and then the large one meet a planner that is not ready; each later error is met once.
  lambda("map", "CodeArtifactUserPendingException", { firstCalls: 2 }),
  lambda("map", "TooManyRequestsException", { firstCalls: 1 }),
  lambda("map", "ServiceException", { timing: "afterRun", firstCalls: 1 }),
  ...withoutPrefix([...notReadyErrors, ...refusedErrors, unclearError]).map((error) =>
    lambda("classify", error, { firstCalls: 1 }),
  ),
  lambda("classify", "TooManyRequestsException", { probability: 0.1 }),
  lambda("classify", "ServiceException", { timing: "afterRun", probability: 0.05 }),
  lambda("classify", "Unknown", { probability: 0.05, atMost: mostUnknown }),
  lambda("classify", "SandboxKilled", { withinMs: 400, probability: 0.1, atMost: mostBroken - mostUnknown }),
  lambda("reduce", "CodeArtifactUserPendingException", { firstCalls: 1 }),
  lambda("reduce", "ServiceException", { timing: "afterRun", firstCalls: 1 }),
  lambda("reduce", "Unknown", { firstCalls: 1 }),
  // One more than the SDK tries, so that the function itself fails with the bucket's error.
  { service: "s3", operation: "PutObject", prefix: "results/", error: "SlowDown", firstCalls: 3 },
  { service: "s3", operation: "GetObject", error: "SlowDown", firstCalls: 2 },
  { service: "states", operation: "DescribeExecution", error: "ThrottlingException", probability: 0.05 },
  { service: "apigateway", route: "POST /classify", error: "INTEGRATION_FAILURE", firstCalls: 1 },
  { service: "apigateway", route: "GET /executions/*", error: "THROTTLED", probability: 0.05 },
];

describe(`${images} and ${inlineImages} images under ${faults.length} faults`, () => {
  const ran = opened(runUnderFaults);

  test("nothing is lost: every image has its label, in the order of the request", () => {
    for (const { results, count, urlOf } of ran().runs) {
      const expected = Array.from({ length: count }, (_, index) => [index, urlOf(index), "Labrador retriever"]);
      expect(results.map((result) => [result.index, result.image, labelOf(result)])).toEqual(expected);
    }
  });

  test("nothing is counted twice", () => {
    for (const { view, count } of ran().runs) {
      expect([view.status, view.counts]).toEqual(["SUCCEEDED", { total: count, succeeded: count, failed: 0 }]);
    }
  });

  test("every fault took effect, so that each of them was survived", async ({ annotate }) => {
    const { output } = ran();
    const struck = faults.map((_, index) => output.split(`faults[${index}] `).length - 1);
    await annotate(`calls affected by each fault: ${struck.join(", ")}`);
    expect(faults.filter((_, index) => struck[index] === 0)).toEqual([]);
  });

  test("a synchronous request meets a function that is not ready with 503 and the time to wait", () => {
    expect(ran().synchronous).toEqual({ status: 503, code: "ServiceUnavailable", retryAfter: "30" });
  });

  test("a request that the gateway could not hand over is 503 with the time to wait", () => {
    expect(ran().refused).toEqual({ status: 503, code: "ServiceUnavailable", retryAfter: "30" });
  });
});

/** The fewest retries of a broken call among these tasks. */
function leastRetries(...tasks: readonly string[]): number {
  return Math.min(...tasks.map(retriesOf));
}

/** How often a task of the workflow retries a call that broke. */
function retriesOf(task: string): number {
  const found: number[] = [];
  JSON.parse(JSON.stringify(loadWorkflow("deep-learning-workflow").document), (key, value) => {
    if (key === task) found.push(...value.Retry.filter(isForBroken).map((each: Retrier) => each.MaxAttempts));
    return value;
  });
  const [retries] = found;
  if (retries === undefined || found.length > 1) throw new Error(`The task "${task}" has ${found.length} retriers.`);
  return retries;
}

interface Retrier {
  readonly ErrorEquals: readonly string[];
  readonly MaxAttempts: number;
}

function isForBroken({ ErrorEquals }: Retrier): boolean {
  return brokenErrors.some((error) => ErrorEquals.includes(error));
}

async function runUnderFaults() {
  const host = await numberedHost(await samplePhoto());
  const folder = mkdtempSync(path.join(os.tmpdir(), "dlw-lane-"));
  const file = path.join(folder, "faults.json");
  writeFileSync(file, JSON.stringify({ seed: 14, faults }));
  const service = await startService({ arguments: ["--allow-host", host.name, "--faults", file] });
  try {
    const post = async (route: string) => {
      const response = await call(service, route, { method: "POST", body: JSON.stringify([host.url(0)]) });
      const { code } = ApiError.parse(await response.json());
      return { status: response.status, code, retryAfter: response.headers.get("retry-after") };
    };
    const synchronous = await post("/classify/sync");
    const refused = await post("/classify");
    const client = new Client({ url: service.url, apiKey: service.apiKey });
    const run = async (name: string, count: number, first: number) => {
      const urlOf = (index: number) => host.url(first + index);
      const body = { images: Array.from({ length: count }, (_, index) => urlOf(index)), topK: 1 };
      const { executionId } = await client.start(body, name);
      const view = await client.finish(executionId);
      return { view, results: await client.results(view), count, urlOf };
    };
    const runs = await Promise.all([run("large", images, 0), run("small", inlineImages, images)]);
    return { synchronous, refused, runs, output: service.output() };
  } finally {
    await service.stop();
    await host.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

import { setTimeout as delay } from "node:timers/promises";
import { GetExecutionHistoryCommand, SFNClient } from "@aws-sdk/client-sfn";
import sharp, { type Sharp } from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ApiError } from "../contract/errors.ts";
import { SyncResult } from "../contract/http.ts";
import { apiLimits, lambdaLimits } from "../contract/limits.ts";
import type { ImageResult } from "../contract/workflow.ts";
import { sampleKey } from "../contract/workflow.ts";
import { call, finish, results, start } from "./lanes/support/client.ts";
import { operatorOf } from "./lanes/support/operator.ts";
import { type FileServer, serveFiles } from "./lanes/support/photos.ts";
import { type RunningService, startService } from "./lanes/support/service.ts";

/** The product as a user runs it: one server, real HTTP, the real model; what the README promises, seen. */
let service: RunningService;
let files: FileServer;
let sfn: SFNClient;
const served = new Map<string, Buffer>();

beforeAll(async () => {
  files = await serveFiles((name) => served.get(name));
  // Results of more than some twenty images go through a Distributed Map.
  service = await startService({ arguments: ["--allow-host", files.host, "--config", "inlineLimit=16384"] });
  sfn = new SFNClient(operatorOf(service));
}, 300_000);

afterAll(async () => {
  sfn?.destroy();
  await service?.stop();
  await files?.close();
});

const sampleUrl = (): string => `${service.url}/${sampleKey}`;
const top = (result: ImageResult | undefined) =>
  result && "predictions" in result ? result.predictions[0] : undefined;
const codeOf = (result: ImageResult | undefined) => (result && "error" in result ? result.error.code : undefined);

async function variant(name: string, change: (image: Sharp) => Sharp): Promise<string> {
  const sample = Buffer.from(await (await fetch(sampleUrl())).arrayBuffer());
  served.set(name, await change(sharp(sample)).jpeg().toBuffer());
  return files.urlOf(name);
}

async function historyOf(executionId: string, machine: string) {
  const executionArn = `arn:aws:states:us-east-1:000000000000:execution:${machine}:${executionId}`;
  const { events = [] } = await sfn.send(new GetExecutionHistoryCommand({ executionArn, maxResults: 1000 }));
  return events;
}

describe("POST /classify", () => {
  it("returns three photos of one list in order, and schedules all three before the first ends", async () => {
    const images = [
      sampleUrl(),
      await variant("crop.jpg", cropped),
      await variant("turned.jpg", (image) => image.rotate(12)),
    ];
    const executionId = await start(service, images);
    const view = await finish(service, executionId);
    expect(view.status).toBe("SUCCEEDED");
    expect(view.counts).toEqual({ total: 3, succeeded: 3, failed: 0 });
    const found = await results(service, view);
    expect(found.map(({ image }) => image)).toEqual(images);
    expect(top(found[0])?.label).toBe("Labrador retriever");
    // Different pixels give different probabilities, which proves that the model computes them.
    expect(new Set(found.map((result) => top(result)?.probability)).size).toBe(3);

    const events = await historyOf(executionId, await machineOf("workflow"));
    const classify = events.filter(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name === "Classify");
    expect(classify).toHaveLength(3);
    const scheduled = events.flatMap(({ type }, at) => (type === "TaskScheduled" ? [at] : [])).slice(1, 4);
    const firstEnd = events.findIndex(({ type }, at) => type === "TaskSucceeded" && at > (scheduled[0] ?? 0));
    expect(scheduled.every((at) => at < firstEnd)).toBe(true);
  });

  it("gives a crop, a rotation and noise of one photo different probabilities", async () => {
    const images = [
      sampleUrl(),
      await variant("half.jpg", cropped),
      await variant("tilted.jpg", (image) => image.rotate(30)),
      await variant("noisy.jpg", noisy),
    ];
    const found = await results(service, await finish(service, await start(service, images)));
    expect(new Set(found.map((result) => top(result)?.probability)).size).toBe(images.length);
  });

  it("gives each bad image a separate typed error and still classifies the good one", async () => {
    served.set("notes.txt", Buffer.from("just text"));
    const images = [
      files.urlOf("absent.jpg"),
      files.urlOf("notes.txt"),
      "http://169.254.169.254/latest/meta-data",
      sampleUrl(),
    ];
    const view = await finish(service, await start(service, images));
    const found = await results(service, view);
    expect(found.map(codeOf)).toEqual(["ImageNotFound", "NotAnImage", "HostNotAllowed", undefined]);
    expect(top(found[3])?.label).toBe("Labrador retriever");
    expect(view.counts).toEqual({ total: 4, succeeded: 1, failed: 3 });
  });

  it("returns a result at every index of a photo that occurs twice", async () => {
    const view = await finish(service, await start(service, [sampleUrl(), sampleUrl()]));
    const found = await results(service, view);
    expect(found.map(({ index }) => index)).toEqual([0, 1]);
    expect(found.map((result) => top(result)?.label)).toEqual(["Labrador retriever", "Labrador retriever"]);
  });
});

describe("a list that the workflow's state does not carry", () => {
  it("is classified by child executions, with results in order, image by image", async () => {
    const folder = (await variant("small.jpg", (image) => image.resize(299, 299))).replace("small.jpg", "");
    const photo = served.get("small.jpg");
    const images = Array.from(
      { length: 30 },
      (_, at) => `${folder}${at % 7 === 3 ? "absent" : "small"}.jpg?place=${at}`,
    );
    if (photo)
      for (const image of images.filter((each) => each.includes("small")))
        served.set(image.slice(folder.length), photo);
    // The last names the first again: it is classified once.
    const list = [...images, ...images.slice(0, 1)];
    const executionId = await start(service, list);
    const view = await finish(service, executionId);
    expect(view.error).toBeUndefined();
    expect(view.counts).toEqual({ total: 31, succeeded: 27, failed: 4 });
    const found = await results(service, view);
    expect(found.map(({ index, image }) => [index, image])).toEqual(list.map((image, index) => [index, image]));
    for (const [at, result] of found.entries()) {
      if (at % 7 === 3) expect(codeOf(result)).toBe("ImageNotFound");
      else expect(top(result)?.label).toBe("Labrador retriever");
    }
    const events = await historyOf(executionId, await machineOf("workflow"));
    expect(events.map(({ type }) => type)).toContain("MapRunSucceeded");
  }, 180_000);
});

describe("POST /classify/sync", () => {
  it("returns the results in the response", async () => {
    const response = await call(service, "/classify/sync", { method: "POST", body: JSON.stringify([sampleUrl()]) });
    expect(response.status).toBe(200);
    const { results: found } = SyncResult.parse(await response.json());
    expect(top(found[0])?.label).toBe("Labrador retriever");
  });
});

describe("what the API refuses", () => {
  const many = Array.from({ length: apiLimits.syncImages + 1 }, () => "https://example.com/a.jpg");
  it.each([
    ["a body that is not JSON", "/classify", "no json", 400, "InvalidJson"],
    ["a body of the wrong shape", "/classify", JSON.stringify({ pictures: [] }), 400, "InvalidRequest"],
    ["an empty list", "/classify", "[]", 400, "InvalidRequest"],
    ["too many images at once", "/classify/sync", JSON.stringify(many), 413, "TooManyImages"],
    [
      "a body too large for Lambda",
      "/classify",
      `["${"x".repeat(lambdaLimits.syncPayloadBytes)}"]`,
      413,
      "PayloadTooLarge",
    ],
  ])("%s", async (_what, path, body, status, code) => {
    const response = await call(service, path, { method: "POST", body });
    const error = ApiError.parse(await response.json());
    expect([response.status, error.code]).toEqual([status, code]);
    expect(error.message).toMatch(/^[A-Z"].+\.$/s);
  });

  it("a request without a key", async () => {
    const response = await call(service, "/classify", { method: "POST", body: "[]", headers: { "x-api-key": "" } });
    expect([response.status, ApiError.parse(await response.json()).code]).toEqual([403, "Forbidden"]);
    expect(response.headers.get("access-control-allow-origin")).not.toBeNull();
  });
});

describe("the examples", () => {
  it("single-task: a message goes through one Lambda function", async () => {
    const output = await runExample("single-task", { message: "hello" });
    expect(JSON.stringify(output)).toContain("hello");
  });

  it("branch-map-reduce: both branches are scheduled before either ends", async () => {
    const executionId = await startExample("branch-map-reduce", {});
    await finishExample("branch-map-reduce", executionId);
    const events = await historyOf(executionId, await machineOf("branch-map-reduce"));
    const entered = events.findIndex(({ type }) => type === "ParallelStateStarted");
    const after = events.slice(entered).map(({ type }) => type);
    const second = after.indexOf("TaskScheduled", after.indexOf("TaskScheduled") + 1);
    expect(second).toBeGreaterThan(0);
    expect(second).toBeLessThan(after.indexOf("TaskSucceeded"));
  });

  it("three-images: three named branches, then the reduce", async () => {
    const branch = { url: sampleUrl() };
    const output = await runExample("three-images", { branch1: branch, branch2: branch, branch3: branch });
    expect(output).toMatchObject({ counts: { total: 3, succeeded: 3, failed: 0 } });
  });
});

function cropped(image: Sharp): Sharp {
  return image.resize(400, 400).extract({ left: 40, top: 40, width: 320, height: 320 });
}

function noisy(image: Sharp): Sharp {
  const noise = { type: "gaussian", mean: 128, sigma: 60 } as const;
  const input = { create: { width: 400, height: 400, channels: 3, background: "#000", noise } } as const;
  return image.resize(400, 400).composite([{ input, blend: "overlay" }]);
}

async function startExample(name: string, input: unknown): Promise<string> {
  const response = await call(service, `/examples/${name}`, { method: "POST", body: JSON.stringify(input) });
  const body = (await response.json()) as { executionId: string };
  expect(response.status, JSON.stringify(body)).toBe(202);
  return body.executionId;
}

async function finishExample(name: string, executionId: string): Promise<unknown> {
  for (;;) {
    const response = await call(service, `/examples/${name}/executions/${executionId}`);
    const view = (await response.json()) as { status: string; output?: unknown; error?: unknown };
    if (view.status === "RUNNING") {
      await delay(50);
      continue;
    }
    expect(view).toMatchObject({ status: "SUCCEEDED" });
    return view.output;
  }
}

const runExample = async (name: string, input: unknown): Promise<unknown> =>
  finishExample(name, await startExample(name, input));

/** The physical name of the machine whose auto-name contains `part`. */
async function machineOf(part: string): Promise<string> {
  const { ListStateMachinesCommand } = await import("@aws-sdk/client-sfn");
  const { stateMachines = [] } = await sfn.send(new ListStateMachinesCommand({}));
  const names = stateMachines.map(({ name }) => name ?? "");
  const found = names.find((name) => name.includes(part) && (part !== "workflow" || !name.includes("now")));
  if (!found) throw new Error(`no state machine is named like "${part}": ${names.join(", ")}`);
  return found;
}

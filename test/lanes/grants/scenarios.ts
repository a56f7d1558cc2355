import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { FunctionResource } from "#local-aws";
import { ExampleExecution, ExecutionView, type Progress, SyncResult, UploadTicket } from "../../../contract/http.ts";
import { resultsKey } from "../../../contract/results.ts";
import { type ImageResult, sampleKey } from "../../../contract/workflow.ts";
import { call, results, start } from "../support/client.ts";
import { logText } from "../support/logs.ts";
import { delayedScenario } from "./delayed.ts";
import { expiredScenarios } from "./expired.ts";
import { manyImages, redriveStopped } from "./map-runs.ts";
import { kindOf } from "./mutants.ts";
import { beginUpload } from "./objects.ts";
import { retryScenario } from "./retries.ts";
import type { Scenario } from "./scenario.ts";
import { sourceScenarios } from "./sources.ts";
import { otherBucket, otherKey, type Testbed } from "./testbed.ts";
import { cancelledWebhookArrives, largeWebhookArrives, refusedWebhookIsRecorded, webhookArrives } from "./webhooks.ts";

const label = "Labrador retriever";
/** Results that repeat it are soon above the testbed's limits. */
const longReference = `https://refused.example.com/${"long/".repeat(1_600)}a.jpg`;
/** An image that is not fetched, and at how many indexes its results are uploaded in parts. */
const refused = "https://refused.example.com/a.jpg";
const resultsInParts = 50_000;
/** Maximum wait in milliseconds without a refusal: long enough for a busy machine. */
const patienceMs = 60_000;

export function scenariosOf(testbed: Testbed): readonly Scenario[] {
  const { graph, slow } = testbed;
  const photo = graph.objects.find(({ key }) => key === sampleKey);
  assert(photo && "file" in photo.source, "the program declares no sample photo");
  const { file } = photo.source;
  const sample = `s3://${photo.bucket}/${sampleKey}`;
  let finished: ExecutionView | undefined;

  const ended = async (executionId: string): Promise<ExecutionView> => {
    const view = await testbed.patience.finish(executionId, patienceMs);
    assert.equal(view.status, "SUCCEEDED", JSON.stringify(view.error));
    return view;
  };
  const classified = async (images: readonly string[]): Promise<readonly string[]> => {
    const view = await ended(await start(testbed, images));
    finished ??= view;
    return (await results(testbed, view)).map(said);
  };

  /** Starts images of which the first one waits, until all others are done; then ends the execution. */
  const progressOf = async (images: readonly string[]): Promise<Progress | undefined> => {
    const executionId = await start(testbed, images);
    try {
      return await testbed.patience.until(
        "the progress",
        async () => {
          const response = await call(testbed, `/executions/${executionId}`);
          assert.equal(response.status, 200, await response.clone().text());
          const { status, progress } = ExecutionView.parse(await response.json());
          // The output of one that has ended has the progress, too.
          assert.equal(status, "RUNNING");
          return progress && progress.done > 0 ? progress : undefined;
        },
        patienceMs,
      );
    } finally {
      await call(testbed, `/executions/${executionId}`, { method: "DELETE" });
      slow.release();
    }
  };

  return [
    {
      title: "POST /classify",
      about: ["workflow"],
      run: async () => assert.deepEqual(await classified([sample]), [label]),
    },
    {
      title: "the results' link",
      about: ["api"],
      async run() {
        assert(finished, "no execution has finished yet");
        const response = await call(testbed, `/executions/${finished.executionId}/results`);
        assert.equal(response.status, 200, await response.clone().text());
        assert.deepEqual(((await response.json()) as ImageResult[]).map(said), [label]);
      },
    },
    {
      title: "a request too large for an execution's input",
      about: ["map"],
      async run() {
        const long = longReference.slice(0, 2_000);
        const view = await ended(await start(testbed, new Array<string>(300).fill(long)));
        assert.deepEqual(view.counts, { total: 300, succeeded: 0, failed: 300 });
      },
    },
    {
      title: "large results after a call that was killed",
      about: ["reduce"],
      async run() {
        const executionId = `large-${performance.now().toFixed(0)}`;
        const unfinished = await beginUpload(testbed, photo.bucket, resultsKey(executionId, "jsonl"));
        const body = JSON.stringify(new Array<string>(resultsInParts).fill(refused));
        const init = { method: "POST", body, headers: { "idempotency-key": executionId } };
        const response = await call(testbed, "/classify", init);
        assert.equal(response.status, 202, await response.text());
        const view = await ended(executionId);
        assert.equal(view.resultsFormat, "jsonl");
        assert.equal((await results(testbed, view)).length, resultsInParts);
        assert.deepEqual(await unfinished(), []);
      },
    },
    retryScenario(testbed, { sample, own: photo.bucket, patienceMs }),
    {
      title: "a list that goes through a Distributed Map",
      about: ["workflow", "map", "reduce"],
      async run() {
        const view = await ended(await start(testbed, manyImages));
        assert.deepEqual(view.counts, { total: manyImages.length, succeeded: 0, failed: manyImages.length });
        const classified = await results(testbed, view);
        assert.deepEqual([...new Set(classified.map(said))], ["HostNotAllowed"]);
      },
    },
    {
      title: "a stopped list that goes on after a redrive",
      about: ["workflow"],
      run: () => redriveStopped(testbed, ended),
    },
    ...expiredScenarios(testbed, photo.bucket),
    {
      title: "an upload and its classification",
      about: ["api", "classify"],
      run: async () => assert.deepEqual(await classified([await uploaded(testbed, readFileSync(file))]), [label]),
    },
    {
      title: "missing objects are reported as missing",
      about: ["classify"],
      async run() {
        const absent = ["uploads/absent.jpg", "samples/absent.jpg"].map((key) => `s3://${photo.bucket}/${key}`);
        assert.deepEqual(await classified(absent), ["ImageNotFound", "ImageNotFound"]);
      },
    },
    {
      title: "another bucket's photo, and an absent one",
      about: ["classify"],
      async run() {
        const images = [otherKey, "absent.jpg"].map((key) => `s3://${otherBucket}/${key}`);
        assert.deepEqual(await classified(images), [label, "ImageNotFound"]);
      },
    },
    {
      title: "POST /classify/sync",
      about: ["classify-now"],
      async run() {
        const response = await call(testbed, "/classify/sync", { method: "POST", body: JSON.stringify([sample]) });
        assert.equal(response.status, 200, await response.clone().text());
        assert.deepEqual(SyncResult.parse(await response.json()).results.map(said), [label]);
      },
    },
    {
      title: "a webhook",
      about: ["notify", "notifications", "ended"],
      run: () => webhookArrives(testbed, patienceMs),
    },
    {
      title: "the webhook of an execution that is too large for an event",
      about: ["notify"],
      run: () => largeWebhookArrives(testbed, patienceMs),
    },
    {
      title: "the webhook of an execution that is cancelled before it begins",
      about: ["notify", "api"],
      run: () => cancelledWebhookArrives(testbed, patienceMs),
    },
    delayedScenario(testbed, patienceMs),
    {
      title: "a webhook that is refused is recorded",
      about: ["notify", "notifications"],
      run: () => refusedWebhookIsRecorded(testbed, photo.bucket, patienceMs),
    },
    {
      title: "DELETE of a running execution",
      about: ["api"],
      async run() {
        const executionId = await start(testbed, [slow.url]);
        try {
          const response = await call(testbed, `/executions/${executionId}`, { method: "DELETE" });
          assert.equal(response.status, 202, await response.clone().text());
          assert.equal((await testbed.patience.finish(executionId, patienceMs)).status, "ABORTED");
        } finally {
          slow.release();
        }
      },
    },
    {
      title: "the progress of a running execution",
      about: ["api"],
      async run() {
        assert.deepEqual(await progressOf([slow.url, manyImages[0] ?? ""]), { total: 2, done: 1 });
        assert.equal((await progressOf([slow.url, ...manyImages]))?.total, 1 + manyImages.length);
      },
    },
    {
      title: "the same Idempotency-Key again",
      about: [],
      async run() {
        const headers = { "idempotency-key": `key-${performance.now().toFixed(0)}` };
        const init = { method: "POST", body: JSON.stringify(["https://refused.example.com/a.jpg"]), headers };
        const responses = [await call(testbed, "/classify", init), await call(testbed, "/classify", init)];
        for (const response of responses) assert.equal(response.status, 202, await response.text());
        await ended(headers["idempotency-key"]);
      },
    },
    ...sourceScenarios(testbed, photo.bucket, patienceMs),
    example(testbed, "single-task", { message: "hello" }),
    example(testbed, "branch-map-reduce", {}),
    example(testbed, "three-images", { branch1: { url: sample }, branch2: { url: sample }, branch3: { url: sample } }),
    {
      title: "GET /openapi.json",
      about: ["api"],
      async run() {
        const response = await call(testbed, "/openapi.json");
        assert.equal(response.status, 200, await response.text());
      },
    },
    ...graph.functions.map((each) => ({
      title: `${kindOf(each.name)} starts and is logged`,
      about: [],
      starts: kindOf(each.name),
      run: () => logged(testbed, each),
    })),
  ];
}

function said(result: ImageResult): string {
  return "error" in result ? result.error.code : (result.predictions[0]?.label ?? "");
}

async function uploaded(testbed: Testbed, photo: Buffer<ArrayBuffer>): Promise<string> {
  const body = JSON.stringify({ contentType: "image/jpeg", bytes: photo.length });
  const answer = await call(testbed, "/uploads", { method: "POST", body });
  assert.equal(answer.status, 201, await answer.clone().text());
  const { uploadUrl, fields, image } = UploadTicket.parse(await answer.json());
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set("file", new Blob([photo]));
  const response = await fetch(uploadUrl, { method: "POST", body: form });
  assert(response.ok, await response.text());
  return image;
}

function example(testbed: Testbed, name: string, input: object): Scenario {
  return {
    title: `example ${name}`,
    about: [name],
    async run() {
      const answer = await call(testbed, `/examples/${name}`, { method: "POST", body: JSON.stringify(input) });
      assert.equal(answer.status, 202, await answer.clone().text());
      const { executionId } = ExampleExecution.parse(await answer.json());
      const location = `/examples/${name}/executions/${executionId}`;
      const view = await testbed.patience.until(
        `the end of example "${name}"`,
        async () => {
          const seen = ExampleExecution.parse(await (await call(testbed, location)).json());
          return seen.status === "RUNNING" ? undefined : seen;
        },
        patienceMs,
      );
      assert.equal(view.status, "SUCCEEDED", JSON.stringify(view.error));
      if (name === "three-images") assert.match(JSON.stringify(view.output), /"succeeded":3/);
    },
  };
}

/** Calls a function with an event that it rejects at once, and checks that its sandbox ran and wrote its log. */
async function logged(testbed: Testbed, { name, arn, version, logGroupName }: FunctionResource): Promise<void> {
  const { requestId } = await testbed.runtime.lambda.invoker.invoke({
    functionArn: `${arn}:${version}`,
    payload: "{}",
    caller: { accessKeyId: "operator", arn: `arn:aws:iam::${testbed.graph.accountId}:user/operator` },
  });
  const group = new RegExp(`^${logGroupName}$`);
  const report = `REPORT RequestId: ${requestId}`;
  const reported = async () => (await logText(testbed, group)).includes(report);
  await testbed.patience.until(`a report in the log of "${name}"`, reported, 1_500);
}

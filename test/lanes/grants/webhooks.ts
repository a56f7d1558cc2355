import assert from "node:assert/strict";
import { inlineStateBytes } from "../../../contract/limits.ts";
import type { WebhookMessage } from "../../../contract/webhook.ts";
import { notificationKey } from "../../../contract/workflow.ts";
import { call, start } from "../support/client.ts";
import type { Testbed } from "./testbed.ts";

const refused = "https://refused.example.com/";

/** An execution whose webhook must arrive, signed. */
export async function webhookArrives(testbed: Testbed, patienceMs: number): Promise<void> {
  const { url } = testbed.receiver;
  await arrived(testbed, await start(testbed, { images: [`${refused}a.jpg`], notify: `${url}/taken` }), patienceMs);
}

/**
 * The same with an input that fits into the state, but not into an event together with the output: the function must read
 * it from Step Functions.
 */
export async function largeWebhookArrives(testbed: Testbed, patienceMs: number): Promise<void> {
  await arrived(testbed, await start(testbed, largeRequest(testbed)), patienceMs);
}

/** The webhook of an execution that is cancelled before it begins, with an input that is too large for an event. */
export async function cancelledWebhookArrives(testbed: Testbed, patienceMs: number): Promise<void> {
  const notBefore = new Date(Date.now() + 3_600_000).toISOString();
  const executionId = await start(testbed, largeRequest(testbed, { notBefore }));
  const response = await call(testbed, `/executions/${executionId}`, { method: "DELETE" });
  assert.equal(response.status, 202, await response.clone().text());
  await arrived(testbed, executionId, patienceMs, "execution.aborted");
}

/** A request that nearly fills an execution's input. */
function largeRequest({ receiver }: Testbed, more: object = {}): object {
  const notify = `${receiver.url}/large`;
  const each = `${refused}${"long/".repeat(800)}a.jpg`;
  // Quotes and a comma surround each; the last image fills what is left.
  const count = Math.floor(inlineStateBytes / (each.length + 3)) - 1;
  const request = (length: number) => {
    const last = `${refused}${"x".repeat(length)}`;
    return { images: [...new Array<string>(count).fill(each), last], topK: 5, notify, ...more };
  };
  const spare = inlineStateBytes - JSON.stringify(request(0)).length;
  assert(spare > 0 && spare < 8_000, `${spare} bytes are left for the last image`);
  return request(spare);
}

async function arrived(
  { receiver, patience }: Testbed,
  executionId: string,
  patienceMs: number,
  type: WebhookMessage["type"] = "execution.succeeded",
): Promise<void> {
  const { message } = await patience.until(
    `the webhook of "${executionId}"`,
    async () => receiver.received.find(({ message: { data } }) => data.executionId === executionId),
    patienceMs,
  );
  assert.equal(message.type, type);
}

/** A webhook that its receiver refuses is recorded in the bucket. */
export async function refusedWebhookIsRecorded(testbed: Testbed, bucket: string, patienceMs: number): Promise<void> {
  const notify = `${testbed.receiver.url}/gone`;
  const executionId = await start(testbed, { images: [`${refused}a.jpg`], notify });
  const store = testbed.runtime.s3.store(bucket);
  const record = async () => store?.find(notificationKey(executionId));
  await testbed.patience.until(`the record of "${executionId}"`, record, patienceMs);
}

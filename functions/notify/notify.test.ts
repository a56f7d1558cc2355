import { afterEach, describe, expect, it, vi } from "vitest";
import { UndeliveredWebhook, WebhookMessage } from "../../contract/webhook.ts";
import { memoryObjects } from "../shared/test-support/memory-objects.ts";
import { type NotifyServices, notify } from "./notify.ts";

vi.mock("../shared/log.ts", () => ({ log: () => {} }));

const address = "https://hooks.example.com/hook?token=secret";
const input = JSON.stringify({ images: ["https://example.com/a.jpg"], topK: 5, notify: address });
const outcome = {
  executionId: "e1",
  release: "0123456789ab",
  counts: { total: 2, succeeded: 1, failed: 1 },
  resultsLocation: { bucket: "own-bucket", key: "results/e1.json" },
};
const end = {
  executionArn: "arn:aws:states:eu-central-1:000000000000:execution:workflow:e1",
  name: "e1",
  status: "SUCCEEDED",
  startDate: 1_798_761_600_000,
  stopDate: 1_798_761_660_500,
  input,
  output: JSON.stringify(outcome),
  error: null,
};

function services(over: Partial<NotifyServices> = {}) {
  const sent: { to: string; id: string; body: string }[] = [];
  const objects = memoryObjects();
  const all: NotifyServices = {
    bucket: "own-bucket",
    objects,
    apiUrl: "https://api.example.com/v1",
    rules: { hosts: [], secrets: [] },
    stateMachineArn: "arn:aws:states:eu-central-1:000000000000:stateMachine:workflow",
    describe: async () => {
      throw new Error("The event has the data.");
    },
    deliver: async (to, { id, body }) => {
      sent.push({ to, id, body });
      return { status: 200, host: "hooks.example.com" };
    },
    ...over,
  };
  return { all, sent, objects };
}

describe("an execution that ended", () => {
  it("is reported with its counts and where its status is, without results", async () => {
    const { all, sent } = services();
    expect(await notify({ end }, all)).toEqual({ executionId: "e1", webhook: "delivered" });
    expect(sent[0]?.to).toBe(address);
    const body: unknown = JSON.parse(sent[0]?.body ?? "");
    expect(WebhookMessage.parse(body)).toEqual(body);
    expect(body).toEqual({
      type: "execution.succeeded",
      timestamp: "2027-01-01T00:01:00.500Z",
      data: {
        executionId: "e1",
        status: "SUCCEEDED",
        release: "0123456789ab",
        counts: { total: 2, succeeded: 1, failed: 1 },
        startedAt: "2027-01-01T00:00:00.000Z",
        finishedAt: "2027-01-01T00:01:00.500Z",
        statusUrl: "https://api.example.com/v1/executions/e1",
      },
    });
  });

  it.each([
    ["FAILED", "execution.failed", "States.Runtime"],
    ["TIMED_OUT", "execution.timed_out", undefined],
    ["ABORTED", "execution.aborted", "Stopped"],
  ])("as %s is reported as %s", async (status, type, error) => {
    const { all, sent } = services();
    await notify({ end: { ...end, status, output: null, error } }, all);
    const body = WebhookMessage.parse(JSON.parse(sent[0]?.body ?? ""));
    expect(body).toMatchObject({ type, data: { status, ...(error && { error: { code: error } }) } });
    expect(body.data).not.toHaveProperty("counts");
  });

  it("has the same id and body in every attempt, and another after a redrive", async () => {
    const { all, sent } = services();
    for (const stopDate of [end.stopDate, end.stopDate, end.stopDate + 1])
      await notify({ end: { ...end, stopDate } }, all);
    const [first, second, third] = sent;
    expect(second).toEqual(first);
    expect(first?.id).toMatch(/^msg_[\w-]{27}$/);
    expect(third?.id).not.toBe(first?.id);
  });

  it("needs no webhook if its request names no address", async () => {
    const { all, sent } = services();
    for (const text of ['["https://example.com/a.jpg"]', '{"images":[]}', "{}", '{"notify":5}']) {
      expect(await notify({ end: { ...end, input: text } }, all)).toMatchObject({ webhook: "none" });
    }
    expect(sent).toEqual([]);
  });

  it("is read from Step Functions if it is too large for an event", async () => {
    const asked: string[] = [];
    const describe = async (arn: string) => {
      asked.push(arn);
      return { input, output: end.output };
    };
    const { all, sent } = services({ describe });
    const { output: _, ...event } = { ...end, input: null };
    await notify({ end: event }, all);
    expect(asked).toEqual([end.executionArn]);
    expect(JSON.parse(sent[0]?.body ?? "").data.counts).toEqual(outcome.counts);
  });

  it("is tried again later if it cannot be read", async () => {
    const describe = () => Promise.reject(Object.assign(new Error("Rate exceeded"), { name: "ThrottlingException" }));
    await expect(notify({ end: { ...end, input: null } }, services({ describe }).all)).rejects.toMatchObject({
      name: "WebhookNotDelivered",
    });
  });

  it("rejects an event that is not one", async () => {
    await expect(notify({ end: { ...end, status: "RUNNING" } }, services().all)).rejects.toMatchObject({
      name: "InvalidInput",
    });
  });
});

describe("an execution that was cancelled while it was held", () => {
  const stopDate = Date.UTC(2027, 0, 1);
  afterEach(() => void vi.useRealTimers());

  /** Reports its end, `ms` later; its time was `waiting` milliseconds after the end. */
  const cancelled = (ms: number, waiting: number, begun: boolean) => {
    vi.useFakeTimers({ now: stopDate + ms, toFake: ["Date"] });
    const asked: string[] = [];
    const describe = async (arn: string) => {
      asked.push(arn);
      return begun ? { input, output: undefined } : undefined;
    };
    const notBefore = new Date(stopDate + waiting).toISOString();
    const held = {
      ...end,
      executionArn: end.executionArn.replace(":workflow:", ":delayed-start:"),
      status: "ABORTED",
      stopDate,
      input: JSON.stringify({ images: ["https://example.com/a.jpg"], notBefore, notify: address }),
      output: null,
    };
    const { all, sent } = services({ describe });
    return { notified: notify({ end: held }, all), sent, asked };
  };

  it("is reported", async () => {
    const { notified, sent } = cancelled(100, 60_000, false);
    expect(await notified).toMatchObject({ webhook: "delivered" });
    expect(sent).toHaveLength(1);
  });

  it("is not reported if it has begun all the same, because its end in the main workflow is", async () => {
    const { notified, sent, asked } = cancelled(100, -500, true);
    expect(await notified).toMatchObject({ webhook: "none" });
    expect([sent, asked]).toEqual([[], [end.executionArn]]);
  });

  it.each([-60_000, 500])("is looked for again while it may be starting (its time: %i ms)", async (waiting) => {
    await expect(cancelled(9_000, waiting, false).notified).rejects.toMatchObject({ name: "WebhookNotDelivered" });
    expect(await cancelled(10_000, waiting, false).notified).toMatchObject({ webhook: "delivered" });
  });
});

describe("a webhook that failed for good", () => {
  it("is recorded with the reason, without the secret parts of its address", async () => {
    const { all, sent, objects } = services();
    const Cause = JSON.stringify({
      errorType: "WebhookRefused",
      errorMessage: '"hooks.example.com" responded with 410.',
    });
    const failure = { Error: "WebhookRefused", Cause };
    expect(await notify({ end, failure }, all)).toEqual({ executionId: "e1", webhook: "recorded" });
    expect(sent).toEqual([]);
    const record: unknown = await objects.read({ bucket: "own-bucket", key: "notifications/e1.json" });
    expect(UndeliveredWebhook.parse(record)).toMatchObject({
      executionId: "e1",
      status: "SUCCEEDED",
      host: "hooks.example.com",
      error: { code: "WebhookRefused", message: '"hooks.example.com" responded with 410.' },
    });
    expect(JSON.stringify(record)).not.toContain("token");
  });

  it("is recorded with a cause that is no JSON", async () => {
    const { all, objects } = services();
    await notify({ end, failure: { Error: "States.Timeout", Cause: "" } }, all);
    expect(await objects.read({ bucket: "own-bucket", key: "notifications/e1.json" })).toMatchObject({
      error: { code: "States.Timeout", message: "" },
    });
  });
});

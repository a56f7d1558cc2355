import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createRuntimeApi, type RuntimeApi } from "./runtime-api.ts";

const work = {
  requestId: "8476a536-e9f4-11e8-9739-2dfe598c3fcd",
  payload: '{"a":1}',
  deadline: 1_800_000_000_000,
  functionArn: "arn:aws:lambda:us-east-1:000000000000:function:f:live",
  traceId: "Root=1-5bef4de7-ad49b0e87f6ef6c87fc2e700;Parent=9a9197af755a6419;Sampled=0",
};

let api: RuntimeApi;
let base: string;
beforeEach(async () => {
  api = await createRuntimeApi();
  base = `http://${api.address}/2018-06-01/runtime`;
});
afterEach(() => api.close());
const post = (path: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${base}${path}`, { method: "POST", body, headers });

describe("the Runtime API", () => {
  it("hands out an invocation with the headers of the specification, and takes its response", async () => {
    const outcome = api.run(work);
    const next = await fetch(`${base}/invocation/next`);
    expect(await next.text()).toBe(work.payload);
    expect(Object.fromEntries(next.headers)).toMatchObject({
      "lambda-runtime-aws-request-id": work.requestId,
      "lambda-runtime-deadline-ms": String(work.deadline),
      "lambda-runtime-invoked-function-arn": work.functionArn,
      "lambda-runtime-trace-id": work.traceId,
    });
    expect((await post(`/invocation/${work.requestId}/response`, '"done"')).status).toBe(202);
    expect(await outcome).toEqual({ kind: "response", payload: '"done"' });
  });

  it("keeps a runtime waiting until there is work, and calls it initialised from then", async () => {
    const next = fetch(`${base}/invocation/next`);
    expect(await api.initialised).toEqual({ kind: "ready" });
    void api.run(work);
    expect((await next).status).toBe(200);
  });

  it("takes the errors of an invocation and of an initialisation", async () => {
    const payload = '{"errorType":"TypeError","errorMessage":"no"}';
    const outcome = api.run(work);
    await fetch(`${base}/invocation/next`);
    await post(`/invocation/${work.requestId}/error`, payload, { "lambda-runtime-function-error-type": "Own.Type" });
    expect(await outcome).toEqual({ kind: "error", errorType: "Own.Type", payload });
    const other = await createRuntimeApi();
    await fetch(`http://${other.address}/2018-06-01/runtime/init/error`, { method: "POST", body: payload });
    expect(await other.initialised).toEqual({ kind: "error", errorType: "TypeError", payload });
    await other.close();
  });

  it("refuses a response above the limit, and tells the caller", async () => {
    const outcome = api.run(work);
    await fetch(`${base}/invocation/next`);
    const answer = await post(`/invocation/${work.requestId}/response`, "x".repeat(7 * 1024 * 1024));
    expect(answer.status).toBe(413);
    expect(await outcome).toMatchObject({ kind: "error", errorType: "Function.ResponseSizeTooLarge" });
  });

  it("refuses an answer to what is not running, and paths that do not exist", async () => {
    expect((await post("/invocation/other/response", "1")).status).toBe(400);
    expect((await post("/exit", "1")).status).toBe(404);
  });

  it("runs one invocation at a time", () => {
    void api.run(work);
    expect(() => api.run(work)).toThrow("takes one at a time");
  });
});

import http from "node:http";
import { setTimeout } from "node:timers/promises";
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
beforeEach(async () => {
  api = await createRuntimeApi();
});
afterEach(() => api.close());

interface Reply {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

/** Sends a request like a runtime client; `fetch` would add headers that only web pages send. */
function ask(method: string, path: string, body = "", headers: Record<string, string> = {}, of = api): Promise<Reply> {
  const [hostname, port] = of.address.split(":");
  return new Promise((resolve, reject) => {
    const location = `/2018-06-01/runtime${path}`;
    const request = http.request(
      { hostname, port, method, path: location, headers, agent: false },
      async (response) => {
        const chunks: Buffer[] = [];
        for await (const chunk of response) chunks.push(chunk as Buffer);
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString(),
        });
      },
    );
    request.on("error", reject);
    request.end(body);
  });
}
const next = (headers: Record<string, string> = {}) => ask("GET", "/invocation/next", "", headers);
const post = (path: string, body: string, headers: Record<string, string> = {}) => ask("POST", path, body, headers);

describe("the Runtime API", () => {
  it("hands out an invocation with the headers of the specification, and takes its response", async () => {
    const outcome = api.run(work);
    const invocation = await next();
    expect(invocation.text).toBe(work.payload);
    expect(invocation.headers).toMatchObject({
      "lambda-runtime-aws-request-id": work.requestId,
      "lambda-runtime-deadline-ms": String(work.deadline),
      "lambda-runtime-invoked-function-arn": work.functionArn,
      "lambda-runtime-trace-id": work.traceId,
    });
    expect((await post(`/invocation/${work.requestId}/response`, '"done"')).status).toBe(202);
    expect(await outcome).toEqual({ kind: "response", payload: '"done"' });
  });

  it("keeps a runtime waiting until there is work, and calls it initialised from then", async () => {
    const waiting = next();
    expect(await api.initialised).toEqual({ kind: "ready" });
    void api.run(work);
    expect((await waiting).status).toBe(200);
  });

  it("takes the errors of an invocation and of an initialisation", async () => {
    const payload = '{"errorType":"TypeError","errorMessage":"no"}';
    const outcome = api.run(work);
    await next();
    await post(`/invocation/${work.requestId}/error`, payload, { "lambda-runtime-function-error-type": "Own.Type" });
    expect(await outcome).toEqual({ kind: "error", errorType: "Own.Type", payload });
    const other = await createRuntimeApi();
    await ask("POST", "/init/error", payload, {}, other);
    expect(await other.initialised).toEqual({ kind: "error", errorType: "TypeError", payload });
    await other.close();
  });

  it("rejects a response above the limit, and reports it to the caller", async () => {
    const outcome = api.run(work);
    await next();
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

describe("a stranger at the Runtime API", () => {
  it.each([
    ["a name of another site", { host: "evil.example" }],
    ["a name for this machine that is not the address", { host: "localhost" }],
    ["a page's origin", { origin: "http://evil.example" }],
    ["an opaque origin", { origin: "null" }],
    ["what browsers add", { "sec-fetch-site": "none" }],
    ["what browsers add to a navigation", { "sec-fetch-mode": "navigate" }],
  ])("gets no invocation with %s", async (_what, headers) => {
    const outcome = api.run(work);
    expect((await next(headers as Record<string, string>)).status).toBe(403);
    expect((await post(`/invocation/${work.requestId}/response`, '"FORGED"', headers as never)).status).toBe(403);
    await next();
    await post(`/invocation/${work.requestId}/response`, '"own"');
    expect(await outcome).toEqual({ kind: "response", payload: '"own"' });
  });

  it("does not displace the runtime that waits", async () => {
    const waiting = next();
    await api.initialised;
    expect((await next()).status).toBe(409);
    void api.run(work);
    expect((await waiting).text).toBe(work.payload);
  });

  it("gets no second copy of an invocation that runs, and no place in front of the next one", async () => {
    void api.run(work);
    await next();
    expect(await next()).toMatchObject({ status: 403, text: expect.stringContaining("InvalidStateTransition") });
  });

  it("leaves a connection that waited and ended behind without harm", async () => {
    const [hostname, port] = api.address.split(":");
    const gone = http.get({ hostname, port, path: "/2018-06-01/runtime/invocation/next", agent: false });
    gone.on("error", () => undefined);
    await api.initialised;
    gone.destroy();
    await new Promise((resolve) => gone.once("close", resolve));
    // The server reads the end of that connection in the same turn as this later one, or before.
    await post("/exit", "");
    // The status is 409 until the server notices the end of the first connection; then the request waits.
    const runtime = (async () => {
      let reply = await next();
      while (reply.status === 409) reply = await next();
      return reply;
    })();
    await setTimeout(200);
    void api.run(work);
    expect((await runtime).text).toBe(work.payload);
  });

  it("responds once: a second response, and one to another invocation, find nothing that runs", async () => {
    const outcome = api.run(work);
    await next();
    expect((await post("/invocation/guess/response", '"FORGED"')).status).toBe(400);
    const location = `/invocation/${work.requestId}/response`;
    const replies = await Promise.all([post(location, '"one"'), post(location, '"two"')]);
    expect(replies.map(({ status }) => status).sort()).toEqual([202, 400]);
    expect(await outcome).toEqual({ kind: "response", payload: replies[0]?.status === 202 ? '"one"' : '"two"' });
  });

  it("cannot end an invocation by half a response", async () => {
    const outcome = api.run(work);
    await next();
    const [hostname, port] = api.address.split(":");
    const path = `/2018-06-01/runtime/invocation/${work.requestId}/response`;
    const headers = { "content-length": "100" };
    const half = http.request({ hostname, port, method: "POST", path, headers, agent: false });
    half.on("error", () => undefined);
    half.write('"FORGED');
    await new Promise((resolve) => half.once("socket", (socket) => socket.once("connect", resolve)));
    half.destroy();
    await expect.poll(async () => (await post(`/invocation/${work.requestId}/response`, '"own"')).status).toBe(202);
    expect(await outcome).toEqual({ kind: "response", payload: '"own"' });
  });

  it("cannot stop the service by a path that is no URL", async () => {
    expect((await post("/invocation/%E0%A4%A/response", "1")).status).toBe(400);
  });
});

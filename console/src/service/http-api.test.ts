import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { Aws } from "./aws.ts";
import { HttpApi } from "./http-api.ts";
import { problemOf } from "./problem.ts";

let server: Server;
let api: HttpApi;
let answer: { readonly status: number; readonly body: string };
/** Bodies of the next responses; after them, `answer` is the response. */
let answers: string[];
const seen: { readonly sentTo: string; readonly key: unknown; body: string }[] = [];

beforeEach(async () => {
  seen.length = 0;
  answers = [];
  server = createServer((request, response) => {
    const entry = { sentTo: `${request.method} ${request.url}`, key: request.headers["x-api-key"], body: "" };
    seen.push(entry);
    request.on("data", (chunk: Buffer) => {
      entry.body += chunk.toString();
    });
    request.on("end", () => {
      const { status, body } = answers.length > 0 ? { status: 200, body: answers.shift() } : answer;
      response.writeHead(status, { "content-type": "application/json" }).end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  api = new HttpApi(new Aws(endpoint));
});

afterEach(() => {
  server.closeAllConnections();
  server.close();
});

const refusal = (call: Promise<unknown>) => call.then(() => undefined, problemOf);

it("starts an execution with the list of images, through the server that has the key", async () => {
  answer = { status: 202, body: '{"executionId":"e","status":"RUNNING","statusUrl":"http://localhost/executions/e"}' };
  expect((await api.classify(["a", "b"])).executionId).toBe("e");
  expect(seen).toEqual([
    {
      sentTo: "POST /aws/execute-api/Invoke",
      key: undefined,
      body: '{"method":"POST","path":"/classify","body":["a","b"]}',
    },
  ]);
});

it("passes on the API's own code and sentence", async () => {
  answer = { status: 413, body: '{"code":"TooManyImages","message":"Send fewer."}' };
  expect(await refusal(api.classify(["a"]))).toEqual({ code: "TooManyImages", message: "Send fewer." });
});

it("uses the status as the code of a response without one, also if it is not JSON", async () => {
  answer = { status: 403, body: '{"message":"Forbidden"}' };
  expect(await refusal(api.classify(["a"]))).toEqual({ code: "Status403", message: "Forbidden" });
  answer = { status: 502, body: "<html>" };
  expect(await refusal(api.classify(["a"]))).toEqual({
    code: "Status502",
    message: "The API responded with status 502.",
  });
});

it("reads results that are lines of JSON", async () => {
  const view = { executionId: "e", status: "SUCCEEDED", startedAt: "", resultsFormat: "jsonl" };
  const results = [0, 1].map((index) => {
    return { index, image: "a", error: { code: "ImageNotFound", message: "There is no image." } };
  });
  answers = [
    JSON.stringify({ ...view, resultsUrl: "http://localhost/executions/e/results" }),
    JSON.stringify({ text: results.map((result) => `${JSON.stringify(result)}\n`).join("") }),
  ];
  expect(await api.results("e")).toEqual(results);
  expect(seen.at(-1)).toMatchObject({ sentTo: "POST /aws/execute-api/ReadResults", body: '{"executionId":"e"}' });
});

it("rejects a response of another shape", async () => {
  answer = { status: 200, body: '{"id":1}' };
  expect(await refusal(api.classify(["a"]))).toMatchObject({ code: "UnexpectedAnswer" });
});

it("reports that the service does not respond", async () => {
  server.close();
  server.closeAllConnections();
  expect(await refusal(api.classify(["a"]))).toMatchObject({ code: "ConnectionFailed" });
});

it("names any other error by its own name", () => {
  expect(problemOf(new RangeError("Too far."))).toEqual({ code: "RangeError", message: "Too far." });
  expect(problemOf("text")).toEqual({ code: "Unknown", message: "text" });
});

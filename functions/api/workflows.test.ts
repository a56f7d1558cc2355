import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { machineArn } from "./test-support/api.ts";
import { stepFunctions } from "./workflows.ts";

/** A loopback server for AWS JSON 1.0 that records its requests. */
const asked: { operation: string; host: string; body: Record<string, unknown> }[] = [];
let respond: (operation: string) => { status: number; body: object } = () => ({ status: 200, body: {} });
const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const operation = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
  asked.push({ operation, host: request.headers.host ?? "", body: JSON.parse(Buffer.concat(chunks).toString()) });
  const { status, body } = respond(operation);
  response.writeHead(status, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify(body));
});
let endpoint = "";

beforeEach(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  vi.stubEnv("AWS_ENDPOINT_URL", endpoint);
  vi.stubEnv("AWS_REGION", "eu-central-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "key");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  asked.length = 0;
});
afterEach(async () => {
  vi.unstubAllEnvs();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const machine = "arn:aws:states:eu-central-1:000000000000:stateMachine:workflow";
const error = (type: string, status = 400) => ({ status, body: { __type: type, message: "said by the fake" } });

describe("stepFunctions", () => {
  it("builds an execution's ARN from its machine and its name", async () => {
    respond = () => ({ status: 200, body: { status: "RUNNING", startDate: 1 } });
    expect(await stepFunctions(endpoint).describe(machineArn, "a")).toMatchObject({ status: "RUNNING" });
    expect(asked[0]?.body["executionArn"]).toBe("arn:aws:states:eu-central-1:000000000000:execution:workflow:a");
  });

  it("starts an execution through the alias; its ARN contains the machine, whatever the version", async () => {
    const workflows = stepFunctions(endpoint);
    await workflows.start(`${machine}:live`, "a", "{}");
    for (const arn of [machine, `${machine}:live`, `${machine}:17`]) await workflows.stop(arn, "a");
    expect(asked.map(({ body }) => body["stateMachineArn"] ?? body["executionArn"])).toEqual([
      `${machine}:live`,
      ...Array(3).fill("arn:aws:states:eu-central-1:000000000000:execution:workflow:a"),
    ]);
  });

  it("reads the release from the definition of an execution, once per version", async () => {
    const workflows = stepFunctions(endpoint);
    const definition = (Comment: string) => () => ({ status: 200, body: { definition: JSON.stringify({ Comment }) } });
    const version = { stateMachineVersionArn: `${machine}:17` };
    respond = definition("Classifies. Release 0123456789ab.");
    expect(await workflows.release(machineArn, "a", version)).toBe("0123456789ab");
    expect(await workflows.release(machineArn, "b", version)).toBe("0123456789ab");
    expect(asked).toHaveLength(1);
    respond = definition("Classifies.");
    expect(await workflows.release(machineArn, "c", { stateMachineVersionArn: `${machine}:18` })).toBeUndefined();
    expect(await workflows.release(machineArn, "d", {})).toBeUndefined();
    expect(asked).toHaveLength(3);
  });

  it("distinguishes an existing name and a missing execution from other errors", async () => {
    const workflows = stepFunctions(endpoint);
    respond = () => error("ExecutionAlreadyExists");
    expect(await workflows.start(machineArn, "a", "{}")).toBe("exists");
    respond = () => error("ExecutionDoesNotExist");
    expect(await workflows.describe(machineArn, "a")).toBeUndefined();
    expect(await workflows.stop(machineArn, "a")).toBe(false);
    respond = () => error("AccessDeniedException");
    await expect(workflows.start(machineArn, "a", "{}")).rejects.toMatchObject({ name: "AccessDeniedException" });
  });

  it("starts a synchronous execution at an address without a host prefix", async () => {
    respond = () => ({
      status: 200,
      body: { status: "SUCCEEDED", output: "{}", executionArn: "a", startDate: 1, stopDate: 2 },
    });
    expect(await stepFunctions(endpoint).startSync(machineArn, "a", "{}")).toMatchObject({ status: "SUCCEEDED" });
    expect(asked[0]?.host).toBe(new URL(endpoint).host);
  });

  it("never sends a synchronous start twice, because each would start another execution", async () => {
    respond = () => error("InternalServerError", 500);
    await expect(stepFunctions(endpoint).startSync(machineArn, "a", "{}")).rejects.toThrow();
    expect(asked).toHaveLength(1);
  });

  it("retries other calls, but not for ever", async () => {
    respond = () => error("InternalServerError", 500);
    await expect(stepFunctions(endpoint).start(machineArn, "a", "{}")).rejects.toThrow();
    expect(asked).toHaveLength(3);
  });
});

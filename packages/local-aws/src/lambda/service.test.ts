import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import {
  GetAliasCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
  ListVersionsByFunctionCommand,
} from "@aws-sdk/client-lambda";
import { getRequestListener } from "@hono/node-server";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { functionResource, type Harness, harness, operator, region } from "./test-support/harness.ts";

const text = (payload: Uint8Array | undefined): string => Buffer.from(payload ?? []).toString("utf8");

describe("the Lambda API through AWS's client", () => {
  let opened: Harness;
  let server: Server;
  let client: LambdaClient;
  beforeAll(async () => {
    opened = harness({
      handlers: {
        echo: `export const handler = async (event, context) => { console.log("hello from", event.name); return { event, custom: context.clientContext }; };`,
        throws: `export const handler = async () => { throw new TypeError("no such thing"); };`,
        closed: `export const handler = async () => 1;`,
      },
      functions: { closed: { reservedConcurrency: 0 } },
    });
    server = createServer(
      getRequestListener((request) => {
        const key = /Credential=([^/]+)\//.exec(request.headers.get("authorization") ?? "")?.[1] ?? "";
        return opened.lambda.service(request, opened.iam.callerOf(key));
      }),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    client = clientWith(operator.accessKeyId);
  });
  afterAll(async () => {
    client.destroy();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await opened.stop();
  });
  const clientWith = (accessKeyId: string): LambdaClient =>
    new LambdaClient({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region,
      credentials: { accessKeyId, secretAccessKey: "any" },
      maxAttempts: 1,
    });

  it.each([
    ["a name", { FunctionName: "echo" }, "$LATEST"],
    ["a name and a qualifier", { FunctionName: "echo", Qualifier: "live" }, "1"],
    ["a name with its alias", { FunctionName: "echo:live" }, "1"],
    ["an ARN", { FunctionName: functionResource("echo").arn }, "$LATEST"],
    ["an alias's ARN", { FunctionName: `${functionResource("echo").arn}:live` }, "1"],
  ])("invokes by %s", async (_how, target, version) => {
    const answer = await client.send(new InvokeCommand({ ...target, Payload: Buffer.from('{"name":"Ada"}') }));
    expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: version });
    expect(answer.FunctionError).toBeUndefined();
    expect(JSON.parse(text(answer.Payload))).toEqual({ event: { name: "Ada" } });
  });

  it("passes the client context, and gives the log's tail when asked", async () => {
    const answer = await client.send(
      new InvokeCommand({
        FunctionName: "echo",
        LogType: "Tail",
        ClientContext: Buffer.from('{"custom":{"a":1}}').toString("base64"),
        Payload: Buffer.from('{"name":"Ada"}'),
      }),
    );
    expect(JSON.parse(text(answer.Payload)).custom).toEqual({ custom: { a: 1 } });
    const log = Buffer.from(answer.LogResult ?? "", "base64").toString("utf8");
    expect(log).toMatch(/START RequestId: \S+ Version: 1\n\S+\t\S+\tINFO\thello from Ada\nEND RequestId: \S+\nREPORT /);
  });

  it("says that a function failed in a header, with its error as the payload", async () => {
    const answer = await client.send(new InvokeCommand({ FunctionName: "throws" }));
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: "Unhandled" });
    expect(JSON.parse(text(answer.Payload))).toMatchObject({ errorType: "TypeError", errorMessage: "no such thing" });
  });

  it("takes an event and runs it later, and runs nothing in a dry run", async () => {
    const marked = (mark: string): number =>
      opened.lines.entries.filter(({ message }) => message.includes(mark)).length;
    const event = { FunctionName: "echo", InvocationType: "Event", Payload: Buffer.from('{"name":"later"}') } as const;
    expect((await client.send(new InvokeCommand(event))).StatusCode).toBe(202);
    await expect.poll(() => marked("hello from later")).toBe(1);
    const dry = { ...event, InvocationType: "DryRun", Payload: Buffer.from('{"name":"never"}') } as const;
    expect((await client.send(new InvokeCommand(dry))).StatusCode).toBe(204);
    expect(marked("hello from never")).toBe(0);
  });

  it.each([
    ["an unknown function", { FunctionName: "none" }, "ResourceNotFoundException", 404],
    ["an unknown alias", { FunctionName: "echo:old" }, "ResourceNotFoundException", 404],
    ["what is no JSON", { FunctionName: "echo", Payload: Buffer.from("{") }, "InvalidRequestContentException", 400],
    ["a function without concurrency", { FunctionName: "closed" }, "TooManyRequestsException", 429],
    [
      "more than six megabytes",
      { FunctionName: "echo", Payload: Buffer.from(JSON.stringify("x".repeat(6 * 1024 * 1024))) },
      "RequestTooLargeException",
      413,
    ],
  ])("refuses %s", async (_what, input, name, httpStatusCode) => {
    await expect(client.send(new InvokeCommand(input))).rejects.toMatchObject({ name, $metadata: { httpStatusCode } });
  });

  it("refuses a role without the grant, in AWS's words", async () => {
    const key = opened.iam.issue(functionResource("echo").roleArn, "echo", "lambda.amazonaws.com").accessKeyId;
    const limited = clientWith(key);
    await expect(limited.send(new InvokeCommand({ FunctionName: "echo" }))).rejects.toMatchObject({
      name: "AccessDeniedException",
      message: expect.stringContaining("is not authorized to perform: lambda:InvokeFunction on resource"),
    });
    await expect(limited.send(new ListFunctionsCommand({}))).rejects.toMatchObject({ name: "AccessDeniedException" });
    limited.destroy();
  });

  it("describes functions and aliases", async () => {
    const { Functions } = await client.send(new ListFunctionsCommand({}));
    const modified = Functions?.map(({ LastModified }) => Date.parse(LastModified?.replace("+0000", "Z") ?? "")) ?? [];
    expect(modified.every((time) => time > Date.now() - 600_000 && time <= Date.now())).toBe(true);
    const { Versions } = await client.send(new ListVersionsByFunctionCommand({ FunctionName: "echo" }));
    expect(Versions?.map(({ Version }) => Version)).toEqual(["$LATEST"]);
    expect(Functions?.map(({ FunctionName }) => FunctionName)).toEqual(["echo", "throws", "closed"]);
    const { Configuration, Code, Concurrency } = await client.send(new GetFunctionCommand({ FunctionName: "closed" }));
    expect(Configuration).toMatchObject({ FunctionName: "closed", MemorySize: 256, Timeout: 10, PackageType: "Image" });
    expect(Code?.ImageUri).toBe("image@sha256:1");
    expect(Concurrency?.ReservedConcurrentExecutions).toBe(0);
    const alias = await client.send(new GetFunctionConfigurationCommand({ FunctionName: "echo", Qualifier: "live" }));
    expect(alias).toMatchObject({ Version: "1", FunctionArn: `${functionResource("echo").arn}:live` });
    const live = await client.send(new GetAliasCommand({ FunctionName: "echo", Name: "live" }));
    expect(live).toMatchObject({ Name: "live", FunctionVersion: "1" });
  });
});

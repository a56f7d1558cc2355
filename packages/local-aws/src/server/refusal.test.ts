import { CloudWatchClient, ListMetricsCommand } from "@aws-sdk/client-cloudwatch";
import { IAMClient, ListRolesCommand } from "@aws-sdk/client-iam";
import { LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { ListStateMachinesCommand, SFNClient } from "@aws-sdk/client-sfn";
import { XMLParser } from "fast-xml-parser";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AwsError } from "../service.ts";
import { refusal } from "./refusal.ts";
import { type Harness, issued, startHarness } from "./test-support/harness.ts";

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(async () => harness?.close());

const options = () => ({ endpoint: harness.url, region: "us-east-1", credentials: issued, maxAttempts: 1 });

describe("a service that is not offered is refused by name, as its own client reads it", () => {
  it.each([
    ["AWS JSON", "states", () => new SFNClient(options()).send(new ListStateMachinesCommand({}))],
    ["REST JSON", "lambda", () => new LambdaClient(options()).send(new ListFunctionsCommand({}))],
    ["the query protocol", "iam", () => new IAMClient(options()).send(new ListRolesCommand({}))],
    ["CloudWatch", "monitoring", () => new CloudWatchClient(options()).send(new ListMetricsCommand({}))],
  ])("in %s", async (_protocol, service, call) => {
    await expect(call()).rejects.toMatchObject({
      name: "UnknownServiceException",
      message: expect.stringContaining(`signed for "${service}", which this runtime does not offer`),
    });
  });
});

describe("the shape of an error", () => {
  const error = new AwsError("InvalidRequest", "It is refused: ü.", 400);
  const ask = (service: string | undefined, headers: Record<string, string> = {}, method = "POST") =>
    refusal(error, new Request("http://localhost/x", { method, headers }), service);
  const xml = async (response: Response) => new XMLParser().parse(await response.text());

  it("is S3's for S3 and where nothing says what the client reads", async () => {
    for (const service of ["s3", undefined]) {
      const { Error: found } = await xml(ask(service, {}, "GET"));
      expect(found).toMatchObject({ Code: "InvalidRequest", Message: error.message, Resource: "/x" });
    }
  });

  it("is the query protocol's for forms and for REST-XML services", async () => {
    const form = ask("sts", { "content-type": "application/x-www-form-urlencoded" });
    for (const response of [form, ask("route53", {}, "GET"), ask("cloudfront")]) {
      expect((await xml(response)).ErrorResponse.Error).toEqual({
        Type: "Sender",
        Code: "InvalidRequest",
        Message: error.message,
      });
    }
  });

  it("is JSON for the JSON protocols, also before the service is known", async () => {
    for (const response of [
      ask("states"),
      ask("lambda", {}, "GET"),
      ask(undefined, { "x-amz-target": "AWSStepFunctions.ListStateMachines" }),
      ask(undefined, { "content-type": "application/x-amz-json-1.1" }),
    ]) {
      expect(response.headers.get("x-amzn-errortype")).toBe("InvalidRequest");
      expect(await response.json()).toEqual({ __type: "InvalidRequest", message: error.message });
    }
  });

  it("is a CBOR map for the RPC v2 protocol", async () => {
    const response = ask("monitoring", { "smithy-protocol": "rpc-v2-cbor" });
    expect(response.headers.get("smithy-protocol")).toBe("rpc-v2-cbor");
    const text = (value: string) =>
      Buffer.concat([Buffer.from([0x79, 0, Buffer.byteLength(value)]), Buffer.from(value)]).toString("hex");
    expect(Buffer.from(await response.arrayBuffer()).toString("hex")).toBe(
      `a2${["__type", "InvalidRequest", "message", error.message].map(text).join("")}`,
    );
  });
});

describe("Signature Version 2", () => {
  const refused = "is signed with Signature Version 2, which is not supported";

  it("is refused in a form of the query protocol, and in one that uploads", async () => {
    const query = new URLSearchParams({ Action: "GetCallerIdentity", AWSAccessKeyId: "AKIA", Signature: "c2ln" });
    const answer = await fetch(harness.url, { method: "POST", body: query });
    expect([answer.status, (await new XMLParser().parse(await answer.text())).ErrorResponse.Error]).toEqual([
      400,
      { Type: "Sender", Code: "InvalidRequest", Message: expect.stringContaining(refused) },
    ]);
    const form = new FormData();
    for (const [name, value] of Object.entries({
      AWSAccessKeyId: "AKIA",
      policy: "e30=",
      signature: "c2ln",
      key: "k",
    })) {
      form.set(name, value);
    }
    form.set("file", new Blob(["x"]));
    const upload = await fetch(`${harness.url}/photos`, { method: "POST", body: form });
    expect([upload.status, (await new XMLParser().parse(await upload.text())).Error.Message]).toEqual([
      400,
      expect.stringContaining(refused),
    ]);
  });
});

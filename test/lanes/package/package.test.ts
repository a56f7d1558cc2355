import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  FilterLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { InvokeCommand, LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import { GetObjectCommand, ListBucketsCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import {
  DescribeExecutionCommand,
  ListStateMachinesCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { describe, expect, test } from "vitest";
import { opened } from "../support/opened.ts";
import { installAndServe } from "./installed.ts";

const installed = opened(installAndServe, (all) => all.close());

/** An unmodified AWS client with the settings that the command printed. */
function client<Client>(Class: new (options: object) => Client): Client {
  const { url, environment } = installed();
  return new Class({
    endpoint: url,
    region: environment["AWS_REGION"],
    credentials: {
      accessKeyId: environment["AWS_ACCESS_KEY_ID"],
      secretAccessKey: environment["AWS_SECRET_ACCESS_KEY"],
    },
    forcePathStyle: true,
  });
}

describe("the package, packed and installed in an empty folder, serves another program", () => {
  test("it is JavaScript with types, without tests and without what only this checkout has", () => {
    const { files } = installed();
    expect(files).toEqual(expect.arrayContaining(["README.md", "dist/index.js", "dist/index.d.ts", "dist/main.js"]));
    expect(files.filter((file) => /\.test\.|test-support|^src\//.test(file))).toEqual([]);
    expect(installed().environment["AWS_REGION"]).toBe("eu-west-1");
  });

  test("its image function is invoked and logs", async () => {
    const lambda = client(LambdaClient);
    const { Functions: [found] = [] } = await lambda.send(new ListFunctionsCommand({}));
    const { Payload, FunctionError } = await lambda.send(
      new InvokeCommand({ FunctionName: found?.FunctionName, Payload: '"Ada"' }),
    );
    expect([FunctionError, Buffer.from(Payload ?? []).toString()]).toEqual([undefined, '"Hello, Ada!"']);
    const logs = client(CloudWatchLogsClient);
    const { logGroups: [group] = [] } = await logs.send(new DescribeLogGroupsCommand({}));
    const { events = [] } = await logs.send(
      new FilterLogEventsCommand({ logGroupName: group?.logGroupName, filterPattern: "greets" }),
    );
    expect(events.map(({ message }) => message)).toEqual([expect.stringContaining("greets Ada")]);
  });

  test("its bucket keeps objects", async () => {
    const s3 = client(S3Client);
    const { Buckets: [bucket] = [] } = await s3.send(new ListBucketsCommand({}));
    const object = { Bucket: bucket?.Name, Key: "a/b c.txt" };
    await s3.send(new PutObjectCommand({ ...object, Body: "kept" }));
    const { Body } = await s3.send(new GetObjectCommand(object));
    expect(await Body?.transformToString()).toBe("kept");
  });

  test("its state machine runs the function for each item", async () => {
    const states = client(SFNClient);
    const { stateMachines: [machine] = [] } = await states.send(new ListStateMachinesCommand({}));
    const { executionArn } = await states.send(
      new StartExecutionCommand({ stateMachineArn: machine?.stateMachineArn, input: '{"names":["Ada","Grace"]}' }),
    );
    const describe = async () => states.send(new DescribeExecutionCommand({ executionArn }));
    await expect.poll(async () => (await describe()).status, { timeout: 60_000 }).toBe("SUCCEEDED");
    expect(JSON.parse((await describe()).output ?? "")).toEqual(["Hello, Ada!", "Hello, Grace!"]);
  });

  test("its REST API calls the function, and knows no other path", async () => {
    const post = (path: string) => fetch(installed().url + path, { method: "POST", body: '{"name":"Ada"}' });
    expect(await (await post("/live/greet")).json()).toEqual({ greeting: "Hello, Ada!" });
    expect((await post("/live/other")).status).toBe(403);
  });
});

import { appendFileSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import {
  CloudWatchLogsClient,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  paginateFilterLogEvents,
} from "@aws-sdk/client-cloudwatch-logs";
import { getRequestListener } from "@hono/node-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Authorizer, Caller } from "../service.ts";
import { createLogs, type Logs } from "./logs.ts";

const operator: Caller = { accessKeyId: "operator", arn: "arn:aws:iam::000000000000:user/operator" };
const group = "/aws/lambda/orders";
const logGroups = [
  { name: group, arn: `arn:aws:logs:us-east-1:000000000000:log-group:${group}`, retentionDays: 7 },
  { name: "/aws/vendedlogs/states/flow", arn: "arn:aws:logs:us-east-1:000000000000:log-group:flow", retentionDays: 0 },
];
const asked: string[] = [];
const authorizer: Authorizer = {
  authorize: (_caller, action, resource) => void asked.push(`${action} ${resource}`),
};

let folder: string;
let logs: Logs;
let server: Server;
let client: CloudWatchLogsClient;
const open = (): Logs =>
  createLogs({ dataDir: folder, logGroups, authorizer, region: "us-east-1", accountId: "000000000000" });

beforeEach(async () => {
  folder = mkdtempSync(path.join(os.tmpdir(), "logs-test-"));
  logs = open();
  server = createServer(getRequestListener((request) => logs.service(request, operator)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  client = new CloudWatchLogsClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "operator", secretAccessKey: "operator" },
    maxAttempts: 1,
  });
});
afterEach(async () => {
  client.destroy();
  logs.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

const now = Date.now();
const say = (stream: string, time: number, ...messages: string[]): void =>
  logs.write(
    group,
    stream,
    messages.map((message) => ({ timestamp: now + time, message })),
  );
const filtered = async (input: object = {}): Promise<(string | undefined)[]> =>
  (await client.send(new FilterLogEventsCommand({ logGroupName: group, ...input }))).events?.map(
    ({ message }) => message,
  ) ?? [];

describe("reading logs through AWS's client", () => {
  it("lists the declared groups with their retention", async () => {
    const { logGroups: found } = await client.send(new DescribeLogGroupsCommand({}));
    expect(found?.map(({ logGroupName, retentionInDays }) => [logGroupName, retentionInDays])).toEqual([
      [group, 7],
      ["/aws/vendedlogs/states/flow", undefined],
    ]);
    const created = found?.map(({ creationTime }) => creationTime);
    expect(created?.every((time = 0) => time > now - 600_000 && time <= Date.now())).toBe(true);
    // The creation date of a group without any events does not change.
    await new Promise((resolve) => setTimeout(resolve, 20));
    logs = open();
    const again = await client.send(new DescribeLogGroupsCommand({}));
    expect(again.logGroups?.map(({ creationTime }) => creationTime)).toEqual(created);
  });

  it("lists streams by name or by last event, with the names that Lambda gives", async () => {
    say("2026/11/22/[1]b", 1, "x");
    say("2026/11/22/[1]a", 2, "y");
    const names = async (input: object) =>
      (await client.send(new DescribeLogStreamsCommand({ logGroupName: group, ...input }))).logStreams?.map(
        ({ logStreamName }) => logStreamName,
      );
    expect(await names({})).toEqual(["2026/11/22/[1]a", "2026/11/22/[1]b"]);
    expect(await names({ orderBy: "LastEventTime", descending: true, limit: 1 })).toEqual(["2026/11/22/[1]a"]);
  });

  it("merges streams in the order of time", async () => {
    say("a", 1, "one");
    say("b", 2, "two");
    say("a", 3, "three", "lines\nof one event");
    say("c", 0, "zero");
    expect(await filtered()).toEqual(["zero", "one", "two", "three", "lines\nof one event"]);
    expect(await filtered({ startTime: now + 2, endTime: now + 3 })).toEqual(["two"]);
    expect(await filtered({ logStreamNames: ["a"] })).toEqual(["one", "three", "lines\nof one event"]);
    expect(await filtered({ logStreamNamePrefix: "c" })).toEqual(["zero"]);
  });

  it("gives every event once over many pages, equal times included", async () => {
    for (let index = 0; index < 50; index += 1) say(`s${index % 7}`, Math.floor(index / 10), `event ${index}`);
    const seen: string[] = [];
    for await (const { events = [] } of paginateFilterLogEvents({ client, pageSize: 3 }, { logGroupName: group })) {
      seen.push(...events.map(({ message }) => message ?? ""));
    }
    expect(seen).toHaveLength(50);
    expect(new Set(seen).size).toBe(50);
  });

  it("filters by words, phrases, alternatives and exclusions", async () => {
    say("a", 0, "ERROR disk full", "ERROR disk slow", "WARN disk slow", "INFO fine");
    expect(await filtered({ filterPattern: "ERROR" })).toHaveLength(2);
    expect(await filtered({ filterPattern: '"disk slow" -WARN' })).toEqual(["ERROR disk slow"]);
    expect(await filtered({ filterPattern: "?WARN ?INFO" })).toEqual(["WARN disk slow", "INFO fine"]);
    await expect(filtered({ filterPattern: "{ $.a = 1 }" })).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
  });

  it("pages one stream forwards, and returns the same token at the end", async () => {
    say("a", 0, "1", "2", "3", "4", "5");
    const get = (input: object) =>
      client.send(new GetLogEventsCommand({ logGroupName: group, logStreamName: "a", limit: 2, ...input }));
    const first = await get({ startFromHead: true });
    expect(first.events?.map(({ message }) => message)).toEqual(["1", "2"]);
    const second = await get({ nextToken: first.nextForwardToken });
    expect(second.events?.map(({ message }) => message)).toEqual(["3", "4"]);
    const third = await get({ nextToken: second.nextForwardToken });
    const fourth = await get({ nextToken: third.nextForwardToken });
    expect(fourth.events).toEqual([]);
    expect(fourth.nextForwardToken).toBe(third.nextForwardToken);
    const back = await get({ nextToken: second.nextBackwardToken });
    expect(back.events?.map(({ message }) => message)).toEqual(["1", "2"]);
  });

  it("shows the newest events of a stream unless asked for its head", async () => {
    say("a", 0, "1", "2", "3");
    const { events } = await client.send(
      new GetLogEventsCommand({ logGroupName: group, logStreamName: "a", limit: 2 }),
    );
    expect(events?.map(({ message }) => message)).toEqual(["2", "3"]);
  });

  it("names what does not exist", async () => {
    await expect(client.send(new FilterLogEventsCommand({ logGroupName: "none" }))).rejects.toMatchObject({
      name: "ResourceNotFoundException",
      message: "The specified log group does not exist: none",
    });
    await expect(
      client.send(new GetLogEventsCommand({ logGroupName: group, logStreamName: "none" })),
    ).rejects.toMatchObject({ name: "ResourceNotFoundException" });
  });

  it("asks whether the caller may, about the group or stream", async () => {
    asked.length = 0;
    await filtered();
    expect(asked).toEqual([`logs:FilterLogEvents ${logGroups[0]?.arn}:log-stream:`]);
  });
});

describe("keeping logs", () => {
  it("keeps them over a restart, also when the writer died within a line", async () => {
    say("a", 0, "before");
    logs.close();
    const file = path.join(folder, readdirSync(folder)[0] ?? "", "a.jsonl");
    appendFileSync(file, "[1700000000000,17000");
    logs = open();
    say("a", 1, "after");
    expect(await filtered()).toEqual(["before", "after"]);
  });

  it("hides events past the retention", async () => {
    logs.write(group, "old", [{ timestamp: now - 8 * 86_400_000, message: "old" }]);
    logs.write("/aws/vendedlogs/states/flow", "old", [{ timestamp: now - 8 * 86_400_000, message: "kept" }]);
    expect(await filtered()).toEqual([]);
    expect(await filtered({ logGroupName: "/aws/vendedlogs/states/flow" })).toEqual(["kept"]);
  });

  it("holds little in memory while a flood is written: the rest is on the disk already", () => {
    const line = "x".repeat(1_000);
    for (let index = 0; index < 5_000; index += 1) say("flood", index, line);
    const file = path.join(folder, readdirSync(folder)[0] ?? "", "flood.jsonl");
    expect(statSync(file).size).toBeGreaterThan(5_000 * 1_000 - 64 * 1024);
  });
});

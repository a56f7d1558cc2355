import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import {
  CreateStateMachineAliasCommand,
  CreateStateMachineCommand,
  SFNClient,
  UpdateStateMachineAliasCommand,
  UpdateStateMachineCommand,
} from "@aws-sdk/client-sfn";
import { serve } from "@hono/node-server";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createStates, type StatesService } from "../packages/local-aws/src/states/index.ts";
import { release } from "./release.ts";

const accountId = "123456789012";
const names = ["deep-learning-workflow", "classify-now"];
const definitionOf = (id: string) =>
  JSON.stringify({ Comment: `Release ${id}.`, StartAt: "End", States: { End: { Type: "Succeed" } } });
/** Ids of three releases. */
const [first, second, third] = ["1", "2", "3"].map((digit) => digit.repeat(12)) as [string, string, string];

/** The Step Functions of the one-machine AWS, and a data folder as `npm start` leaves it. */
let states: StatesService;
let server: ReturnType<typeof serve>;
let client: SFNClient;
let root: string;
beforeEach(async () => {
  root = mkdtempSync(path.join(os.tmpdir(), "dlw-release-"));
  states = createStates({
    stateMachines: [],
    accountId,
    region: "us-east-1",
    dataDir: path.join(root, "states"),
    authorizer: { authorize: () => undefined },
    s3: async () => new Response(null, { status: 404 }),
    credentialsFor: (roleArn) => ({ accessKeyId: "test", arn: roleArn, roleArn }),
    logs: { write: () => undefined },
    invoker: { invoke: async () => Promise.reject(new Error("nothing is called")) },
  });
  const caller = { accessKeyId: "test", arn: `arn:aws:iam::${accountId}:root` };
  const port = await new Promise<number>((resolve) => {
    server = serve(
      { fetch: (request) => states.service(request, caller), hostname: "127.0.0.1", port: 0 },
      (address: AddressInfo) => resolve(address.port),
    );
  });
  const endpoint = `http://127.0.0.1:${port}`;
  const keys = { accessKeyId: "test", secretAccessKey: "test" };
  client = new SFNClient({ endpoint, region: "us-east-1", credentials: keys, disableHostPrefix: true });
  const stateMachineArns = Object.fromEntries(names.map((name) => [name, arnOf(name)]));
  const outputs = { stateMachineArns, bucketName: "b", functionNames: {}, alarmNames: [] };
  const values = Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, { value }]));
  writeFileSync(path.join(root, "graph.json"), JSON.stringify({ graph: { outputs: values } }));
  writeFileSync(path.join(root, "operator-key.json"), JSON.stringify(keys));
  writeFileSync(path.join(root, "endpoint"), endpoint);
  for (const name of names) {
    const roleArn = `arn:aws:iam::${accountId}:role/r`;
    const { stateMachineVersionArn } = await client.send(
      new CreateStateMachineCommand({ name, roleArn, definition: definitionOf(first), publish: true }),
    );
    const routingConfiguration = [{ stateMachineVersionArn, weight: 100 }];
    await client.send(new CreateStateMachineAliasCommand({ name: "live", routingConfiguration }));
  }
});
afterEach(async () => {
  client.destroy();
  await new Promise((resolve) => server.close(resolve));
  await states.close();
  rmSync(root, { recursive: true, force: true });
});

const arnOf = (name: string) => `arn:aws:states:us-east-1:${accountId}:stateMachine:${name}`;

async function publish(id: string): Promise<void> {
  for (const name of names) {
    const definition = definitionOf(id);
    await client.send(new UpdateStateMachineCommand({ stateMachineArn: arnOf(name), definition, publish: true }));
  }
}

async function run(...parameters: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await release(["--data", root, ...parameters], {
    stdout: { write: (text: string) => out.push(text) },
    stderr: { write: (text: string) => err.push(text) },
    environment: {},
    folder: root,
    root,
  });
  const lines = out.join("").split("\n").filter(Boolean);
  return {
    code,
    lines,
    events: parameters.includes("--json") ? lines.map((line): unknown => JSON.parse(line)) : [],
    err,
  };
}

describe("npm run release --json", () => {
  it("prints one event where there is nothing to move or to abort", async () => {
    const idle = [{ event: "idle", release: first }];
    expect(await run("--json")).toMatchObject({ code: 0, events: idle, err: [] });
    expect(await run("--json", "--abort")).toMatchObject({ code: 0, events: idle, err: [] });
  });

  it("prints an event for --abort", async () => {
    await publish(second);
    expect((await run("--json", "--status")).events).toMatchObject([{ candidate: { id: second }, weight: 0 }]);
    expect(await run("--json", "--abort")).toMatchObject({
      code: 0,
      events: [{ event: "aborted", release: first, deleted: second }],
    });
    expect((await run("--json", "--status")).events).toMatchObject([{ current: { id: first } }]);
  });

  it("prints an event for --back", async () => {
    await publish(second);
    for (const name of names) await moveAll(name, 2);
    expect(await run("--json", "--back")).toMatchObject({
      code: 0,
      events: [{ event: "back", release: first, deleted: second }],
    });
    expect(await run("--json", "--back")).toMatchObject({
      code: 2,
      events: [],
      err: [expect.stringContaining("no release before")],
    });
  });

  it("prints an event for --prune", async () => {
    expect((await run("--json", "--prune")).events).toEqual([
      { event: "pruned", deleted: { "deep-learning-workflow": 0, "classify-now": 0 } },
    ]);
  });
});

describe("npm run release", () => {
  it("says the same in sentences without --json", async () => {
    expect((await run()).lines).toEqual([`Release ${first} has all traffic, and no newer one is published.`]);
    await publish(second);
    expect((await run("--abort")).lines).toEqual([`Release ${first} has all traffic. Release ${second} is deleted.`]);
    expect((await run("--abort")).lines).toEqual([`No release is in progress: ${first} has all traffic.`]);
  });

  it("does not go back while a release is published", async () => {
    await publish(third);
    expect(await run("--back")).toMatchObject({ code: 2, err: [expect.stringContaining("--abort first")] });
  });

  it("neither moves nor hides a release that is only half published, and ends it with --abort", async () => {
    await client.send(
      new UpdateStateMachineCommand({
        stateMachineArn: arnOf("deep-learning-workflow"),
        definition: definitionOf(second),
        publish: true,
      }),
    );
    expect(await run("--steps", "100")).toMatchObject({
      code: 3,
      err: [expect.stringMatching(/not complete: "classify-now" has no version of it\. .* --abort\.\n$/)],
    });
    expect((await run("--status")).lines[1]).toMatch(/published, but not of classify-now$/);
    expect(await run("--abort")).toMatchObject({ code: 0 });
    expect((await run("--json", "--status")).events).toMatchObject([{ current: { id: first }, incomplete: [] }]);
  });

  it("prunes all but the newest fifty releases, and keeps the one that has the traffic", async () => {
    for (let count = 2; count <= 53; count += 1) await publish(count.toString(16).padStart(12, "0"));
    expect((await run("--json", "--prune")).events).toEqual([
      { event: "pruned", deleted: { "deep-learning-workflow": 2, "classify-now": 2 } },
    ]);
    expect((await run("--json", "--status")).events).toMatchObject([{ current: { id: first } }]);
  });

  it("names the data folder where no service has used it", async () => {
    expect(await run("--data", path.join(root, "other"))).toMatchObject({
      code: 2,
      err: [expect.stringContaining("run npm start")],
    });
  });
});

async function moveAll(name: string, version: number): Promise<void> {
  await client.send(
    new UpdateStateMachineAliasCommand({
      stateMachineAliasArn: `${arnOf(name)}:live`,
      routingConfiguration: [{ stateMachineVersionArn: `${arnOf(name)}:${version}`, weight: 100 }],
    }),
  );
}

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { afterEach, beforeEach, expect, it } from "vitest";
import { keptReleases } from "../../contract/release.ts";
import { moveWarmSandboxes, pruneFunctions, type StackFunctions } from "./function-versions.ts";
import type { Machine } from "./machine.ts";

const functionArn = (version: number) => `arn:aws:lambda:eu-west-1:123456789012:function:classify:${version}`;
const versionArn = (number: number) => `arn:aws:states:eu-west-1:123456789012:stateMachine:main:${number}`;

/** A machine whose version N names version N of the function; `numbers` are its versions, newest first. */
function machine(numbers: readonly number[], routed: readonly number[]): Machine {
  return {
    arn: versionArn(0).slice(0, -2),
    versions: async () => numbers.map(versionArn),
    routes: async () => routed.map((number) => ({ version: versionArn(number), weight: 100 / routed.length })),
    functionVersions: async (versions: readonly string[]) =>
      versions.flatMap((arn) => /main:(\d+)$/.exec(arn)?.[1] ?? []).map((number) => functionArn(Number(number))),
  } as unknown as Machine;
}

/** The part of Lambda's API that the command uses, for one function. */
class FakeLambda {
  readonly warm = new Map<number, number>();
  versions: number[] = [];
  aliased: number[] = [];

  respond(method: string, url: URL): unknown {
    const version = Number(url.searchParams.get("Qualifier"));
    if (url.pathname.endsWith("/versions")) {
      const published = this.versions.map((each) => ({ Version: String(each), FunctionArn: functionArn(each) }));
      return { Versions: [{ Version: "$LATEST", FunctionArn: functionArn(0) }, ...published] };
    }
    if (url.pathname.endsWith("/aliases")) {
      return { Aliases: this.aliased.map((each) => ({ Name: "live", FunctionVersion: String(each) })) };
    }
    if (url.pathname.endsWith("/provisioned-concurrency")) {
      if (method === "PUT") this.warm.set(version, 2);
      if (method === "DELETE") this.warm.delete(version);
      const configs = [...this.warm].map(([each, count]) => ({
        FunctionArn: functionArn(each),
        RequestedProvisionedConcurrentExecutions: count,
      }));
      return method === "GET" ? { ProvisionedConcurrencyConfigs: configs } : {};
    }
    this.versions = this.versions.filter((each) => each !== version);
    return {};
  }
}

let fake: FakeLambda;
let server: Server;
let functions: StackFunctions;
beforeEach(async () => {
  fake = new FakeLambda();
  server = createServer((request, response) => {
    const answer = fake.respond(request.method ?? "", new URL(request.url ?? "", "http://localhost"));
    response.writeHead(request.method === "DELETE" ? 204 : 200, { "content-type": "application/json" });
    response.end(request.method === "DELETE" ? undefined : JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const lambda = new LambdaClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: "eu-west-1",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
  });
  functions = { names: ["classify"], lambda };
});
afterEach(async () => {
  functions.lambda.destroy();
  await new Promise((resolve) => server.close(resolve));
});

it("leaves both releases warm while both have traffic, and a newer one that waits", async () => {
  for (const version of [1, 2, 3]) fake.warm.set(version, 2);
  const moved = await moveWarmSandboxes({ main: machine([3, 2, 1], [1, 2]) }, functions);
  expect(moved).toEqual({ added: [], removed: [] });
  expect([...fake.warm.keys()]).toEqual([1, 2, 3]);
});

it("takes the warm sandboxes of a release without traffic", async () => {
  for (const version of [1, 2]) fake.warm.set(version, 2);
  const moved = await moveWarmSandboxes({ main: machine([2, 1], [2]) }, functions);
  expect(moved).toEqual({ added: [], removed: [functionArn(1)] });
  expect([...fake.warm.keys()]).toEqual([2]);
});

it("gives a release that got its traffic back as many warm sandboxes as the other had", async () => {
  fake.warm.set(2, 2);
  const moved = await moveWarmSandboxes({ main: machine([1], [1]) }, functions);
  expect(moved).toEqual({ added: [functionArn(1)], removed: [functionArn(2)] });
  expect([...fake.warm]).toEqual([[1, 2]]);
});

it("makes nothing warm where nothing was", async () => {
  expect(await moveWarmSandboxes({ main: machine([2, 1], [1]) }, functions)).toEqual({ added: [], removed: [] });
  expect(fake.warm.size).toBe(0);
});

it("deletes the function versions that no release and no alias uses, and never one of the newest", async () => {
  fake.versions = Array.from({ length: keptReleases + 10 }, (_, at) => at + 1);
  fake.aliased = [2];
  const counts = await pruneFunctions({ main: machine([60, 4, 7], [7]) }, functions);
  expect(counts).toEqual({ classify: 7 });
  expect(fake.versions.slice(0, 5)).toEqual([2, 4, 7, 11, 12]);
  expect(fake.versions).toHaveLength(keptReleases + 3);
});

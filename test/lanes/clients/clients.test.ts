import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { LambdaClient, ListFunctionsCommand } from "@aws-sdk/client-lambda";
import {
  GetObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  DescribeStateMachineCommand,
  ListStateMachinesCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { afterAll, describe, expect, test } from "vitest";
import { sampleKey } from "../../../contract/workflow.ts";
import { opened } from "../support/opened.ts";
import { startService } from "../support/service.ts";
import { until } from "../support/until.ts";
import { Boto } from "./boto-client.ts";
import { CommandLineClient } from "./cli-client.ts";
import type { Client } from "./client.ts";
import { firstVersion, pythonClients, secondVersion } from "./command-lines.ts";
import { type } from "./file-commands.ts";
import { functionSteps } from "./function-steps.ts";
import { objectSteps } from "./object-steps.ts";
import { ignoredParameters, mentions, served } from "./parameters.ts";
import { Sdk } from "./sdk-client.ts";
import { statesSteps } from "./states-steps.ts";
import { walk } from "./step.ts";

const home = mkdtempSync(path.join(os.tmpdir(), "clients-home-"));
const service = opened(
  () => startService({ arguments: ["--quiet"] }),
  (running) => running.stop(),
);

/** The lines that `npm start` prints for a user to paste, without any of this machine's own configuration. */
const environment = opened(async () => {
  const text = await until("the lines to paste are printed", () => {
    const output = service().output();
    return output.includes("unset AWS_SESSION_TOKEN") ? output : undefined;
  });
  const lines = text.split("\n").filter((line) => /^\s*export AWS_/.test(line));
  const printed = Object.fromEntries(
    lines.flatMap((line) => [...line.matchAll(/\b(AWS_\w+)=([^\s;]+)/g)].map(([, name, value]) => [name, value])),
  ) as Record<string, string>;
  const { PATH } = process.env;
  // The SDK in this process reads the same environment variables as the other clients.
  Object.assign(process.env, printed);
  return { PATH, HOME: home, LANG: "C.UTF-8", PYTHONUTF8: "1", ...printed } as NodeJS.ProcessEnv;
});

const first = opened(
  () => firstVersion(environment()),
  (client) => client.close(),
);
const second = opened(
  () => secondVersion(environment()),
  (client) => client.close(),
);
const boto = opened(
  async () => new Boto(path.join(await pythonClients(), "python"), environment()),
  (client) => client.close(),
);
const sdk = opened(
  async () => new Sdk(),
  (client) => client.close(),
);

/** Names of resources in the program, which the list of calls refers to. */
const given = opened(async () => {
  const { Functions = [] } = await new LambdaClient({}).send(new ListFunctionsCommand({}));
  const example = Functions.find(({ FunctionName }) => FunctionName?.includes("example-message"));
  const { Buckets: [bucket] = [] } = await new S3Client({}).send(new ListBucketsCommand({}));
  const states = new SFNClient({});
  const { stateMachines: [machine] = [] } = await states.send(new ListStateMachinesCommand({}));
  const { roleArn } = await states.send(new DescribeStateMachineCommand({ stateMachineArn: machine?.stateMachineArn }));
  return {
    function: example?.FunctionName ?? "",
    logGroup: example?.LoggingConfig?.LogGroup ?? "",
    bucket: bucket?.Name ?? "",
    declared: machine?.stateMachineArn ?? "",
    role: roleArn ?? "",
  };
});

afterAll(() => rmSync(home, { recursive: true, force: true }));

const steps = [...functionSteps, ...objectSteps, ...statesSteps];

/** All clients run concurrently, each with its own names. */
const runs = opened(async () => {
  const walkers: readonly (readonly [me: string, client: Client, refused?: number])[] = [
    ["v1", first(), first().refused],
    ["v2", second(), second().refused],
    ["boto", boto()],
    ["sdk", sdk()],
  ];
  const walked = walkers.map(async ([me, client, refused]) => {
    const started = Date.now();
    const run = await walk(client, steps, { ...given(), me }, refused);
    const commands = client instanceof CommandLineClient ? await type(client, { ...given(), me }) : [];
    const left = run.unknown.length === 0 ? "" : `, not in this version: ${run.unknown.join(", ")}`;
    const seconds = ((Date.now() - started) / 1_000).toFixed(0);
    console.log(`${client.name}: ${run.done} calls of the list in ${seconds} s${left}`);
    return [me, { ...run, commands }] as const;
  });
  return new Map(await Promise.all(walked));
});

test("npm start prints the endpoint, the region, the key and the switch for the host prefix", () => {
  expect(environment()).toMatchObject({
    AWS_ENDPOINT_URL: service().url,
    AWS_REGION: "us-east-1",
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: expect.stringMatching(/^AKIA/),
    AWS_SECRET_ACCESS_KEY: expect.any(String),
    AWS_DISABLE_HOST_PREFIX_INJECTION: "true",
  });
});

describe("the written list of calls gives what AWS gives, by exit code, error, members and their types", () => {
  test.each([
    ["the AWS CLI, version 1", "v1"],
    ["boto3, and as its own model of AWS has it", "boto"],
    ["the SDK for JavaScript", "sdk"],
  ])("to %s, all of it", (_name, me) => {
    const run = runs().get(me);
    expect([run?.differences, run?.unknown, run?.done]).toEqual([[], [], steps.length]);
  });

  test("to the AWS CLI, version 2, as much as this version has", () => {
    const run = runs().get("v2");
    expect(run?.differences).toEqual([]);
    expect(run?.done).toBeGreaterThan(steps.length / 2);
  });
});

describe("commands on files end as they do on AWS", () => {
  test.each([
    ["version 1", "v1"],
    ["version 2", "v2"],
  ])("in the AWS CLI, %s", (_name, me) => {
    expect(runs().get(me)?.commands).toEqual([]);
  });

  test("aws logs tail shows what functions logged, in version 2", async () => {
    const { code, output } = await second().run(["logs", "tail", given().logGroup, "--since", "1h"]);
    expect([code, output]).toEqual([0, expect.stringContaining("REPORT RequestId:")]);
  });
});

describe("the host prefix of StartSyncExecution", () => {
  test("is switched off by the printed variable, for clients that know it", async () => {
    const words = ["stepfunctions", "start-sync-execution", "--state-machine-arn", given().declared];
    const reached = await first().run(words);
    expect(reached.output).toContain("StateMachineTypeNotSupported");
    const without = await first().run(words, {
      AWS_DISABLE_HOST_PREFIX_INJECTION: "false",
      AWS_MAX_ATTEMPTS: "1",
    });
    expect(without.output).toContain(`Could not connect to the endpoint URL: "http://sync-localhost`);
  });

  test("is there in an older version 2, which the documentation says", async () => {
    const words = ["stepfunctions", "start-sync-execution", "--state-machine-arn", given().declared];
    const { output } = await second().run(words);
    const expected = second().honoursPrefixSetting ? "StateMachineTypeNotSupported" : "http://sync-localhost";
    expect(output).toContain(expected);
  });
});

describe("Signature Version 2 is refused by name", () => {
  const name = "is signed with Signature Version 2, which is not supported";
  const config = { signature_version: "s3v4" };
  const read = async (url: string) => (await fetch(url)).text();

  test("in the URL that version 1 and boto3 presign for us-east-1 by default", async () => {
    const { bucket } = given();
    const words = ["s3", "presign", `s3://${bucket}/${sampleKey}`];
    const presigned = await first().run(words);
    expect([presigned.code, await read(presigned.stdout.trim())]).toEqual([0, expect.stringContaining(name)]);
    expect(await read(await boto().presign(bucket, sampleKey))).toContain(name);

    const file = path.join(home, "config");
    writeFileSync(file, "[default]\ns3 =\n  signature_version = s3v4\n");
    const photos = await Promise.all([first().run(words, { AWS_CONFIG_FILE: file }), second().run(words)]);
    for (const { stdout } of photos) expect((await fetch(stdout.trim())).status).toBe(200);
    expect((await fetch(await boto().presign(bucket, sampleKey, config))).status).toBe(200);
  });

  test("in the header of S3, and in the form of a query protocol", async () => {
    const refused = { error: "InvalidRequest", message: expect.stringContaining(name) };
    expect(await boto().sendTo("s3", "ListBuckets", { config: { signature_version: "s3" } })).toEqual(refused);
    expect(await boto().sendTo("sts", "GetCallerIdentity", { config: { signature_version: "v2" } })).toEqual(refused);
  });
});

/** One or two services per protocol of AWS's clients, with the service name for which their requests are signed. */
test.each([
  ["REST JSON", "apigateway", "GetRestApis", "apigateway"],
  ["REST JSON", "batch", "DescribeJobQueues", "batch"],
  ["AWS JSON", "dynamodb", "ListTables", "dynamodb"],
  ["AWS JSON", "ecr", "DescribeRepositories", "ecr"],
  ["query", "iam", "ListRoles", "iam"],
  ["query", "cloudformation", "ListStacks", "cloudformation"],
  ["EC2", "ec2", "DescribeVpcs", "ec2"],
  ["REST XML", "route53", "ListHostedZones", "route53"],
  ["REST XML", "cloudfront", "ListDistributions", "cloudfront"],
  ["RPC v2 CBOR", "acm-pca", "ListCertificateAuthorities", "acm-pca"],
  ["RPC v2 CBOR", "cloudwatch", "ListMetrics", "monitoring"],
])(
  "a service that is not served is refused by name, in the protocol %s (%s)",
  async (_protocol, service, operation, signed) => {
    expect(await boto().sendTo(service, operation)).toEqual({
      error: "UnknownServiceException",
      message: expect.stringContaining(`signed for "${signed}", which this runtime does not offer`),
    });
  },
);

describe("parameters", () => {
  test("that AWS does not know are ignored, as AWS ignores them", async () => {
    const more = { parameters: { maxResults: 1 }, extra: { unheardOf: [1] } };
    expect(await boto().sendTo("stepfunctions", "ListStateMachines", more)).toMatchObject({ problems: [] });
  });

  test("that AWS knows have an effect, or are in the written list of those that have none", async () => {
    const members = await boto().members(Object.keys(served));
    const list = ignoredParameters();
    const missing: string[] = [];
    const used = new Set<object>();
    for (const [service, isMentioned] of Object.keys(served).map((name) => [name, mentions(name as "s3")] as const)) {
      for (const operation of operationsOf(service)) {
        for (const [parameter, wire] of Object.entries(members[`${service} ${operation}`] ?? {})) {
          const row = list.find(
            (each) =>
              each.service === service && ["*", operation].includes(each.operation) && each.parameter === parameter,
          );
          if (row) used.add(row);
          else if (!isMentioned([parameter, wire])) missing.push(`| ${service} | ${operation} | \`${parameter}\` |`);
        }
      }
    }
    expect(missing).toEqual([]);
    expect(list.filter((row) => !used.has(row))).toEqual([]);
  });
});

test("of 200 calls at once none is lost", async () => {
  const states = new SFNClient({ maxAttempts: 1 });
  const s3 = new S3Client({ maxAttempts: 1, forcePathStyle: true });
  const { bucket, role: roleArn } = given();
  const definition = JSON.stringify({ StartAt: "Pass", States: { Pass: { Type: "Pass", End: true } } });
  const { stateMachineArn } = await states.send(
    new CreateStateMachineCommand({ name: "clients-burst", definition, roleArn }),
  );
  const numbers = Array.from({ length: 200 }, (_, index) => index);
  const starts = await Promise.all(
    numbers.map((n) => states.send(new StartExecutionCommand({ stateMachineArn, name: `n${n}`, input: String(n) }))),
  );
  await Promise.all(
    numbers.map((n) => s3.send(new PutObjectCommand({ Bucket: bucket, Key: `burst/${n}`, Body: String(n) }))),
  );
  const ends = await until("all executions have ended", async () => {
    const all = await Promise.all(
      starts.map(({ executionArn }) => states.send(new DescribeExecutionCommand({ executionArn }))),
    );
    return all.every(({ status }) => status !== "RUNNING") ? all : undefined;
  });
  expect(ends.map(({ status, output }) => [status, output])).toEqual(numbers.map((n) => ["SUCCEEDED", String(n)]));
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: "burst/" }));
  const read = await Promise.all(
    Contents.map(async ({ Key }) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
      return [Key, await Body?.transformToString()];
    }),
  );
  expect(new Map(read as [string, string][])).toEqual(new Map(numbers.map((n) => [`burst/${n}`, String(n)])));
});

/** All operations that this runtime serves: those in the list of calls, and those that only other clients use. */
function operationsOf(service: string): readonly string[] {
  const inList = steps.filter((step) => (step.service === "s3api" ? "s3" : step.service) === service);
  return [...new Set(inList.filter((step) => !("fails" in step)).map(({ operation }) => operation))];
}

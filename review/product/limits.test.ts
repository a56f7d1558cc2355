import { expect, it } from "vitest";
import type { CapturedResource, Program } from "../program/program.ts";
import { plainText } from "../report/sentence.ts";
import { sidesOf } from "../resources/sides.ts";
import { resource } from "../test-support/resource.ts";
import { limitFindings } from "./limits.ts";

const program = (resources: readonly CapturedResource[]): Program => ({
  stack: "dev",
  region: "us-east-1",
  accountId: "000000000000",
  resources,
  outputs: {},
  configuration: {},
  unknown: [],
  calls: [],
  images: [],
});
const sentences = (before: CapturedResource, after: CapturedResource): readonly string[] =>
  limitFindings(sidesOf(program([before]), program([after]))).map(({ sentence }) => plainText(sentence));

const worker = (inputs: object) => resource("aws:lambda/function:Function", "worker", { inputs: { ...inputs } });
const machine = (definition: object, type = "STANDARD") =>
  resource("aws:sfn/stateMachine:StateMachine", "machine", {
    inputs: { type, definition: JSON.stringify(definition) },
  });
const mapOf = (Mode: string, MaxConcurrency: number) => ({
  States: { Each: { Type: "Map", MaxConcurrency, ItemProcessor: { ProcessorConfig: { Mode }, States: {} } } },
});
const integration = (timeoutMilliseconds: number) =>
  resource("aws:apigateway/integration:Integration", "route", { inputs: { timeoutMilliseconds } });
const policy = (length: number) =>
  resource("aws:iam/rolePolicy:RolePolicy", "policy", {
    inputs: { role: "a-role", policy: `${"x".repeat(length)}   ` },
  });

it.each<[string, CapturedResource, CapturedResource, RegExp]>([
  [
    "memory of a new account",
    worker({ memorySize: 3_008 }),
    worker({ memorySize: 3_009 }),
    /3009 MB.*not raised allows 3008/,
  ],
  ["memory", worker({ memorySize: 10_240 }), worker({ memorySize: 10_241 }), /10241 MB: Lambda allows 10240/],
  ["timeout", worker({ timeout: 900 }), worker({ timeout: 901 }), /901 s: Lambda allows 900/],
  [
    "storage",
    worker({ ephemeralStorage: { size: 10_240 } }),
    worker({ ephemeralStorage: { size: 10_241 } }),
    /10241 MB of storage/,
  ],
  [
    "environment",
    worker({ environment: { variables: { A: "x".repeat(4_095) } } }),
    worker({ environment: { variables: { A: "x".repeat(4_096) } } }),
    /4097 bytes: Lambda allows 4096/,
  ],
  ["reservation", worker({}), worker({ reservedConcurrentExecutions: 5 }), /reserves 5 calls.*refuses any reservation/],
  ["a function that is off", worker({}), worker({ reservedConcurrentExecutions: 0 }), /can no longer be called/],
  ["an inline Map", machine(mapOf("INLINE", 40)), machine(mapOf("INLINE", 41)), /41 iterations.*inline Map runs 40/],
  [
    "a Distributed Map",
    machine(mapOf("DISTRIBUTED", 10_000)),
    machine(mapOf("DISTRIBUTED", 10_001)),
    /Distributed Map runs 10000/,
  ],
  [
    "an Express workflow",
    machine({ States: {}, TimeoutSeconds: 300 }, "EXPRESS"),
    machine({ States: {}, TimeoutSeconds: 301 }, "EXPRESS"),
    /waits up to 301 s.*ends after 300/,
  ],
  [
    "a definition",
    machine({ States: {} }),
    machine({ Comment: "x".repeat(1_100_000), States: {} }),
    /larger than 1 MB/,
  ],
  ["an integration", integration(29_000), integration(29_500), /waits 29\.5 s.*allows 29/],
  ["a role's policies", policy(10_240), policy(10_241), /10241 characters: IAM allows 10240/],
])("says that a limit would now bind: %s", (_what, before, after, says) => {
  expect(sentences(before, after)).toEqual([expect.stringMatching(says)]);
  expect(sentences(after, after)).toEqual([]);
  expect(sentences(after, before)).toEqual([]);
});

import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { CostSettings } from "./contract/cost/settings.ts";
import { integerFiles, modelFiles } from "./contract/model.ts";
import { untagged } from "./infra/tags.ts";
import { identity, listOf, registrations, settled } from "./infra/test-support/registrations.ts";
import { makeProject, type Project } from "./test/support/project.ts";

const uri = `registry/image@sha256:${"0".repeat(64)}`;
const pushed = { imageUri: JSON.stringify({ light: uri, classify: uri }) };
const everything = {
  ...pushed,
  examples: "true",
  tracing: "true",
  quotaLimit: "5",
  coldStart: "provisioned",
  alarmAddress: "team@example.com",
  apiAccessLogs: "true",
  apiGatewayAccountRole: "manage",
  imageBuckets: '["other-bucket"]',
};

let project: Project;
const cacheDir = process.env["DLW_CACHE_DIR"];
beforeAll(() => {
  project = makeProject();
  process.env["DLW_CACHE_DIR"] = project.cacheDir;
});
afterAll(() => {
  if (cacheDir === undefined) delete process.env["DLW_CACHE_DIR"];
  else process.env["DLW_CACHE_DIR"] = cacheDir;
  project.remove();
});

type Program = typeof import("./index.ts");

/** Evaluates the whole program; `program` has its outputs. */
async function evaluate(config: Readonly<Record<string, string>>, preview = false) {
  vi.resetModules();
  let program: Program | undefined;
  const resources = await registrations(
    async () => {
      program = await import("./index.ts");
    },
    { config, preview },
  );
  if (!program) throw new Error("The program was not evaluated.");
  return { resources, program };
}

const evaluations = new Map<string, ReturnType<typeof evaluate>>();

/** The same, but each configuration once. */
function evaluated(config: Readonly<Record<string, string>>): ReturnType<typeof evaluate> {
  const key = JSON.stringify(config);
  const evaluation = evaluations.get(key) ?? evaluate(config);
  evaluations.set(key, evaluation);
  return evaluation;
}

describe("the program", () => {
  it.each([
    ["the defaults", pushed],
    ["every option", everything],
  ])("declares the same resources while nothing is known yet, with %s", async (_what, config) => {
    const { resources } = await evaluated(config);
    const preview = await evaluate(config, true);
    expect(listOf(preview.resources)).toEqual(listOf(resources));
  });

  it.each<[string, Readonly<Record<string, string>>, readonly RegExp[]]>([
    ["batchSize", { batchSize: "3" }, []],
    ["tracing", { tracing: "true" }, []],
    ["Express child executions", { distributedMapExecutionType: "EXPRESS", classifyTimeout: "15", batchSize: "2" }, []],
    ["snapstart", { coldStart: "snapstart" }, []],
    [
      "provisioned concurrency",
      { coldStart: "provisioned" },
      [/^ProvisionedConcurrencyConfig dlw-test-classify-warm$/],
    ],
    ["an alarm address", { alarmAddress: "team@example.com" }, [/^Topic /, /^TopicPolicy /, /^TopicSubscription /]],
    [
      "a model in the bucket",
      { modelSource: "bucket" },
      [/^ModelObjects dlw-test-model$/, /^BucketObjectv2 dlw-test-model-/],
    ],
    ["examples", { examples: "true" }, [/-(example-\w+|single-task|branch-map-reduce|three-images)(-|$)/]],
  ])("declares for %s what it needs, and takes nothing away", async (_what, config, more) => {
    const before = listOf((await evaluated(pushed)).resources);
    const after = listOf((await evaluated({ ...pushed, ...config })).resources);
    expect(before.filter((each) => !after.includes(each))).toEqual([]);
    const added = after.filter((each) => !before.includes(each));
    expect(added.filter((each) => !more.some((pattern) => pattern.test(each)))).toEqual([]);
    for (const pattern of more) expect(added).toContainEqual(expect.stringMatching(pattern));
  });

  it("runs child executions as configured, and in the other workflows none", async () => {
    const typesOf = async (config: Readonly<Record<string, string>>) =>
      (await evaluated({ ...pushed, ...config })).resources
        .filter(({ type }) => type === "aws:sfn/stateMachine:StateMachine")
        .map(({ inputs }) => /"ExecutionType":"(\w+)"/.exec(String(inputs["definition"]))?.[1]);
    expect(await typesOf({})).toEqual(["STANDARD", undefined, undefined, undefined]);
    const express = { distributedMapExecutionType: "EXPRESS", classifyTimeout: "15", batchSize: "2" };
    expect(await typesOf(express)).toEqual(["EXPRESS", undefined, undefined, undefined]);
  });

  it("builds images only where none are named", async () => {
    const { resources } = await evaluated(pushed);
    expect(resources.filter(({ type }) => type === "awsx:ecr:Image")).toEqual([]);
    expect(resources.filter(({ type }) => type === "awsx:ecr:Repository")).toHaveLength(1);
    for (const { inputs } of resources.filter(({ type }) => type === "aws:lambda/function:Function")) {
      expect(inputs["imageUri"]).toBe(uri);
    }
  });

  it("reads other buckets only where they are configured", async () => {
    const grants = async (config: Readonly<Record<string, string>>) =>
      JSON.stringify((await evaluated(config)).resources.filter(({ type }) => type.endsWith(":RolePolicy")));
    expect(await grants(pushed)).not.toContain("GetImagesOfOthers");
    expect(await grants(everything)).toContain("arn:aws:s3:::other-bucket/*");
  });

  it("reads the models in the bucket, those of older releases too, only where the model comes from there", async () => {
    const { resources } = await evaluated({ ...pushed, modelSource: "bucket" });
    const objects = resources.filter(({ name }) => name.startsWith("dlw-test-model-"));
    expect(objects.map(({ name }) => name.slice("dlw-test-model-".length)).sort()).toEqual(
      [...modelFiles, ...integerFiles].sort(),
    );
    const grants = (made: typeof resources) =>
      made
        .filter(({ type }) => type.endsWith(":RolePolicy"))
        .flatMap(({ name, inputs }) =>
          JSON.parse(String(inputs["policy"])).Statement.map((each: object) => ({ name, ...each })),
        )
        .filter(({ Sid }) => Sid === "GetModels");
    const [grant, ...more] = grants(resources);
    expect(grant).toMatchObject({ name: "dlw-test-classify-policy", Action: ["s3:GetObject"] });
    expect(more).toEqual([]);
    expect(String(grant.Resource)).toMatch(/\/models\/\*$/);
    for (const { inputs } of objects) expect(String(inputs["key"])).toMatch(/^models\/[0-9a-f]{16}\//);
    expect(grants((await evaluated(pushed)).resources)).toEqual([]);
  });

  it("gives every resource a component for a parent", async () => {
    const { resources } = await evaluated(everything);
    const components = resources.filter(({ custom }) => !custom).map(({ urn }) => urn);
    for (const { custom, name, parent } of resources) {
      if (custom) expect(components, name).toContain(parent);
    }
  });

  it("leaves physical names to Pulumi, so that a replacement never meets its predecessor", async () => {
    const { resources } = await evaluated(everything);
    const named = resources.filter(({ custom, inputs }) => custom && ("name" in inputs || "bucketPrefix" in inputs));
    expect([...new Set(named.map(({ type }) => type))]).toEqual(
      expect.arrayContaining(["aws:lambda/alias:Alias", "aws:sfn/alias:Alias"]),
    );
    expect(resources.filter(({ type }) => type === "aws:s3/bucket:Bucket")[0]?.inputs).not.toHaveProperty("bucket");
  });

  it("registers all public fields of every component as its outputs", async () => {
    const seen: { instance: pulumi.ComponentResource; outputs: object }[] = [];
    const prototype = pulumi.ComponentResource.prototype as unknown as { registerOutputs(outputs?: object): void };
    const spy = vi.spyOn(prototype, "registerOutputs").mockImplementation(function (
      this: pulumi.ComponentResource,
      outputs: object | undefined,
    ) {
      // Pulumi calls once more by itself, without outputs.
      if (outputs) seen.push({ instance: this, outputs });
    });
    const { resources } = await evaluate(everything);
    spy.mockRestore();
    expect(seen).toHaveLength(resources.filter(({ type }) => type.startsWith("dlw:")).length);
    for (const { instance, outputs } of seen) {
      const fields = Object.keys(instance).filter((key) => !key.startsWith("_") && key !== "urn");
      expect(Object.keys(outputs).sort(), instance.constructor.name).toEqual(fields.sort());
    }
  });

  it("tags every resource that takes tags with its project and stack", async () => {
    const { resources } = await evaluated(everything);
    const types = resources.filter(({ type }) => type.startsWith("aws:"));
    for (const { type, name, inputs } of types) {
      const [, token = ""] = type.split(":");
      const declared = readFileSync(new URL(`node_modules/@pulumi/aws/${token}.d.ts`, import.meta.url), "utf8");
      const expected = declared.includes("readonly tags:") && !untagged.includes(type) ? identity : undefined;
      expect(inputs["tags"], name).toEqual(expected && { project: expected.project, stack: expected.stack });
    }
    const repository = resources.find(({ type }) => type === "awsx:ecr:Repository");
    expect(repository?.inputs["tags"]).toEqual({ project: identity.project, stack: identity.stack });
  });

  it("gives every role the permissions boundary where one is set, and nothing else", async () => {
    const permissionsBoundary = "arn:aws:iam::123456789012:policy/team/limits";
    const bounded = (await evaluated({ ...everything, permissionsBoundary })).resources;
    const roles = bounded.filter(({ type }) => type.endsWith(":Role"));
    expect(roles.length).toBeGreaterThan(5);
    for (const { type, name, inputs } of bounded) {
      const expected = type === "aws:iam/role:Role" ? permissionsBoundary : undefined;
      expect(inputs["permissionsBoundary"], name).toBe(expected);
    }
    for (const { name, inputs } of (await evaluated(everything)).resources) {
      expect(inputs, name).not.toHaveProperty("permissionsBoundary");
    }
  });

  it("exports what a user needs to continue, the key as a secret", async () => {
    const { program } = await evaluated(everything);
    expect(Object.keys(program).sort()).toEqual(
      [
        "alarmNames",
        "apiKey",
        "baseImage",
        "bucketName",
        "commit",
        "consoleUrls",
        "curlExample",
        "dashboardUrl",
        "delayedStartArn",
        "endpoint",
        "costSettings",
        "functionNames",
        "imageUri",
        "logGroupNames",
        "releaseId",
        "stateMachineArn",
        "stateMachineArns",
        "statusEndpoint",
      ].sort(),
    );
    expect(await pulumi.isSecret(program.apiKey as pulumi.Output<string>)).toBe(true);
    const others = Object.entries<unknown>(program).filter(([name]) => name !== "apiKey");
    for (const [name, output] of others) expect(await pulumi.isSecret(pulumi.output(output)), name).toBe(false);
    expect(await settled(program.curlExample)).toContain("https://api.test/v1/classify/sync");
    expect(program.imageUri).toEqual({ light: uri, classify: uri });
    expect(program.baseImage).toBeUndefined();
    const { logs, ...pages } = program.consoleUrls;
    expect(Object.keys(pages)).toEqual(["executions", "bucket"]);
    expect(Object.keys(logs)).toEqual(Object.keys(program.functionNames));
    expect(Object.keys(program.logGroupNames)).toEqual(Object.keys(program.functionNames));
    expect(CostSettings.parse(await settled(pulumi.output(program.costSettings)))).toMatchObject({ batchSize: 8 });
    expect(await settled(pulumi.output(logs["classify"]))).toMatch(
      /#logsV2:log-groups\/log-group\/\$252Faws\$252Flambda\$252F/,
    );
  });

  it("states for the console's estimates whether webhooks are sent", async () => {
    const secret = `whsec_${Buffer.alloc(32).toString("base64")}`;
    const enabled = await evaluated({ ...pushed, notifyHosts: '["hooks.example.com"]', webhookSecret: secret });
    const settingsOf = async ({ costSettings }: Program) =>
      CostSettings.parse(await settled(pulumi.output(costSettings)));
    expect((await settingsOf((await evaluated(pushed)).program)).notifyDefinition).toBeUndefined();
    expect((await settingsOf(enabled.program)).notifyDefinition).toContain('"States"');
  });

  it("exports no key where none is required", async () => {
    const { program } = await evaluated({ ...pushed, authentication: "iam" });
    expect(program.apiKey).toBeUndefined();
    expect(await settled(program.curlExample)).not.toContain("x-api-key");
  });

  it("declares nothing when the configuration is wrong", async () => {
    const resources: unknown[] = [];
    await expect(
      registrations(
        async () => {
          vi.resetModules();
          await import("./index.ts");
        },
        { config: { ...pushed, batchSize: "0" } },
      ).then((made) => resources.push(...made)),
    ).rejects.toThrow(/"batchSize" is "0"/);
    expect(resources).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { readingFor } from "../test-support/reading.ts";
import { driftOf } from "./drift.ts";
import type { Reading } from "./event.ts";
import type { LookUpImage } from "./images.ts";

const found: LookUpImage = async () => true;
const said = async (readings: readonly Reading[], lookUp: LookUpImage = found) => {
  const { differences, explained } = await driftOf(readings, lookUp);
  return {
    differences: differences.flatMap(({ sentences }) => sentences),
    explained: explained.flatMap(({ sentences }) => sentences),
  };
};
const nothing = { differences: [], explained: [] };

const role = (cloud: object | undefined = {}) =>
  readingFor({
    type: "aws:iam/role:Role",
    id: "the-role",
    inputs: { name: "the-role", assumeRolePolicy: "{}" },
    outputs: { inlinePolicies: [], managedPolicyArns: [], lastModified: 1, uniqueId: "A" },
    cloud: cloud as Record<string, unknown>,
  });

describe("a difference", () => {
  it("is a resource that is gone, and comes first", async () => {
    const gone = readingFor({
      type: "aws:cloudwatch/metricAlarm:MetricAlarm",
      inputs: { name: "a" },
      cloud: undefined,
    });
    const changed = readingFor({
      type: "aws:lambda/function:Function",
      inputs: { name: "f", memorySize: 3008 },
      cloud: { memorySize: 512 },
    });
    const { differences, resources } = await driftOf([changed, gone], found);
    expect(resources).toBe(2);
    expect(differences.map(({ noun, name, sentences }) => [noun, name, ...sentences])).toEqual([
      ["alarm", "a", "it was deleted"],
      ["function", "f", '"memorySize" is 512 instead of 3008'],
    ]);
  });

  it("is a property that the program does not set, and that somebody has set", async () => {
    const reading = readingFor({
      type: "aws:lambda/function:Function",
      inputs: { name: "f" },
      outputs: { reservedConcurrentExecutions: -1 },
      cloud: { reservedConcurrentExecutions: 1 },
    });
    const { differences } = await driftOf([reading], found);
    expect(differences).toMatchObject([{ byHand: true, property: "reservedConcurrentExecutions" }]);
  });

  it("is a policy that the stack does not give to the role", async () => {
    const planted = { inlinePolicies: [{ name: "own" }, { name: "extra" }], managedPolicyArns: ["arn:x", "arn:own"] };
    const own = readingFor({ type: "aws:iam/rolePolicy:RolePolicy", inputs: { role: "the-role", name: "own" } });
    const attached = readingFor({
      type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      inputs: { role: "the-role", policyArn: "arn:own" },
    });
    expect(await said([role(planted), own, attached])).toEqual({
      differences: [
        'it has the inline policy "extra", which the stack does not give it',
        'the policy "arn:x" is attached to it, which the stack does not do',
      ],
      explained: [],
    });
  });

  it("is an alias that leads to another state machine", async () => {
    expect(await said([alias([["other:3", 100]])])).toMatchObject({ explained: [], differences: [expect.any(String)] });
  });

  it.each([
    [false, /^the registry no longer has sha256:/],
    ["AccessDeniedException: no", /could not be found out: AccessDeniedException: no$/],
  ])("is an image that the registry has not, or does not show (%s)", async (answer, sentence) => {
    expect(await said([image], async () => answer)).toEqual({
      differences: [expect.stringMatching(sentence)],
      explained: [],
    });
  });
});

describe("no difference", () => {
  it("is a setting that another resource of the stack manages", async () => {
    const bucket = readingFor({
      type: "aws:s3/bucket:Bucket",
      id: "b",
      inputs: { bucket: "b" },
      outputs: { policy: "", logging: null },
      cloud: { policy: '{"Statement":[]}' },
    });
    const policy = readingFor({ type: "aws:s3/bucketPolicy:BucketPolicy", inputs: { bucket: "b", policy: "{}" } });
    expect(await said([bucket, policy])).toEqual(nothing);
    expect((await said([bucket])).differences).toHaveLength(1);
  });

  it("is a property that the provider has only since its last version", async () => {
    expect(await said([role({ permissionsBoundary: "x" })])).toEqual(nothing);
  });

  it("is a value that AWS computes, which is explained once for all resources", async () => {
    const { differences, explained } = await driftOf([role({ uniqueId: "B" }), role({ uniqueId: "C" })], found);
    expect(differences).toEqual([]);
    expect(explained).toMatchObject([{ name: "the-role and 1 more", property: "uniqueId" }]);
  });

  it("is an empty value written in another way", async () => {
    const reading = readingFor({
      type: "aws:lambda/function:Function",
      inputs: { name: "f", layers: [] },
      outputs: { description: null },
      cloud: { description: "", layers: null },
    });
    expect(await said([reading])).toEqual(nothing);
  });

  it("is traffic that a release has moved, which is explained", async () => {
    expect(
      await said([
        alias([
          ["machine:1", 90],
          ["machine:2", 10],
        ]),
      ]),
    ).toEqual({
      differences: [],
      explained: [
        "a release or a rollback has moved its traffic: 10 % to version 2, 90 % to version 1; the stack left 100 % to version 2",
      ],
    });
    expect(await said([alias([["machine:2", 100]])])).toEqual(nothing);
  });

  it("is an expired token of the registry, while the image exists", async () => {
    const asked: unknown[] = [];
    const lookUp: LookUpImage = async (which) => asked.push(which) > 0;
    expect(await said([image], lookUp)).toEqual({
      differences: [],
      explained: ["the registry has it; only the token in the state has expired"],
    });
    expect(asked).toEqual([
      { registryId: "123456789012", region: "eu-west-1", repositoryName: "a/b", imageDigest: digest },
    ]);
  });
});

const digest = `sha256:${"a".repeat(64)}`;
const image = readingFor({
  type: "docker-build:index:Image",
  outputs: { ref: `123456789012.dkr.ecr.eu-west-1.amazonaws.com/a/b:light-1@${digest}` },
  cloud: undefined,
});

function alias(routes: readonly (readonly [string, number])[]): Reading {
  const machine = "arn:aws:states:eu-west-1:123456789012:stateMachine:";
  const list = (all: typeof routes) =>
    all.map(([version, weight]) => ({ stateMachineVersionArn: `${machine}${version}`, weight }));
  return readingFor({
    type: "aws:sfn/alias:Alias",
    id: `${machine}machine:live`,
    inputs: { name: "live", routingConfigurations: list([["machine:2", 100]]) },
    cloud: { routingConfigurations: list(routes) },
  });
}

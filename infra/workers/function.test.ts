import { describe, expect, it } from "vitest";
import { listOf, registrations, settled, the } from "../test-support/registrations.ts";
import { ContainerFunction, type ContainerFunctionArgs } from "./function.ts";

const args: ContainerFunctionArgs = {
  accountId: "123456789012",
  imageUri: "repository@sha256:abc",
  architecture: "x86_64",
  handler: "map/handler.handler",
  environment: { BUCKET_NAME: "photos" },
  memorySizeMb: 512,
  timeoutSeconds: 30,
  logRetentionDays: 7,
};
const made = (more: Partial<ContainerFunctionArgs> = {}) =>
  registrations(() => new ContainerFunction("map", { ...args, ...more }));
const children = [
  "ContainerFunction map",
  "Function map",
  "LogGroup map-logs",
  "Role map-role",
  "RolePolicy map-policy",
];

describe("a container function", () => {
  it("is a function with its log group and its role, and nothing else", async () => {
    expect(listOf(await made())).toEqual([...children].sort());
  });

  it("runs the command of its handler from the image given", async () => {
    expect(the(await made(), "Function").inputs).toMatchObject({
      packageType: "Image",
      imageUri: args.imageUri,
      imageConfig: { commands: ["map/handler.handler"] },
      architectures: ["x86_64"],
      memorySize: 512,
      timeout: 30,
      environment: { variables: { BUCKET_NAME: "photos" } },
      tracingConfig: { mode: "PassThrough" },
      publish: true,
    });
  });

  it("runs on the processor that its image was built for", async () => {
    expect(the(await made({ architecture: "arm64" }), "Function").inputs["architectures"]).toEqual(["arm64"]);
  });

  it("logs into its own group, which forgets as configured", async () => {
    const resources = await made();
    const group = the(resources, "LogGroup");
    expect(group.inputs).toEqual({ namePrefix: "/aws/lambda/map-", retentionInDays: 7 });
    expect(the(resources, "Function").inputs["loggingConfig"]).toEqual({
      logFormat: "Text",
      logGroup: group.outputs["name"],
    });
  });

  it("may write its logs alone unless statements are given", async () => {
    const policy = JSON.parse(String(the(await made(), "RolePolicy").inputs["policy"]));
    expect(policy.Statement.map(({ Sid }: { Sid: string }) => Sid)).toEqual(["WriteLogs"]);
    const statement = {
      Sid: "More",
      Effect: "Allow",
      Action: ["s3:GetObject"],
      Resource: ["arn:aws:s3:::b/k"],
    } as const;
    const more = JSON.parse(String(the(await made({ statements: [statement] }), "RolePolicy").inputs["policy"]));
    expect(more.Statement[1]).toEqual(statement);
  });

  it("traces when asked, and may then write traces", async () => {
    const resources = await made({ tracing: true });
    expect(the(resources, "Function").inputs["tracingConfig"]).toEqual({ mode: "Active" });
    expect(the(resources, "RolePolicy").inputs["policy"]).toContain("xray:PutTraceSegments");
  });

  it("reserves concurrency only if configured", async () => {
    expect(the(await made(), "Function").inputs).not.toHaveProperty("reservedConcurrentExecutions");
    const { inputs } = the(await made({ reservedConcurrency: 5 }), "Function");
    expect(inputs["reservedConcurrentExecutions"]).toBe(5);
  });

  it("keeps sandboxes of its version warm if configured, and those of the previous version during a release", async () => {
    const resources = await made({ provisionedConcurrency: { count: 2 } });
    expect(listOf(resources)).toEqual([...children, "ProvisionedConcurrencyConfig map-warm"].sort());
    const warm = the(resources, "ProvisionedConcurrencyConfig");
    expect(warm.inputs).toMatchObject({
      qualifier: the(resources, "Function").outputs["version"],
      provisionedConcurrentExecutions: 2,
    });
    expect(warm.options.retainOnDelete).toBe(false);
    const retained = await made({ provisionedConcurrency: { count: 2, retained: true } });
    expect(the(retained, "ProvisionedConcurrencyConfig").options.retainOnDelete).toBe(true);
  });

  it("is called by the ARN of the version that was published last", async () => {
    const arns: string[] = [];
    const resources = await registrations(async () => {
      arns.push(await settled(new ContainerFunction("map", args).versionArn));
    });
    const { arn, version } = the(resources, "Function").outputs;
    expect(version).toMatch(/^[1-9]\d*$/);
    expect(arns).toEqual([`${arn}:${version}`]);
  });

  it("starts from snapshots only if configured", async () => {
    expect(the(await made(), "Function").inputs).not.toHaveProperty("snapStart");
    const { inputs } = the(await made({ snapStart: true }), "Function");
    expect(inputs["snapStart"]).toEqual({ applyOn: "PublishedVersions" });
  });

  it("declares the same resources while everything computed is unknown", async () => {
    const preview = await registrations(() => new ContainerFunction("map", args), { preview: true });
    expect(listOf(preview)).toEqual([...children].sort());
  });
});

import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CaptureOptions, capture, captureDeclared } from "./capture.ts";

let root: string;
beforeAll(() => {
  root = mkdtempSync(path.join(os.tmpdir(), "capture-"));
  symlinkSync(
    path.resolve(import.meta.dirname, "../../../../node_modules"),
    path.join(root, "node_modules"),
    "junction",
  );
  write("package.json", '{"type":"module"}');
  write("Pulumi.yaml", "name: photos\nruntime: nodejs\nmain: index.ts\n");
  write("Pulumi.dev.yaml", stackFile);
  write("Pulumi.prod.yaml", "config:\n  aws:region: eu-central-1\n");
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

const write = (file: string, text: string) => writeFileSync(path.join(root, file), text);
const stackFile = `encryptionsalt: v1:abc
config:
  photos:plain: unchanged
  photos:count: 5
  photos:list: [a, b]
  photos:password:
    secure: v1:AAAA
  photos:imageUri: registry/image@sha256:0
`;
const imports = 'import * as aws from "@pulumi/aws"; import * as pulumi from "@pulumi/pulumi";\n';
const program = `${imports}
const config = new pulumi.Config();
const values = ["plain", "count", "list", "password", "imageUri", "added"].map((key) => [key, config.get(key)]);
export const settings = Object.fromEntries(values);
export const password = config.getSecret("password");
export const nothing = undefined;
const bucket = new aws.s3.Bucket("photos", { tags: { password } });
new aws.s3.BucketObjectv2("photo", { bucket: bucket.id, key: "a", source: new pulumi.asset.FileAsset("a.jpg") });
export const name = bucket.id;
export const region = aws.getRegionOutput().region;
console.log("the program may print");
`;
function captured(program: string, options: Partial<CaptureOptions> = {}) {
  write("index.ts", program);
  return capture({ root, stack: "dev", ...options });
}

describe("capture", () => {
  it("reads the stack file as Pulumi would, overrides on top, and asks for no passphrase", async () => {
    const overrides = { "photos:added": "yes", "photos:count": null };
    const { outputs, warnings, project, stack, region } = await captured(program, { overrides });
    expect({ project, stack, region }).toEqual({ project: "photos", stack: "dev", region: "us-east-1" });
    expect(outputs["settings"]?.value).toEqual({
      plain: "unchanged",
      list: '["a","b"]',
      password: expect.stringMatching(/^[0-9a-f]{40}$/),
      added: "yes",
    });
    expect(outputs["password"]?.secret).toBe(true);
    expect(outputs).not.toHaveProperty("nothing");
    expect(warnings).toEqual([
      expect.stringMatching(/"photos:password" .* is encrypted/),
      expect.stringMatching(/pushed images/),
    ]);
  });

  it("names things the same every time, and otherwise in another stack", async () => {
    const [first, again, other] = [
      await captured(program),
      await captured(program),
      await captured(program, { stack: "prod" }),
    ];
    expect(first.outputs["name"]?.value).toMatch(/^photos-[0-9a-f]{7}$/);
    expect(again.outputs["name"]).toEqual(first.outputs["name"]);
    expect(other.outputs["name"]?.value).not.toBe(first.outputs["name"]?.value);
    expect(other.outputs["region"]?.value).toBe("eu-central-1");
    expect(first.buckets[0]?.arn).toBe(`arn:aws:s3:::${first.outputs["name"]?.value}`);
    expect(first.objects).toEqual([
      { bucket: first.buckets[0]?.name, key: "a", source: { file: path.join(root, "a.jpg") } },
    ]);
  });

  it("loads what Pulumi needs only for deployed source code when a program uses it", async () => {
    const { outputs } = await captured(`${imports}
import { createRequire } from "node:module";
const require = createRequire(import.meta.resolve("@pulumi/pulumi"));
// A module that is only registered has no folders to search.
const loaded = () => Object.values(require.cache).filter((each) => /node_modules.(typescript|@npmcli)./.test(each.filename) && each.paths).length;
export const before = loaded();
export const { text } = await pulumi.runtime.serializeFunction(() => 42);
export const solver = typeof new (require("@npmcli/arborist").Arborist)({ path: "." }).loadActual;
export const after = loaded();
`);
    expect(outputs["before"]?.value).toBe(0);
    expect(outputs["text"]?.value).toContain("42");
    expect(outputs["solver"]?.value).toBe("function");
    expect(outputs["after"]?.value).toBeGreaterThan(1);
  });

  it("records the resource options in addition to the inputs", async () => {
    const { resources } = await captured(`${imports}
class Part extends pulumi.ComponentResource {
  constructor() {
    super("photos:Part", "part");
    new aws.s3.Bucket("inside", {}, { parent: this });
  }
}
const part = new Part();
const first = new aws.cloudwatch.LogGroup("first");
new aws.s3.Bucket("last", { bucket: first.name, tags: { open: "yes", closed: pulumi.secret("no") } }, {
  dependsOn: [part],
  protect: true,
  retainOnDelete: true,
  deleteBeforeReplace: false,
  ignoreChanges: ["tags"],
  replaceOnChanges: ["bucket"],
  additionalSecretOutputs: ["arn"],
  aliases: [{ name: "former" }, "urn:pulumi:dev::photos::aws:s3/bucket:Bucket::older"],
  deletedWith: first,
  customTimeouts: { create: "5m" },
});`);
    const urnOf = (name: string) => resources.find((each) => each.name === name)?.urn;
    const last = resources.find(({ name }) => name === "last");
    expect(last?.options).toMatchObject({
      protect: true,
      retainOnDelete: true,
      deleteBeforeReplace: false,
      dependencies: expect.arrayContaining([urnOf("inside"), urnOf("first")]),
      propertyDependencies: { bucket: [urnOf("first")] },
      ignoreChanges: ["tags"],
      replaceOnChanges: ["bucket"],
      additionalSecretOutputs: ["arn"],
      deletedWith: urnOf("first"),
      customTimeouts: { create: "5m" },
    });
    expect(last?.options.aliases).toEqual(
      expect.arrayContaining([{ name: "former" }, { urn: "urn:pulumi:dev::photos::aws:s3/bucket:Bucket::older" }]),
    );
    expect(last?.secretInputs).toEqual(["tags.closed"]);
    const { options, secretInputs } = resources.find(({ name }) => name === "first") ?? {};
    expect(options).toEqual({
      protect: false,
      retainOnDelete: false,
      dependencies: [],
      propertyDependencies: {},
      ignoreChanges: [],
      replaceOnChanges: [],
      additionalSecretOutputs: [],
      aliases: [],
      customTimeouts: {},
    });
    expect(secretInputs).toEqual([]);
  });

  it.each([
    [
      "an unknown type, for which nothing waits",
      'new aws.sqs.Queue("queue"); export {};',
      /"aws:sqs\/queue:Queue" \("queue"\).*src\/capture\/providers/,
    ],
    [
      "an unknown invoke",
      "export const zones = aws.getAvailabilityZonesOutput().names;",
      /"aws:index\/getAvailabilityZones:getAvailabilityZones".*src\/capture\/invokes/,
    ],
    ["a throwing program", 'throw new Error("planted");', /planted[\s\S]*index\.ts/],
    ["a program that does not compile", "const = 5;", /index\.ts/],
    ["a program that ends", 'console.log("last words"); process.exit(3);', /code 3.*last words/],
    ["an operator's mistake", 'throw new pulumi.RunError("a sentence");', /evaluated\. a sentence$/],
  ])("fails with the reason on %s", async (_what, program, reason) => {
    await expect(captured(`${imports}${program}`)).rejects.toThrow(reason);
  });

  it("reports a missing stack file, and ends when it is aborted", async () => {
    await expect(captured(program, { stack: "none" })).rejects.toThrow(/Pulumi\.none\.yaml/);
    const signal = AbortSignal.timeout(50);
    await expect(captured("await new Promise(() => setInterval(() => {}, 1000));", { signal })).rejects.toThrow(
      /abort/i,
    );
  });
});

describe("captureDeclared", () => {
  const declared = (program: string) => {
    write("index.ts", `${imports}${program}`);
    return captureDeclared({ root, stack: "dev" });
  };

  it("gives the same for the same program: no value is random, and a pushed image is kept", async () => {
    const program = `
const config = new pulumi.Config();
const key = new aws.apigateway.ApiKey("key", { tags: { word: config.requireSecret("password") } });
const role = new aws.iam.Role("role", { assumeRolePolicy: "{}" });
const worker = (name: string, memorySize: number) =>
  new aws.lambda.Function(name, { packageType: "Image", imageUri: config.get("imageUri"), role: role.arn, memorySize, publish: true });
export const versions = [worker("small", 128).version, worker("large", 1_024).version];`;
    const [first, second] = [await declared(program), await declared(program)];
    expect(second).toEqual(first);
    expect(first.outputs["versions"]?.value).toEqual(["1", "1"]);
    expect(first.configuration).toMatchObject({
      "photos:password": { secret: true, value: expect.stringMatching(/^[0-9a-f]{40}$/) },
      "photos:imageUri": { secret: false, value: "registry/image@sha256:0" },
    });
  });

  it("takes unknown types and provider functions by their inputs, and names them", async () => {
    const { unknown, calls, resources, outputs } = await declared(`
const queue = new aws.sqs.Queue("letters", { delaySeconds: 5 });
export const queueArn = queue.arn;
export const zone = aws.getAvailabilityZonesOutput({ state: "available" }).state;`);
    expect(unknown).toEqual(
      expect.arrayContaining([
        { kind: "type", token: "aws:sqs/queue:Queue", name: "letters" },
        expect.objectContaining({ kind: "function", token: "aws:index/getAvailabilityZones:getAvailabilityZones" }),
      ]),
    );
    expect(calls[0]?.inputs).toMatchObject({ state: "available" });
    expect(resources.find(({ name }) => name === "letters")?.inputs).toEqual({ delaySeconds: 5 });
    expect(outputs["queueArn"]?.value).toMatch(/^arn:aws:sqs:us-east-1:0{12}:/);
    expect(outputs["zone"]?.value).toBe("available");
  });
});

import * as pulumi from "@pulumi/pulumi";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { documentOf } from "./documents.ts";

const account = "123456789012";
const region = "eu-central-1";
const providerArn = `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`;
const project = "deep-learning-workflow-account";
const own = { project, stack: "main" };

interface Provider {
  readonly arn: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly clientIdLists: readonly string[];
}

interface Made {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

/** Evaluates the program in an account with or without a provider for GitHub. */
async function evaluate(existing: Provider | undefined, stacks: readonly string[] = ["dev", "prod"]) {
  const made: Made[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource({ type, name, inputs }) {
        made.push({ type, name, inputs });
        const arn = type.endsWith(":OpenIdConnectProvider")
          ? providerArn
          : `arn:aws:test:::${type.split(":").at(-1)}/${name}`;
        return { id: `${name}-id`, state: { ...inputs, arn, keyId: `${name}-key` } };
      },
      call({ token }) {
        if (token.endsWith(":getOpenIdConnectProvider")) {
          if (!existing) throw new Error("no provider for this URL");
          return existing;
        }
        if (token.endsWith(":getCallerIdentity")) return { accountId: account };
        if (token.endsWith(":getRegion")) return { region };
        if (token.endsWith(":getPartition")) return { partition: "aws" };
        throw new Error(`The program calls "${token}".`);
      },
    },
    project,
    "main",
  );
  pulumi.runtime.setAllConfig({
    [`${project}:repository`]: "example/workflow",
    [`${project}:stacks`]: JSON.stringify(stacks),
    [`${project}:imageBuckets`]: '["photos"]',
  });
  vi.resetModules();
  const program = await import("./index.ts");
  await pulumi.runtime.disconnect();
  const value = <T>(output: pulumi.Input<T>): Promise<T> =>
    (pulumi.output(output) as unknown as { promise(): Promise<T> }).promise();
  return { made, program, value };
}

const of = (made: readonly Made[], type: string): readonly Made[] =>
  made.filter((each) => each.type.endsWith(`:${type}`));
const json = (text: unknown): unknown => JSON.parse(String(text));
const fillsOf = (stack: string, workflow = "deploy-stack.yml") => ({
  ACCOUNT_ID: account,
  REGION: region,
  STATE_BUCKET: "deep-learning-workflow-state-id",
  KEY_ARN: `arn:aws:test:::Key/deep-learning-workflow-${stack}-secrets`,
  ORGANISATION: "example",
  REPOSITORY: "workflow",
  STACK: stack,
  WORKFLOW: workflow,
  IMAGE_BUCKET: ["photos"],
});

beforeEach(() => vi.resetModules());

describe("the provider for GitHub", () => {
  const audiences = ["sts.amazonaws.com"];

  it("is made where the account has none", async () => {
    const { made } = await evaluate(undefined);
    expect(of(made, "OpenIdConnectProvider").map(({ inputs }) => inputs)).toEqual([
      { url: "https://token.actions.githubusercontent.com", clientIdLists: audiences, tags: own },
    ]);
  });

  it("stays declared where this program made it, so that no update deletes it", async () => {
    const { made } = await evaluate({ arn: providerArn, tags: own, clientIdLists: audiences });
    expect(of(made, "OpenIdConnectProvider")).toHaveLength(1);
  });

  it.each([
    ["somebody else", {}],
    ["another stack of this program", { ...own, stack: "other" }],
  ])("is reused where it is that of %s", async (_whose, tags) => {
    const { made } = await evaluate({ arn: providerArn, tags, clientIdLists: audiences });
    expect(of(made, "OpenIdConnectProvider")).toEqual([]);
    expect(of(made, "Role")).toHaveLength(6);
  });

  it("is refused, with the remedy, where it does not take the workflows' tokens", async () => {
    await expect(evaluate({ arn: providerArn, tags: {}, clientIdLists: ["others"] })).rejects.toThrow(
      /accepts the audiences \["others"\] and not "sts\.amazonaws\.com".*Remedy: aws iam add-client-id/,
    );
  });
});

describe("the roles of a stack", () => {
  it("have the trust and the policies of docs/iam, and no others", async () => {
    const { made } = await evaluate(undefined);
    const attached = (role: string) =>
      of(made, "RolePolicyAttachment")
        .filter(({ inputs }) => inputs["role"] === role)
        .map(({ inputs }) => String(inputs["policyArn"]).split("/").at(-1));
    for (const stack of ["dev", "prod"]) {
      const name = `deep-learning-workflow-${stack}`;
      for (const [role, policies] of Object.entries({
        preview: ["preview"],
        read: ["preview", "read"],
        deploy: ["preview", "read", "write", "write-roles", "release"],
      })) {
        const [found] = of(made, "Role").filter(({ inputs }) => inputs["name"] === `${name}-${role}`);
        expect(json(found?.inputs["assumeRolePolicy"])).toEqual(
          documentOf(`${role as "preview"}-trust`, fillsOf(stack)),
        );
        expect(attached(`${name}-${role}`)).toEqual(policies.map((policy) => `${name}-${policy}`));
      }
    }
  });

  it("have policies with the texts of docs/iam", async () => {
    const { made } = await evaluate(undefined, ["prod"]);
    for (const policy of ["preview", "read", "write", "write-roles", "release", "boundary"] as const) {
      const [found] = of(made, "Policy").filter(({ name }) => name === `deep-learning-workflow-prod-${policy}`);
      expect(json(found?.inputs["policy"]), policy).toEqual(documentOf(policy, fillsOf("prod")));
    }
  });

  it("have names outside the stack's prefix, so that no deploy role reaches them", async () => {
    const { made } = await evaluate(undefined);
    const names = made.flatMap(({ inputs }) => (typeof inputs["name"] === "string" ? [inputs["name"]] : []));
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name) => name.startsWith("dlw-"))).toEqual([]);
  });

  it("of live.yml trust that workflow, and read what it verifies", async () => {
    const { made } = await evaluate(undefined, ["live"]);
    const [deploy] = of(made, "Role").filter(({ name }) => name.endsWith("-deploy"));
    expect(json(deploy?.inputs["assumeRolePolicy"])).toEqual(documentOf("deploy-trust", fillsOf("live", "live.yml")));
    expect(of(made, "Policy").map(({ name }) => name)).toContain("deep-learning-workflow-live-live");
  });
});

describe("the state", () => {
  it("is in a private bucket with versions, encryption and TLS", async () => {
    const { made } = await evaluate(undefined);
    expect(of(made, "Bucket")).toHaveLength(1);
    expect(of(made, "BucketVersioning")[0]?.inputs["versioningConfiguration"]).toEqual({ status: "Enabled" });
    expect(of(made, "BucketPublicAccessBlock")[0]?.inputs).toMatchObject({
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(of(made, "BucketServerSideEncryptionConfiguration")).toHaveLength(1);
    expect(json(of(made, "BucketPolicy")[0]?.inputs["policy"])).toMatchObject({ Statement: [{ Sid: "RequireTls" }] });
  });

  it("has one key for each stack, so that the roles of one read no secret of another", async () => {
    const { made, program, value } = await evaluate(undefined);
    expect(of(made, "Key").map(({ inputs }) => inputs["enableKeyRotation"])).toEqual([true, true]);
    expect(await value(program.stackSettings["prod"]?.secretsProvider ?? "")).toBe(
      `awskms://alias/deep-learning-workflow-prod?region=${region}`,
    );
    expect(await value(program.backendUrl)).toBe(`s3://deep-learning-workflow-state-id?region=${region}`);
  });
});

it("prints the variables of each GitHub environment", async () => {
  const { program, value } = await evaluate(undefined);
  expect(Object.keys(program.environments)).toEqual([
    "dev",
    "dev-preview",
    "dev-drift",
    "prod",
    "prod-preview",
    "prod-drift",
  ]);
  expect(Object.keys(program.environments["prod-preview"] ?? {})).toEqual([
    "PREVIEW_ROLE_ARN",
    "AWS_REGION",
    "PULUMI_BACKEND_URL",
  ]);
  expect(await value(program.environments["prod"]?.["DEPLOY_ROLE_ARN"] ?? "")).toContain(
    "deep-learning-workflow-prod-deploy",
  );
});

import { describe, expect, test } from "vitest";
import { opened } from "../support/opened.ts";
import { boundaryOf, type Call } from "./calls.ts";
import { capturedWithEverything } from "./everything.ts";
import { fillsOf, read, rolePolicies } from "./policies.ts";
import { type Asked, allows, mutantsOf, noticedBy, refused } from "./simulation.ts";

const graph = opened(() =>
  capturedWithEverything("dev", { imageBuckets: '["photos-of-another-team"]', tracing: "true" }),
);
const account = "000000000000";
const gateway = "arn:aws:apigateway:us-east-1::";
const own = { project: "deep-learning-workflow", stack: "dev" };
const keyed = (key: string, tags: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(tags).map(([name, value]) => [`${key}/${name}`, value]));
const role = (name: string) => `arn:aws:iam::${account}:role/${name}`;
const boundary = boundaryOf({ accountId: account, stack: "dev" });
const state = (path: string) => `arn:aws:s3:::example-pulumi-state/.pulumi/${path}`;
const policy = (name: string) => `arn:aws:iam::${account}:policy/deep-learning-workflow-dev-${name}`;

/** Calls that the deploy role must not be able to make. */
const forbidden: readonly (readonly [claim: string, action: string, resource: string, context?: Asked["context"]])[] = [
  ["create a role without a boundary", "iam:CreateRole", role("dlw-dev-x")],
  [
    "create a role with another boundary",
    "iam:CreateRole",
    role("dlw-dev-x"),
    { "iam:PermissionsBoundary": "arn:aws:iam::aws:policy/AdministratorAccess" },
  ],
  [
    "remove the boundary of a role",
    "iam:DeleteRolePermissionsBoundary",
    role("dlw-dev-x"),
    { "iam:PermissionsBoundary": boundary },
  ],
  [
    "replace the boundary of a role by a wider one",
    "iam:PutRolePermissionsBoundary",
    role("dlw-dev-x"),
    { "iam:PermissionsBoundary": policy("write") },
  ],
  ["grant something to a role without the boundary", "iam:PutRolePolicy", role("dlw-dev-x")],
  ["grant something to itself", "iam:PutRolePolicy", role("deep-learning-workflow-dev-deploy")],
  ["trust somebody else", "iam:UpdateAssumeRolePolicy", role("deep-learning-workflow-dev-deploy")],
  ["widen the boundary", "iam:CreatePolicyVersion", boundary],
  ["set another version of the boundary", "iam:SetDefaultPolicyVersion", boundary],
  ["delete the boundary", "iam:DeletePolicy", boundary],
  ["widen its own policy", "iam:CreatePolicyVersion", policy("write")],
  [
    "attach another policy of AWS",
    "iam:AttachRolePolicy",
    role("dlw-dev-x"),
    { "iam:PermissionsBoundary": boundary, "iam:PolicyARN": "arn:aws:iam::aws:policy/AdministratorAccess" },
  ],
  ["pass a role to another service", "iam:PassRole", role("dlw-dev-x"), { "iam:PassedToService": "ec2.amazonaws.com" }],
  [
    "pass a role of another stack",
    "iam:PassRole",
    role("dlw-prod-x"),
    { "iam:PassedToService": "lambda.amazonaws.com" },
  ],
  [
    "make the role of another service",
    "iam:CreateServiceLinkedRole",
    role("aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"),
    { "iam:AWSServiceName": "ecs.amazonaws.com" },
  ],
  [
    "remove the provider for GitHub",
    "iam:DeleteOpenIDConnectProvider",
    `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`,
  ],
  ["delete an API without its tags", "apigateway:DELETE", `${gateway}/restapis/1`],
  [
    "delete the API of another stack",
    "apigateway:DELETE",
    `${gateway}/restapis/1`,
    keyed("aws:ResourceTag", { ...own, stack: "prod" }),
  ],
  [
    "delete the API of another project",
    "apigateway:DELETE",
    `${gateway}/restapis/1`,
    keyed("aws:ResourceTag", { ...own, project: "shop" }),
  ],
  ["delete somebody's API key", "apigateway:DELETE", `${gateway}/apikeys/1`],
  ["delete somebody's usage plan", "apigateway:DELETE", `${gateway}/usageplans/1`],
  ["read the value of somebody's API key", "apigateway:GET", `${gateway}/apikeys/1`],
  ["list all API keys", "apigateway:GET", `${gateway}/apikeys`],
  ["create an API without tags", "apigateway:POST", `${gateway}/restapis`],
  [
    "create an API with the tags of another stack",
    "apigateway:POST",
    `${gateway}/restapis`,
    keyed("aws:RequestTag", { ...own, stack: "prod" }),
  ],
  ["read the state of another stack", "s3:GetObject", state("stacks/deep-learning-workflow/prod.json")],
  ["write the state of another stack", "s3:PutObject", state("stacks/deep-learning-workflow/prod.json")],
  ["read the state of the account", "s3:GetObject", state("stacks/deep-learning-workflow-account/main.json")],
  ["delete the bucket of the states", "s3:DeleteBucket", "arn:aws:s3:::example-pulumi-state"],
  ["delete former versions of its state", "s3:DeleteObjectVersion", state("stacks/deep-learning-workflow/dev.json")],
  [
    "read the secrets of another stack",
    "kms:Decrypt",
    `arn:aws:kms:us-east-1:${account}:key/99999999-89ab-cdef-0123-456789abcdef`,
  ],
  [
    "delete the key",
    "kms:ScheduleKeyDeletion",
    `arn:aws:kms:us-east-1:${account}:key/01234567-89ab-cdef-0123-456789abcdef`,
  ],
  [
    "change a function of another stack",
    "lambda:UpdateFunctionCode",
    `arn:aws:lambda:us-east-1:${account}:function:dlw-prod-x`,
  ],
  ["delete a bucket of another stack", "s3:DeleteBucket", "arn:aws:s3:::dlw-prod-data-1"],
  ["create a user", "iam:CreateUser", `arn:aws:iam::${account}:user/x`],
];

describe("the deploy role", () => {
  test.for(forbidden)("cannot %s", async ([_claim, action, resource, context = {}]) => {
    const policies = rolePolicies("deploy", fillsOf(graph()));
    expect(await allows(policies, { action, resource, context })).toBe(false);
  });

  test("the table is not blind: the same calls for the stack's own resources are allowed", async () => {
    const policies = rolePolicies("deploy", fillsOf(graph()));
    const allowed: readonly Asked[] = [
      { action: "iam:CreateRole", resource: role("dlw-dev-x"), context: { "iam:PermissionsBoundary": boundary } },
      { action: "apigateway:DELETE", resource: `${gateway}/restapis/1`, context: keyed("aws:ResourceTag", own) },
      { action: "apigateway:GET", resource: `${gateway}/apikeys/1`, context: keyed("aws:ResourceTag", own) },
      { action: "apigateway:POST", resource: `${gateway}/restapis`, context: keyed("aws:RequestTag", own) },
      { action: "s3:PutObject", resource: state("stacks/deep-learning-workflow/dev.json"), context: {} },
    ];
    for (const call of allowed) expect(await allows(policies, call), call.action).toBe(true);
  });
});

describe("the roles that only read", () => {
  test.each(["preview", "read"] as const)(
    "%s cannot do what the deploy role cannot, and changes nothing",
    async (name) => {
      const policies = rolePolicies(name, fillsOf(graph()));
      const changes: readonly Asked[] = [
        { action: "lambda:UpdateFunctionCode", resource: graph().functions[0]?.arn ?? "", context: {} },
        { action: "s3:PutObject", resource: state("stacks/deep-learning-workflow/dev.json"), context: {} },
        { action: "states:UpdateStateMachineAlias", resource: `${graph().stateMachines[0]?.arn}:live`, context: {} },
        {
          action: "iam:PassRole",
          resource: role("dlw-dev-x"),
          context: { "iam:PassedToService": "lambda.amazonaws.com" },
        },
      ];
      for (const [, action, resource, context = {}] of forbidden) {
        expect(await allows(policies, { action, resource, context }), action).toBe(false);
      }
      for (const call of changes) expect(await allows(policies, call), call.action).toBe(false);
    },
  );

  test("a preview reads no API key, its own included", async () => {
    const call = { action: "apigateway:GET", resource: `${gateway}/apikeys/1`, context: keyed("aws:ResourceTag", own) };
    expect(await allows(rolePolicies("preview", fillsOf(graph())), call)).toBe(false);
  });
});

/** What the stack's roles are granted, as calls: each action with each resource of its statement. */
function grantsOf(): readonly Call[] {
  const grants = graph().roles.flatMap(({ name, policies }) =>
    Object.values(policies).flatMap(({ Statement }) =>
      Statement.flatMap((statement) => {
        const [actions, resources] = [list(statement["Action"]), list(statement["Resource"])];
        const purpose = `${name} ${statement["Sid"]}`;
        return actions.flatMap((action) =>
          resources.map((arn): Call => ({ purpose, action, resource: exampleOf(arn), context: {}, reads: false })),
        );
      }),
    ),
  );
  return [...grants, ...pushing];
}

const list = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : [String(value)]);
/** A resource that the pattern of a grant matches. */
function exampleOf(arn: string): string {
  if (arn === "*") return arn;
  return arn
    .replace(/(:log-group:.*):\*$/, "$1:log-stream:1")
    .replace(/(:mapRun:.*)\/\*$/, "$1/batches:1")
    .replaceAll("*", "1");
}

/** AWS's policy AmazonAPIGatewayPushToCloudWatchLogs, which the role of API Gateway has. */
const pushing: readonly Call[] = [
  ...["CreateLogGroup", "DescribeLogStreams", "FilterLogEvents"].map((name) => [name, ""]),
  ...["CreateLogStream", "PutLogEvents", "GetLogEvents"].map((name) => [name, ":log-stream:1"]),
].map(([name = "", stream = ""]) => ({
  purpose: "the role of API Gateway",
  action: `logs:${name}`,
  resource: `arn:aws:logs:us-east-1:${account}:log-group:/aws/apigateway/dlw-dev-rest${stream}`,
  context: {},
  reads: false,
}));

describe("the boundary", () => {
  const within = () => ({ boundary: read("boundary", fillsOf(graph())) });

  test("takes nothing from any role of the stack", async ({ annotate }) => {
    const grants = grantsOf();
    await annotate(`${grants.length} grants of ${graph().roles.length} roles`);
    expect(grants.length).toBeGreaterThan(60);
    expect(await refused(within(), grants)).toEqual([]);
  });

  test("has no statement and no action that no role needs", async ({ annotate }) => {
    const grants = grantsOf();
    const unnoticed: string[] = [];
    let count = 0;
    for (const mutant of mutantsOf(within())) {
      count += 1;
      if (!(await noticedBy(mutant, grants))) unnoticed.push(mutant.gone);
    }
    await annotate(`${count} boundaries with something taken away`);
    expect(unnoticed).toEqual([]);
  });

  test.each([
    ["assume a role", "sts:AssumeRole", role("deep-learning-workflow-dev-deploy")],
    ["change a role", "iam:PutRolePolicy", role("dlw-dev-x")],
    ["change a function", "lambda:UpdateFunctionCode", `arn:aws:lambda:us-east-1:${account}:function:dlw-dev-x`],
    ["read the states", "s3:GetObject", state("stacks/deep-learning-workflow/dev.json")],
    ["read the secrets", "kms:Decrypt", `arn:aws:kms:us-east-1:${account}:key/01234567-89ab-cdef-0123-456789abcdef`],
    ["read objects of another stack", "s3:GetObject", "arn:aws:s3:::dlw-prod-data-1/results/1.json"],
    ["read other buckets", "s3:GetObject", "arn:aws:s3:::payroll/2026.csv"],
    ["read the logs of others", "logs:FilterLogEvents", `arn:aws:logs:us-east-1:${account}:log-group:/aws/lambda/shop`],
  ])("lets no role %s, whatever it is granted", async (_claim, action, resource) => {
    expect(await allows(within(), { action, resource, context: {} })).toBe(false);
  });
});

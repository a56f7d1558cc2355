import * as aws from "@pulumi/aws";
import { describe, expect, it } from "vitest";
import { listOf, registrations, the } from "../test-support/registrations.ts";
import { gatewayResponses } from "./gateway-responses.ts";
import { RestApi, type RestApiArgs } from "./rest-api.ts";

type Settings = Omit<RestApiArgs, "handler">;
const settings: Settings = {
  authentication: "apiKey",
  throttleRate: 5,
  throttleBurst: 10,
  quotaLimit: undefined,
  quotaPeriod: "DAY",
  corsOrigins: ["*"],
  tracing: false,
  apiAccessLogs: false,
  apiGatewayAccountRole: "none",
  logRetentionDays: 7,
};

async function made(more: Partial<Settings> = {}, preview = false) {
  const resources = await registrations(
    () => {
      const handler = new aws.lambda.Alias("api", { name: "live", functionName: "api", functionVersion: "7" });
      return new RestApi("rest", { ...settings, ...more, handler });
    },
    { preview },
  );
  return resources.filter(({ name }) => name.startsWith("rest"));
}

const route = (name: string) => [
  `Integration ${name}-function`,
  `Integration ${name}-preflight`,
  `IntegrationResponse ${name}-preflight-values`,
  `Method ${name}-any`,
  `Method ${name}-options`,
  `MethodResponse ${name}-preflight-headers`,
  `ProxyRoute ${name}`,
];
const always = [
  "Deployment rest-deployment",
  "MethodSettings rest-throttle",
  "Permission rest-invoke",
  "Resource rest-proxy",
  ...gatewayResponses.map(({ responseType }) => `Response rest-${responseType.toLowerCase().replaceAll("_", "-")}`),
  "RestApi rest",
  "RestApi rest",
  "Stage rest-stage",
  ...route("rest-proxy"),
  ...route("rest-root"),
];
const keys = ["ApiKey rest-plan-key", "UsagePlan rest-plan", "UsagePlan rest-plan", "UsagePlanKey rest-plan-member"];

describe("the REST API", () => {
  it.each([false, true])("is a proxy with keys and nothing else by default (preview: %s)", async (preview) => {
    expect(listOf(await made({}, preview))).toEqual([...always, ...keys].sort());
  });

  it.each(["iam", "none"] as const)("has no keys with authentication %s", async (authentication) => {
    const resources = await made({ authentication });
    expect(listOf(resources)).toEqual([...always].sort());
    const any = resources.filter(({ name }) => name.endsWith("-any"));
    expect(any.map(({ inputs }) => [inputs["authorization"], inputs["apiKeyRequired"]])).toEqual(
      Array(2).fill([authentication === "iam" ? "AWS_IAM" : "NONE", false]),
    );
  });

  it("asks for the key on every method but the preflight", async () => {
    const methods = (await made()).filter(({ type }) => type.endsWith(":Method"));
    const needsKey = methods.map(({ inputs }) => [inputs["httpMethod"], inputs["apiKeyRequired"]]);
    expect(needsKey.sort()).toEqual([
      ["ANY", true],
      ["ANY", true],
      ["OPTIONS", false],
      ["OPTIONS", false],
    ]);
  });

  it("hands preflights to the function when there are several origins, of which a fixed answer would allow one", async () => {
    const resources = await made({ corsOrigins: ["https://a.example", "https://b.example"] });
    const preflights = resources.filter(({ name }) => name.includes("-preflight"));
    expect(preflights.map(({ inputs }) => [inputs["httpMethod"], inputs["type"]])).toEqual(
      Array(2).fill(["OPTIONS", "AWS_PROXY"]),
    );
    const options = resources.filter(({ name }) => name.endsWith("-options"));
    expect(options.map(({ inputs }) => [inputs["authorization"], inputs["apiKeyRequired"]])).toEqual(
      Array(2).fill(["NONE", false]),
    );
  });

  it("limits a key and, the same, the stage; a quota only where one is set", async () => {
    const resources = await made();
    const plan = resources.find(({ type }) => type === "aws:apigateway/usagePlan:UsagePlan");
    expect(plan?.inputs["throttleSettings"]).toEqual({ rateLimit: 5, burstLimit: 10 });
    expect(plan?.inputs).not.toHaveProperty("quotaSettings");
    expect(the(resources, "MethodSettings").inputs).toMatchObject({
      methodPath: "*/*",
      settings: { throttlingRateLimit: 5, throttlingBurstLimit: 10 },
    });
    const limited = (await made({ quotaLimit: 7 })).find(({ type }) => type === "aws:apigateway/usagePlan:UsagePlan");
    expect(limited?.inputs["quotaSettings"]).toEqual({ limit: 7, period: "DAY" });
  });

  it("adds CORS headers to its own errors, so that a page can read them", async () => {
    const responses = (await made()).filter(({ type }) => type.endsWith(":Response"));
    expect(responses).toHaveLength(gatewayResponses.length);
    for (const { inputs } of responses) {
      expect(inputs["responseParameters"]).toMatchObject({
        "gatewayresponse.header.Access-Control-Allow-Origin": "'*'",
      });
    }
  });

  it("is deployed anew when what defines it changes, and only then", async () => {
    const trigger = async (more: Partial<Settings> = {}) => the(await made(more), "Deployment").inputs["triggers"];
    const first = await trigger();
    expect(await trigger()).toEqual(first);
    expect(await trigger({ throttleRate: 6 })).toEqual(first);
    expect(await trigger({ authentication: "none" })).not.toEqual(first);
    const oneOrigin = await trigger({ corsOrigins: ["https://example.com"] });
    expect(oneOrigin).not.toEqual(first);
    expect(await trigger({ corsOrigins: ["https://example.com", "https://b.example"] })).not.toEqual(oneOrigin);
  });

  it("lets API Gateway call the alias, from this API's stage alone", async () => {
    const resources = await made();
    const api = resources.find(({ type }) => type === "aws:apigateway/restApi:RestApi");
    expect(the(resources, "Permission").inputs).toMatchObject({
      qualifier: "live",
      principal: "apigateway.amazonaws.com",
      sourceArn: `${api?.outputs["executionArn"]}/v1/*`,
    });
  });

  it("writes access logs only if configured, and creates the account's role only if the stack manages it", async () => {
    expect(the(await made(), "Stage").inputs).not.toHaveProperty("accessLogSettings");
    const existing = await made({ apiAccessLogs: true, apiGatewayAccountRole: "existing" });
    expect(listOf(existing)).toEqual(
      [...always, ...keys, "AccessLogs rest-access", "LogGroup rest-access-logs"].sort(),
    );
    expect(the(existing, "Stage").inputs).toHaveProperty("accessLogSettings");
    const managed = await made({ apiGatewayAccountRole: "manage" });
    const account = [
      "AccessLogs rest-access",
      "Account rest-access-account",
      "Role rest-access-role",
      "RolePolicyAttachment rest-access-push",
    ];
    expect(listOf(managed)).toEqual([...always, ...keys, ...account].sort());
    expect(the(managed, "Stage").inputs).not.toHaveProperty("accessLogSettings");
  });

  it("enables tracing if configured", async () => {
    expect(the(await made({ tracing: true }), "Stage").inputs["xrayTracingEnabled"]).toBe(true);
  });
});

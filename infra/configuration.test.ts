import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it } from "vitest";
import { functionDefinitions } from "../contract/functions.ts";
import { apiGatewayLimits, inlineStateBytes, lambdaLimits } from "../contract/limits.ts";
import { ConfigurationError, readConfiguration, settings } from "./configuration.ts";
import { identity } from "./test-support/registrations.ts";

beforeAll(async () => {
  const unreachable = () => {
    throw new Error("The configuration needs no resource and no provider.");
  };
  await pulumi.runtime.setMocks({ call: unreachable, newResource: unreachable }, identity.project, identity.stack);
});

function configuration(values: Readonly<Record<string, string>> = {}) {
  const entries = Object.entries(values).map(([key, value]) => [`${identity.project}:${key}`, value]);
  pulumi.runtime.setAllConfig(Object.fromEntries(entries));
  return readConfiguration();
}

function problems(values: Readonly<Record<string, string>>): readonly string[] {
  try {
    configuration(values);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

/** The settings that are read by the name of a function: `mapMemory`. */
const ofFunctions = Object.fromEntries(
  Object.values(functionDefinitions).flatMap(({ settings: name }) => [
    [`${name}Memory`, true],
    [`${name}Timeout`, true],
  ]),
);
const root = path.resolve(import.meta.dirname, "..");
/** What reads settings: the program, without the file that defines them. */
const program = ["infra", "statemachine"]
  .flatMap((folder) =>
    readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" }).map((file) => path.join(folder, file)),
  )
  .concat("index.ts")
  .filter((file) => file.endsWith(".ts") && !/\.test\.ts$|test-support/.test(file))
  .filter((file) => file !== path.join("infra", "configuration.ts"))
  .map((file) => readFileSync(path.join(root, file), "utf8"))
  .join("\n");

const webhookSecret = `whsec_${Buffer.alloc(32, "key").toString("base64")}`;
const uri = `registry/image@sha256:${"0".repeat(64)}`;

describe("the configuration", () => {
  it("has defaults that fit an account opened today and are safe", () => {
    expect(configuration()).toMatchObject({
      classifyMemory: lambdaLimits.newAccountMaxMemoryMb,
      classifyConcurrency: undefined,
      apiTimeout: apiGatewayLimits.integrationSeconds - 1,
      authentication: "apiKey",
      coldStart: "none",
      removalProtection: true,
      examples: false,
      tracing: false,
      apiAccessLogs: false,
      apiGatewayAccountRole: "none",
      inferenceEngine: "auto",
      inferencePrecision: "auto",
      imageBuckets: [],
      notifyHosts: [],
      quotaLimit: undefined,
      distributedMapExecutionType: "STANDARD",
      distributedMapConcurrency: 6,
      inlineLimit: inlineStateBytes,
    });
  });

  it("leaves room in a new account beside one execution: for its planner, a request, a poll and a waiting client", () => {
    const { inlineMapConcurrency, distributedMapConcurrency } = configuration();
    for (const classify of [inlineMapConcurrency, distributedMapConcurrency]) {
      expect(lambdaLimits.newAccountConcurrency - classify).toBeGreaterThanOrEqual(4);
    }
  });

  it.each(Object.entries(settings))("accepts the value that its own remedy for %s proposes", (_key, setting) => {
    const { example } = setting;
    const certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----";
    const proposed = example.startsWith("--path")
      ? JSON.stringify({ light: uri, classify: uri })
      : example.replaceAll("'", "").replace("< authority.pem", certificate);
    expect(setting.schema.safeParse(proposed).success).toBe(true);
  });

  it("reads numbers, flags, choices, lists and records", () => {
    const read = configuration({
      batchSize: "4",
      examples: "true",
      authentication: "iam",
      allowedImageHosts: '["*.example.com","127.0.0.1:9000"]',
      imageUri: JSON.stringify({ light: uri, classify: uri }),
    });
    expect(read).toMatchObject({
      batchSize: 4,
      examples: true,
      authentication: "iam",
      allowedImageHosts: ["*.example.com", "127.0.0.1:9000"],
      imageUri: { light: uri, classify: uri },
    });
  });

  it.each([
    ["classifyMemory", "10241"],
    ["classifyMemory", "1e3"],
    ["inlineMapConcurrency", "41"],
    ["inlineLimit", "262144"],
    ["distributedMapExecutionType", "express"],
    ["distributedMapConcurrency", "10001"],
    ["classifyTimeout", "901"],
    ["apiTimeout", "29"],
    ["logRetentionDays", "8"],
    ["examples", "yes"],
    ["authentication", "cognito"],
    ["allowedImageHosts", "example.com"],
    ["allowedImageHosts", '["https://example.com/"]'],
    ["allowedImageHosts", '["*.example.com:8080"]'],
    ["imageBuckets", '["Capitals"]'],
    ["corsOrigins", '["https://*.example.com"]'],
    ["imageUri", '{"light":"a:latest","classify":"b:latest"}'],
    ["imageUri", JSON.stringify({ classify: uri })],
    ["alarmAddress", "team"],
    ["apiKey", "short"],
    ["webhookSecret", "short"],
    ["webhookSecret", `${webhookSecret} ${webhookSecret} ${webhookSecret}`],
    ["webhookSecret", `whsec_${"A".repeat(28)}`],
    ["notifyHosts", '["https://example.com/"]'],
    ["notifyAuthorities", "a file"],
  ])("refuses %s = %s and says what is allowed and what to do", (key, value) => {
    const [problem, ...more] = problems({ [key]: value });
    expect(problem).toMatch(new RegExp(`^"${key}" .*Allowed: .*Remedy: pulumi config `));
    expect(more).toEqual([]);
  });

  it.each(Object.entries(settings))(
    "is documented: %s with what is allowed and its default",
    (key, { allowed, fallback }) => {
      const text = typeof fallback === "object" ? JSON.stringify(fallback) : String(fallback);
      const row = `| \`${key}\` | ${allowed} | ${fallback === undefined ? "-" : `\`${text}\``} |`;
      expect(readFileSync(path.resolve(import.meta.dirname, "../docs/configuration.md"), "utf8")).toContain(row);
    },
  );

  it("has a table of every key, and of no other", () => {
    const text = readFileSync(path.resolve(import.meta.dirname, "../docs/configuration.md"), "utf8");
    const keys = [...text.matchAll(/^\| `(\w+)` \|/gm)].map(([, key]) => key);
    expect(keys.sort()).toEqual([...Object.keys(settings), "apiKey", "webhookSecret"].sort());
  });

  it.each(Object.keys(settings))("has an effect: the program reads %s", (key) => {
    expect(key in ofFunctions || new RegExp(`\\b${key}\\b`).test(program), key).toBe(true);
  });

  it("never prints a secret", () => {
    expect(problems({ apiKey: "secret!" }).join()).not.toContain("secret!");
    expect(problems({ webhookSecret: "secret!" }).join()).not.toContain("secret!");
  });

  it("names a setting that does not exist, such as a misspelt one", () => {
    expect(problems({ batchsize: "4" })).toEqual([
      expect.stringMatching(
        /^"batchsize" is not a setting\. Did you mean "batchSize"\? Remedy: remove it \(pulumi config rm batchsize\)\.$/,
      ),
    ]);
    expect(problems({ colour: "red" })).toEqual([expect.stringMatching(/^"colour" is not a setting\. Allowed: /)]);
  });

  it("names a setting that is written for a project whose name is misspelt", () => {
    const wrong = `${identity.project}s:batchSize`;
    pulumi.runtime.setAllConfig({ [wrong]: "4", "aws:region": "eu-central-1" });
    expect(() => readConfiguration()).toThrow(
      `- "${wrong}" is not of project "${identity.project}". Did you mean "${identity.project}:batchSize"?`,
    );
  });

  it.each([
    [{ quotaLimit: "5", authentication: "iam" }, /quotas belong to usage plans/],
    [{ apiKey: "k".repeat(20), authentication: "none" }, /asks for no key/],
    [
      { notifyHosts: '["example.com"]' },
      /"notifyHosts" needs "webhookSecret": webhooks are signed\. Remedy: pulumi config/,
    ],
    [{ apiAccessLogs: "true" }, /needs the account-wide role/],
    [{ workflowTimeout: "100" }, /"workflowTimeout" is shorter/],
    [
      { distributedMapExecutionType: "EXPRESS" },
      /EXPRESS gives a batch 300 seconds.*"classifyTimeout" 120.*"batchSize" 8.*STANDARD/,
    ],
    [{ fetchTimeoutMs: "120000" }, /"fetchTimeoutMs" is not below/],
    [{ coldStart: "provisioned", provisionedConcurrency: "3", classifyConcurrency: "2" }, /lower it/],
    [
      { release: "gradual", coldStart: "provisioned", provisionedConcurrency: "3", classifyConcurrency: "5" },
      /twice that is above "classifyConcurrency"/,
    ],
    [{ inferencePrecision: "int8", modelDirectory: "./m" }, /has no integer form/],
    [{ modelDirectory: "./m", imageUri: JSON.stringify({ light: uri, classify: uri }) }, /has no effect/],
  ])("refuses the combination %j", (values, why) => {
    expect(problems(values)).toEqual([expect.stringMatching(why)]);
  });

  it("takes warm sandboxes of two releases that fit the concurrency of classify", () => {
    const warm = { coldStart: "provisioned", provisionedConcurrency: "3" };
    expect(problems({ ...warm, release: "gradual", classifyConcurrency: "6" })).toEqual([]);
    expect(problems({ ...warm, release: "allAtOnce", classifyConcurrency: "3" })).toEqual([]);
  });

  it("takes Express child executions whose retries end in time", () => {
    expect(problems({ distributedMapExecutionType: "EXPRESS", classifyTimeout: "15", batchSize: "2" })).toEqual([]);
  });

  it("reports all problems at once", () => {
    expect(problems({ batchSize: "0", tracing: "1", apiAccessLogs: "true", extra: "x" })).toHaveLength(4);
  });

  it("keeps a given secret secret", async () => {
    const { apiKey, webhookSecret: signing } = configuration({
      apiKey: "k".repeat(20),
      webhookSecret: `${webhookSecret} ${webhookSecret}`,
    });
    expect(await pulumi.isSecret(apiKey as pulumi.Output<string>)).toBe(true);
    expect(await pulumi.isSecret(signing as pulumi.Output<string>)).toBe(true);
  });

  it("takes the placeholder that a local run makes of an encrypted webhook secret", () => {
    expect(problems({ webhookSecret: "0123456789abcdef0123456789abcdef01234567" })).toEqual([]);
  });
});

import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import {
  apiGatewayLimits,
  apiLimits,
  inlineStateBytes,
  kib,
  lambdaLimits,
  statesLimits,
  webhookLimits,
} from "../contract/limits.ts";
import { WebhookSecret } from "../contract/webhook.ts";
import { suggestion } from "../lib/suggestion.ts";
import { choice, flag, list, number, optional, record, type Settings, text, type Values, whole } from "./setting.ts";
import { childSeconds } from "./workflows/child-time.ts";

const memory = (fallback: number) => whole(lambdaLimits.minMemoryMb, lambdaLimits.maxMemoryMb, fallback, "MB");
const timeout = (fallback: number, most: number = lambdaLimits.maxTimeoutSeconds) =>
  whole(1, most, fallback, "seconds");
const days = (fallback: number) => whole(1, 3650, fallback, "days");
const host =
  /^(\*|\*\.[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(:\d{1,5})?|\[[0-9A-Fa-f:.]+\](:\d{1,5})?)$/;
/** The retention periods that CloudWatch Logs accepts (PutRetentionPolicy). */
const retention = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

/** All configuration keys of a stack. The defaults work in a new account. */
export const settings = {
  apiMemory: memory(512),
  mapMemory: memory(512),
  classifyMemory: memory(lambdaLimits.newAccountMaxMemoryMb),
  reduceMemory: memory(512),
  notifyMemory: memory(256),
  exampleMemory: memory(256),
  /** Temporary storage of `reduce`, where it sorts the results of large executions. */
  reduceStorage: whole(lambdaLimits.minEphemeralMb, lambdaLimits.maxEphemeralMb, apiLimits.reduceStorageMb, "MB"),
  /**
   * One second less than the gateway's timeout, so that a call that hangs is ended and logged instead of running on
   * unseen.
   */
  apiTimeout: timeout(apiGatewayLimits.integrationSeconds - 1, apiGatewayLimits.integrationSeconds - 1),
  mapTimeout: timeout(300),
  classifyTimeout: timeout(120),
  reduceTimeout: timeout(900),
  /** An attempt of a webhook has ten seconds of these; the others are for reading a large execution. */
  notifyTimeout: timeout(30),
  exampleTimeout: timeout(20),
  workflowTimeout: whole(60, 365 * 86_400, 3_600, "seconds"),
  /** Maximum number of images per call of `classify`. */
  batchSize: whole(1, 100, 8),
  /**
   * Concurrent calls of `classify` in one execution. A new account runs ten functions at once, so four are left for the
   * rest.
   */
  inlineMapConcurrency: whole(1, statesLimits.inlineMapConcurrency, 6),
  /** Maximum size of the results in the state, in bytes; above it a Distributed Map takes over. */
  inlineLimit: whole(kib, inlineStateBytes, inlineStateBytes, "bytes"),
  /** Maximum size of results that are one JSON list, in bytes; larger ones are lines of JSON. */
  resultsListLimit: whole(kib, apiLimits.resultsListBytes, apiLimits.resultsListBytes, "bytes"),
  /** Type of the Distributed Map's child executions; an Express one has five minutes, and may run twice. */
  distributedMapExecutionType: choice(["STANDARD", "EXPRESS"], "STANDARD"),
  /** Concurrent child executions, and therefore calls of `classify`, of one Distributed Map. */
  distributedMapConcurrency: whole(1, statesLimits.distributedMapConcurrency, 6),
  /** Reserves this much of the account's concurrency for `classify`, and limits it to that. */
  classifyConcurrency: optional(whole(1, 10_000, 100)),
  authentication: choice(["apiKey", "iam", "none"], "apiKey"),
  /** Requests per second, of a key's usage plan or of the whole stage. */
  throttleRate: whole(1, 10_000, 50, "requests per second"),
  throttleBurst: whole(1, 5_000, 100, "requests"),
  quotaLimit: optional(whole(1, 1_000_000_000, 10_000, "requests")),
  quotaPeriod: choice(["DAY", "WEEK", "MONTH"], "MONTH"),
  /** Pages that may call the API and upload: origins of CORS. */
  corsOrigins: list(/^(\*|https?:\/\/[^\s/*]+)$/, '"*" or an origin such as "https://example.com"', ["*"]),
  allowedImageHosts: list(host, '"*", "example.com", "*.example.com" or "host:port"', ["*"]),
  /** Additional buckets whose objects `s3://` references may name. */
  imageBuckets: list(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "a bucket's name", []),
  /** Hosts that webhooks may call, in the forms of `allowedImageHosts`; without any, nothing is sent. */
  notifyHosts: list(host, '"*", "example.com", "*.example.com" or "host:port"', []),
  /** Certificate authorities that webhooks trust besides the public ones, for receivers of the own network. */
  notifyAuthorities: text(
    /^(?=[\s\S]{1,2500}$)(?:-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*)+$/,
    "certificates in PEM form, at most 2,500 characters",
    // pulumi takes a value that begins with hyphens for options, and reads it from standard input otherwise.
    "< authority.pem",
  ),
  maxImageBytes: whole(1_024, 500 * 1_048_576, apiLimits.maxImageBytes, "bytes"),
  maxImagePixels: whole(1, 1_000_000_000, apiLimits.maxImagePixels, "pixels"),
  /** Images per request, which limits its cost. */
  maxImages: whole(1, apiLimits.mostImages, apiLimits.maxImages, "images"),
  /** Maximum `wait` of a status request. A waiting request holds a sandbox. */
  maxWaitSeconds: whole(0, apiLimits.mostWaitSeconds, apiLimits.waitSeconds, "seconds"),
  /** Concurrent fetches from one host in one call of `classify`. */
  hostConnections: whole(1, 64, apiLimits.hostConnections),
  fetchTimeoutMs: whole(100, 300_000, 10_000, "milliseconds"),
  inferenceEngine: choice(["auto", "native", "webassembly"], "auto"),
  inferencePrecision: choice(["auto", "int8", "float32"], "auto"),
  /** Architecture of the functions and their images. arm64 costs a fifth less per second and computes in float. */
  architecture: choice(["x86_64", "arm64"], "x86_64"),
  coldStart: choice(["none", "provisioned", "snapstart"], "none"),
  provisionedConcurrency: whole(1, 1_000, 1),
  logRetentionDays: number(retention, 14),
  uploadRetentionDays: days(7),
  resultRetentionDays: days(30),
  tracing: flag(false),
  alarmAddress: text(/^[^\s@]+@[^\s@]+\.[^\s@]+$/, "an e-mail address", "team@example.com"),
  /** The account-wide role with which API Gateway writes logs: `manage` creates it, `existing` uses an existing one. */
  apiGatewayAccountRole: choice(["none", "existing", "manage"], "none"),
  apiAccessLogs: flag(false),
  /** Already pushed images, by digest; nothing is built. The stack output `imageUri` has this format. */
  imageUri: record(["light", "classify"], /^[^\s@]+@sha256:[0-9a-f]{64}$/, "an image URI with its digest (…@sha256:…)"),
  /** Where `classify` gets the model: from its image, or from the stack's bucket at each cold start. */
  modelSource: choice(["image", "bucket"], "image"),
  /** A folder with a custom model, with the files in contract/model.ts. */
  modelDirectory: text(/^.+$/, "a folder", "./my-model"),
  examples: flag(false),
  /** `allAtOnce`: what `pulumi up` publishes is live at once. `gradual`: traffic stays until the alias is moved. */
  release: choice(["allAtOnce", "gradual"], "allAtOnce"),
  /** A policy that limits every role of the stack. */
  permissionsBoundary: text(
    /^arn:aws[a-z-]*:iam::\d{12}:policy\/[\w+=,.@/-]{1,512}$/,
    "the ARN of a managed policy",
    "arn:aws:iam::123456789012:policy/deep-learning-workflow-dev-boundary",
  ),
  /** Protects bucket and images if the stack is destroyed by mistake. */
  removalProtection: flag(true),
} as const satisfies Settings;

export interface Configuration extends Values<typeof settings> {
  /** The value of the API key, instead of a generated one; secret. */
  readonly apiKey?: pulumi.Output<string>;
  /** One secret that signs webhooks, or two separated by a space while receivers change from one to the other. */
  readonly webhookSecret?: pulumi.Output<string>;
}

/** Seconds that a request needs besides waiting: a start of the function, and its calls of AWS. */
const apiMarginSeconds = 3;

/** The settings that are secrets: `pulumi config set --secret`. */
const secretSettings = {
  apiKey: {
    schema: z.string().regex(/^[A-Za-z0-9_-]{20,128}$/),
    allowed: '20 to 128 letters, digits, "-" or "_"',
    remedy: "pulumi config set --secret apiKey, or remove it and let API Gateway make one",
  },
  webhookSecret: {
    schema: z
      .string()
      .transform((value) => value.split(" "))
      .pipe(z.array(WebhookSecret).min(1).max(2)),
    allowed: `one secret, or two separated by a space, each ${webhookLimits.minSecretBytes} to ${webhookLimits.maxSecretBytes} bytes in Base64, with or without "whsec_" before them`,
    remedy: 'pulumi config set --secret webhookSecret "whsec_$(openssl rand -base64 32)"',
  },
} as const;

/** Combinations that are not allowed, each with the keys and the fix. */
const conflicts: readonly {
  readonly broken: (c: Configuration) => boolean;
  readonly problem: string | ((c: Configuration) => string);
}[] = [
  {
    broken: (c) => c.quotaLimit !== undefined && c.authentication !== "apiKey",
    problem: '"quotaLimit" needs "authentication" apiKey: quotas belong to usage plans, and those to keys. Remove one.',
  },
  {
    broken: (c) => c.apiKey !== undefined && c.authentication !== "apiKey",
    problem: '"apiKey" is given, but "authentication" asks for no key. Remove one.',
  },
  {
    broken: (c) => c.notifyHosts.length > 0 && c.webhookSecret === undefined,
    problem: `"notifyHosts" needs "webhookSecret": webhooks are signed. Remedy: ${secretSettings.webhookSecret.remedy}`,
  },
  {
    broken: (c) => c.apiAccessLogs && c.apiGatewayAccountRole === "none",
    problem: '"apiAccessLogs" needs the account-wide role: set "apiGatewayAccountRole" to existing or manage.',
  },
  {
    broken: (c) => c.maxWaitSeconds + apiMarginSeconds > c.apiTimeout,
    problem: `"maxWaitSeconds" leaves less than ${apiMarginSeconds} of the seconds of "apiTimeout" for the response: lower it, or raise "apiTimeout".`,
  },
  {
    broken: (c) => c.workflowTimeout < c.mapTimeout + c.classifyTimeout + c.reduceTimeout,
    problem:
      '"workflowTimeout" is shorter than "mapTimeout", "classifyTimeout" and "reduceTimeout" together: raise it.',
  },
  {
    broken: (c) => c.fetchTimeoutMs >= c.classifyTimeout * 1_000,
    problem: '"fetchTimeoutMs" is not below "classifyTimeout": one slow server would end its whole batch. Lower it.',
  },
  {
    broken: (c) => c.distributedMapExecutionType === "EXPRESS" && childSeconds(c) > statesLimits.expressSeconds,
    problem: (c) =>
      `"distributedMapExecutionType" EXPRESS gives a batch ${statesLimits.expressSeconds} seconds, and with "classifyTimeout" ${c.classifyTimeout} and "batchSize" ` +
      `${c.batchSize} its retries may take ${childSeconds(c)}: lower these two, or set "distributedMapExecutionType" to STANDARD.`,
  },
  {
    broken: (c) =>
      c.coldStart === "provisioned" && c.provisionedConcurrency > (c.classifyConcurrency ?? Number.MAX_VALUE),
    problem: '"provisionedConcurrency" is above "classifyConcurrency", which it is a part of: lower it.',
  },
  {
    broken: (c) =>
      c.release === "gradual" &&
      c.coldStart === "provisioned" &&
      2 * c.provisionedConcurrency > (c.classifyConcurrency ?? Number.MAX_VALUE),
    problem:
      'While a gradual release is under way both releases keep "provisionedConcurrency" sandboxes warm, and twice that is above "classifyConcurrency": raise the latter or lower the former.',
  },
  {
    broken: (c) => c.imageUri !== undefined && c.modelDirectory !== undefined && c.modelSource === "image",
    problem:
      '"modelDirectory" has no effect with "imageUri", whose image carries its model. Remove one, or set "modelSource" to bucket.',
  },
  {
    broken: (c) => c.inferencePrecision === "int8" && c.modelDirectory !== undefined,
    problem:
      '"inferencePrecision" int8 needs the default model: that of "modelDirectory" has no integer form. Set it to auto or float32.',
  },
  {
    broken: (c) => c.inferencePrecision === "int8" && c.architecture === "arm64",
    problem:
      '"inferencePrecision" int8 was not shown to be exact on "architecture" arm64. Set it to auto, or "architecture" to x86_64.',
  },
];

/** The stack's configuration is invalid; the message has one problem per line. */
export class ConfigurationError extends pulumi.RunError {
  override readonly name = "ConfigurationError";
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(
      `The configuration of stack "${pulumi.getStack()}" has problems:\n${problems.map((p) => `- ${p}`).join("\n")}`,
    );
    this.problems = problems;
  }
}

/** Reads and checks the whole configuration. @throws ConfigurationError with all problems at once. */
export function readConfiguration(config = new pulumi.Config()): Configuration {
  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries(settings)) {
    const given = config.get(key);
    const value = given === undefined ? setting.fallback : setting.schema.safeParse(given).data;
    if (given !== undefined && value === undefined) {
      problems.push(
        `"${key}" is ${JSON.stringify(given)}. Allowed: ${setting.allowed}. ` +
          `Remedy: pulumi config set ${setting.example.startsWith("--path") ? setting.example.replace("KEY", key) : `${key} ${setting.example}`}`,
      );
    }
    values[key] = value ?? setting.fallback;
  }
  problems.push(...unknownKeys(config.name));
  for (const [key, { schema, allowed, remedy }] of Object.entries(secretSettings)) {
    const given = config.get(key);
    if (given === undefined) continue;
    // The message must not repeat a secret.
    if (schema.safeParse(given).success) values[key] = pulumi.secret(given);
    else problems.push(`"${key}" has ${given.length} characters. Allowed: ${allowed}. Remedy: ${remedy}`);
  }
  const configuration = values as unknown as Configuration;
  for (const { broken, problem } of conflicts) {
    if (broken(configuration)) problems.push(typeof problem === "string" ? problem : problem(configuration));
  }
  if (problems.length > 0) throw new ConfigurationError(problems);
  return configuration;
}

function unknownKeys(project: string): readonly string[] {
  const known = [...Object.keys(settings), ...Object.keys(secretSettings)];
  return Object.keys(pulumi.runtime.allConfig()).flatMap((key) => {
    const [namespace = "", name = ""] = key.split(":");
    if (namespace !== project) {
      // Other namespaces are those of providers, such as "aws".
      if (suggestion(namespace, [project]) === "") return [];
      return [`"${key}" is not of project "${project}". Did you mean "${project}:${name}"?`];
    }
    if (known.includes(name)) return [];
    // A list of all settings would hide the suggestion.
    const remedy = suggestion(name, known) || ` Allowed: ${known.join(", ")}.`;
    return [`"${name}" is not a setting.${remedy} Remedy: remove it (pulumi config rm ${name}).`];
  });
}

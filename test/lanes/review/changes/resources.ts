import { type Change, change, onProd, replace, set } from "./change.ts";

export const resources: readonly Change[] = [
  change("more memory", "low", set("mapMemory", "1024"), /map.*memorySize.*512 → 1024/),
  change(
    "a function's timeout above its state's",
    "high",
    replace("infra", "timeout: args.timeoutSeconds,", "timeout: args.timeoutSeconds + 60,"),
    /Reduce results.*reduce/,
  ),
  {
    ...change("CORS is opened", "high", () => {}, /every origin/),
    base: set("corsOrigins", "'[\"https://a.example\"]'"),
  },
  change(
    "access lists work again",
    "high",
    replace("infra/bucket.ts", "BucketOwnerEnforced", "ObjectWriter"),
    /objectOwnership.*access lists of objects may work again/,
  ),
  change(
    "a lifecycle rule covers every object",
    "high",
    replace("infra/bucket.ts", "filter: { prefix },", 'filter: { prefix: "" },'),
    /all objects are deleted after 7 days/,
  ),
  change(
    "another region",
    "high",
    (w) => w.write("Pulumi.dev.yaml", w.read("Pulumi.dev.yaml").replace("us-east-1", "eu-west-1")),
    /every resource is made anew in region `eu-west-1`/,
  ),
  change(
    "fewer images are kept",
    "high",
    replace(
      "infra/workers/image.ts",
      "const keptImages = 20 * keptReleases",
      "const keptImages = keptReleases / keptReleases",
    ),
    /image repository.*images are deleted sooner/,
  ),
  change(
    "a secret output is open",
    "high",
    replace("infra/api/usage-plan.ts", "pulumi.secret(this.key.value)", "pulumi.unsecret(this.key.value)"),
    /no longer secret.*apiKey/,
  ),
  change(
    "a function that cannot be called",
    "low",
    replace("infra/workers/function.ts", "publish: true,", "publish: true, reservedConcurrentExecutions: 0,"),
    /can no longer be called: it reserves 0 calls/,
  ),
  change("another architecture", "low", set("architecture", "arm64"), /architectures.*x86_64.*arm64/),
  change("retention is shorter", "high", set("logRetentionDays", "3"), /log group.*retentionInDays.*7 → 3/),
  change("results are kept shorter", "high", set("resultRetentionDays", "2"), /results\/.*deleted after 2 days/),
  change(
    "the bucket is replaced",
    "high",
    replace(
      "infra",
      "{ forceDestroy: !removalProtection }",
      "{ forceDestroy: !removalProtection, objectLockEnabled: true }",
    ),
    /bucket.*data.*replaced/,
  ),
  onProd(
    change(
      "removal protection is off",
      "high",
      set("removalProtection", "false", "prod"),
      /removal protection|forceDestroy/,
    ),
  ),
  change(
    "the public access block is opened",
    "high",
    replace("infra", "blockPublicPolicy: true", "blockPublicPolicy: false"),
    /blockPublicPolicy.*made public/,
  ),
  change(
    "a log level",
    "low",
    replace(
      "infra",
      'level: args.type === "EXPRESS" ? "ALL" : "ERROR"',
      'level: args.type === "EXPRESS" ? "ALL" : "FATAL"',
    ),
    /loggingConfiguration\.level.*ERROR.*FATAL/,
  ),
  change(
    "more at once",
    "low",
    set("inlineMapConcurrency", "4"),
    /Classify batches.*iterations at once.*6 → 4|INLINE_MAP_CONCURRENCY/,
  ),
  change("tracing", "low", set("tracing", "true"), /xray|tracing/i),
  change(
    "an alarm's threshold",
    "low",
    replace("infra", "threshold: 5,", "threshold: 50,"),
    /alarm.*threshold.*5 → 50/,
  ),
  change(
    "an alarm is removed",
    "low",
    replace("infra", /\n {2}throttled: \{[^\n]*\n/, "\n"),
    /alarm.*throttled.*deleted/,
  ),
  change("the examples are off", "high", set("examples", "false"), /deleted|log group/),
  change(
    "a bucket without alias renamed",
    "high",
    replace("index.ts", "`${name}-data`", "`${name}-objects`"),
    /bucket.*data.*deleted/,
  ),
  change("a rate that is narrower", "high", set("throttleRate", "5"), /throttlingRateLimit.*50 → 5|rateLimit.*50 → 5/),
  change("smaller images only", "high", set("maxImageBytes", "1048576"), /MAX_IMAGE_BYTES/),
  change("the workflow's timeout", "low", set("workflowTimeout", "7200"), /timeout in seconds.*3600 → 7200/),
  change(
    "warm capacity",
    "low",
    (workspace) => {
      workspace.set("dev", "coldStart", "provisioned");
    },
    /provisioned concurrency|cost/,
  ),
  change(
    "an order of creation is lost",
    "low",
    replace("infra", "dependsOn: [policy, ...(args.startsAfter ?? [])]", "dependsOn: [...(args.startsAfter ?? [])]"),
    /no longer waits for/,
  ),
  change(
    "an output is removed",
    "low",
    (workspace) => workspace.replace("index.ts", "  dashboardUrl,\n", ""),
    /outputs are removed.*dashboardUrl/,
  ),
  change(
    "an unknown resource type",
    "low",
    (workspace) => {
      workspace.write("index.ts", `${workspace.read("index.ts")}\nnew aws.sqs.Queue(\`\${name}-letters\`, {});\n`);
    },
    /not understood|letters/,
  ),
];

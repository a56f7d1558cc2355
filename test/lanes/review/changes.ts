import type { Risk } from "../../../review/risk.ts";
import type { Workspace } from "./workspace.ts";

export interface Change {
  readonly title: string;
  readonly plant: (workspace: Workspace) => void;
  /** A difference of the base from this checkout, for changes of features that this project does not use. */
  readonly base?: (workspace: Workspace) => void;
  readonly risk: Risk;
  /** Patterns that the first five lines of the stack's section must match. */
  readonly says: readonly RegExp[];
  /** @default dev */
  readonly stack?: string;
}

const main = "statemachine/deep-learning-workflow.asl.json";
type State = Record<string, unknown>;
interface Machine {
  StartAt: string;
  States: Record<string, State & { ItemProcessor?: Machine; Next?: string; Retry?: State[]; Catch?: State[] }>;
  TimeoutSeconds?: unknown;
  Comment?: string;
}

const workflow = (change: (machine: Machine) => void) => (workspace: Workspace) =>
  workspace.json(main, change as never);
const replace = (folder: string, text: string | RegExp, by: string) => (workspace: Workspace) =>
  workspace.replace(folder, text, by);
const set =
  (key: string, value: string, stack = "dev") =>
  (workspace: Workspace) =>
    workspace.set(stack, key, value);
const state = (machine: Machine, name: string) => {
  const found =
    machine.States[name] ??
    Object.values(machine.States)
      .map(({ ItemProcessor }) => ItemProcessor?.States[name])
      .find(Boolean);
  if (!found) throw new Error(`There is no state "${name}".`);
  return found;
};

const setIn = (name: string, key: string, value: unknown) =>
  workflow((m) => void Object.assign(state(m, name), { [key]: value }));

/** Renames a state of the main workflow, including all references to it. */
const renameState = (from: string, to: string) => (workspace: Workspace) =>
  workspace.write(main, workspace.read(main).replaceAll(`"${from}"`, `"${to}"`));

const change = (title: string, risk: Risk, plant: Change["plant"], ...says: RegExp[]): Change => ({
  title,
  risk,
  plant,
  says,
});
const onProd = (each: Change): Change => ({ ...each, stack: "prod" });

const workflows: readonly Change[] = [
  change(
    "a state is renamed",
    "low",
    renameState("Reduce results", "Merge results"),
    /Reduce results.*renamed.*Merge results/,
  ),
  change(
    "a retry is removed",
    "low",
    workflow((m) => void state(m, "Map images").Retry?.splice(1)),
    /Map images.*no longer retries.*Lambda\.ServiceException/,
  ),
  change(
    "a retry's attempts are lowered",
    "low",
    workflow((m) => {
      const [, second] = state(m, "Map images").Retry ?? [];
      if (second) second["MaxAttempts"] = 1;
    }),
    /Map images.*1 times instead of 3/,
  ),
  change(
    "a catch is rewired",
    "low",
    workflow((m) => {
      const inner =
        m.States["Classify batches"]?.ItemProcessor?.States["Classify one by one"]?.ItemProcessor?.States[
          "Classify one image"
        ];
      const [first] = inner?.Catch ?? [];
      if (first) first["Next"] = "Image failed";
    }),
    /Classify one image.*Image failed.*instead of.*Image timed out/,
  ),
  change(
    "a catch is removed",
    "low",
    workflow((m) => void delete (state(m, "Wake classify") as State)["Catch"]),
    /Wake classify.*no longer catches.*States\.ALL/,
  ),
  change(
    "a state is added",
    "low",
    workflow((m) => {
      m.States["Wait a little"] = { Type: "Wait", Seconds: 5, Next: "Choose scale" };
      state(m, "Map images").Next = "Wait a little";
    }),
    /Wait a little.*is added/,
  ),
  change(
    "a state is removed",
    "low",
    workflow((m) => {
      delete m.States["Wake classify"];
      const [choice] = (state(m, "Choose scale")["Choices"] ?? []) as State[];
      if (choice) choice["Next"] = "Classify at scale";
    }),
    /Wake classify.*is removed/,
  ),
  change(
    "a transition is rewired",
    "low",
    setIn("Choose scale", "Default", "Wake classify"),
    /Choose scale.*Wake classify.*instead of.*Classify batches/,
  ),
  change(
    "a tolerated failure share",
    "low",
    setIn("Classify at scale", "ToleratedFailurePercentage", 5),
    /Classify at scale.*tolerated failures.*100 → 5/,
  ),
  change(
    "a workflow's comment",
    "low",
    workflow((m) => Object.assign(m, { Comment: `Another comment. ${m.Comment?.split(". ").at(-1)}` })),
    /comments only/,
  ),
  change(
    "a timeout below its function's",
    "high",
    setIn("Reduce results", "TimeoutSeconds", 30),
    /Reduce results.*waits 30 s.*reduce/,
  ),
];

const policies = "infra";
const access: readonly Change[] = [
  change(
    "a wildcard of resources",
    "high",
    replace(
      policies,
      "own.map((prefix) => `${bucketArn}/${prefix}*`),\n    ),",
      "own.map(() => `${bucketArn}/*`),\n    ),",
    ),
    /classify.*may now.*read.*every object of bucket/,
  ),
  change(
    "a wildcard of actions",
    "high",
    replace(policies, /allow\("PutPlans", \["s3:PutObject"\]/, 'allow("PutPlans", ["s3:*"]'),
    /map.*may now/,
  ),
  change(
    "everything on everything",
    "high",
    replace(policies, /allow\("PutPlans", \["s3:PutObject"\], \[[^\]]*\]\)/, 'allow("PutPlans", ["*"], ["*"])'),
    /map.*may now.*every resource/,
  ),
  change(
    "a principal is added to a trust policy",
    "high",
    replace(
      policies,
      'Principal: { Service: service },\n    Action: ["sts:AssumeRole"]',
      'Principal: { Service: service, AWS: "arn:aws:iam::111122223333:root" },\n    Action: ["sts:AssumeRole"]',
    ),
    /111122223333.*may now.*take the role/,
  ),
  change(
    "the public may read the bucket",
    "high",
    replace(
      policies,
      "export const requireTls = (bucketArn: string): PolicyDocument =>\n  document({",
      'export const requireTls = (bucketArn: string): PolicyDocument =>\n  document({ Sid: "Public", Effect: "Allow", Principal: "*", Action: ["s3:GetObject"], Resource: [`${bucketArn}/*`] }, {',
    ),
    /everybody may now.*read.*every object/,
  ),
  change(
    "the denial of plain HTTP is removed",
    "high",
    replace(
      policies,
      'Condition: { Bool: { "aws:SecureTransport": "false" } }',
      'Condition: { Bool: { "aws:SecureTransport": "true" } }',
    ),
    /access may have changed/,
  ),
  change(
    "access is taken away",
    "low",
    replace(policies, /\n {4}allow\("PutUploads"[^\n]*\n/, "\n"),
    /api.*may no longer.*write.*uploads/,
  ),
  change(
    "a condition is dropped",
    "low",
    replace(
      policies,
      '{ ...allow("StartSyncExecutions", ["states:StartSyncExecution"], [machines.classifyNow]), ...throughLiveAlias }',
      'allow("StartSyncExecutions", ["states:StartSyncExecution"], [machines.classifyNow])',
    ),
    /api.*may now.*start and wait for/,
  ),
  change(
    "NotAction",
    "high",
    replace(
      policies,
      /allow\("PutPlans", \["s3:PutObject"\], (\[[^\]]*\])\)/,
      '({ Sid: "PutPlans", Effect: "Allow", NotAction: ["iam:*"], Resource: ["*"] } as never)',
    ),
    /access may have changed/,
  ),
  change("authentication is off", "high", set("authentication", "none"), /authentication.*off/),
  change("authentication by signature", "high", set("authentication", "iam"), /authentication/),
  change("further buckets", "high", set("imageBuckets", "'[\"photos-of-others\"]'"), /photos-of-others/),
];

const resources: readonly Change[] = [
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

const product: readonly Change[] = [
  change(
    "a handler's code",
    "low",
    replace("functions/reduce/handler.ts", "export", 'console.error("reduce is loaded");\nexport'),
    /image.*light.*rebuilt.*functions\/reduce/,
  ),
  change(
    "a dependency of classify is updated",
    "low",
    (workspace) =>
      workspace.json("image/package.json", (manifest: { dependencies: Record<string, string> }) => {
        manifest.dependencies["sharp"] = "0.35.99";
      }),
    /classify.*rebuilt.*sharp.*0\.35\.99/,
  ),
  change(
    "the Dockerfile",
    "low",
    (workspace) =>
      workspace.write(
        "image/Dockerfile",
        workspace.read("image/Dockerfile").replaceAll("lambda/nodejs:22", "lambda/nodejs:24"),
      ),
    /image.*rebuilt.*Dockerfile/,
  ),
  change(
    "a route is removed",
    "high",
    replace("functions/api", /\n {2}"POST \/uploads": \{[\s\S]*?\n {2}\},/, ""),
    /POST \/uploads.*removed/,
  ),
  change(
    "a response's field is optional",
    "high",
    replace("contract", "startedAt: z.string(),", "startedAt: z.string().optional(),"),
    /startedAt.*optional/,
  ),
  change(
    "a request's field is required",
    "high",
    replace("contract", /topK: TopK\.default\(apiLimits\.defaultTopK\)/, "topK: TopK"),
    /topK.*required/,
  ),
  change("the precision", "low", set("inferencePrecision", "float32"), /precision.*auto.*float32/),
];

export const changes: readonly Change[] = [...workflows, ...access, ...resources, ...product];

const named = (title: string): Change => {
  const found = changes.find((each) => each.title === title);
  if (!found) throw new Error(`There is no change "${title}".`);
  return found;
};

/** Pairs of changes that are made together. The review must name both. */
export const pairs: readonly (readonly [Change, Change])[] = (
  [
    ["a state is renamed", "more memory"],
    ["a retry is removed", "a wildcard of resources"],
    ["retention is shorter", "a log level"],
    ["authentication is off", "an alarm's threshold"],
    ["a handler's code", "a principal is added to a trust policy"],
    ["access is taken away", "a catch is removed"],
    ["the bucket is replaced", "a tolerated failure share"],
    ["a response's field is optional", "the workflow's timeout"],
    ["a rate that is narrower", "the precision"],
    ["a timeout below its function's", "an output is removed"],
  ] as const
).map(([first, second]) => [named(first), named(second)] as const);

import { type Change, change, replace, set } from "./change.ts";

const policies = "infra";
export const access: readonly Change[] = [
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
  change(
    "a service may act for every account",
    "high",
    replace(
      policies,
      'Action: ["sts:AssumeRole"],\n    Condition: { StringEquals: { "aws:SourceAccount": accountId } },',
      'Action: ["sts:AssumeRole"],\n    ...(accountId ? {} : {}),',
    ),
    /lambda\.amazonaws\.com.*may now take the role of.*no longer only if.*sourceaccount/,
  ),
  change(
    "the bucket's policy is removed",
    "high",
    replace("infra/bucket.ts", /new aws\.s3\.BucketPolicy\([\s\S]*?\n {4}\);/, "void owner;"),
    /access may have changed: everybody.*end of a denial.*bucket `data` and/,
  ),
  change(
    "no method asks for the API key",
    "high",
    replace("infra/api/proxy-route.ts", 'apiKeyRequired: args.authentication === "apiKey",', "apiKeyRequired: false,"),
    /authentication of the API is off/,
  ),
  change("authentication is off", "high", set("authentication", "none"), /authentication.*off/),
  change("authentication by signature", "high", set("authentication", "iam"), /authentication/),
  change("further buckets", "high", set("imageBuckets", "'[\"photos-of-others\"]'"), /photos-of-others/),
];

import { describe, expect, it } from "vitest";
import * as policies from "./policies.ts";
import { offences } from "./test-support/wildcards.ts";

const bucket = "arn:aws:s3:::data";
const machine = "arn:aws:states:eu-central-1:123456789012:stateMachine:flow";
const statements: readonly policies.Statement[] = [
  policies.writeLogs("arn:aws:logs:eu-central-1:123456789012:log-group:/aws/lambda/map"),
  policies.writeTraces(),
  policies.sampleTraces(),
  policies.deliverExecutionLogs(),
  policies.invokeFunction("Map", "arn:aws:lambda:eu-central-1:123456789012:function:map"),
  ...policies.apiBucketStatements(bucket),
  ...policies.apiWorkflowStatements({
    main: machine,
    delayedStart: `${machine}-later`,
    classifyNow: `${machine}-now`,
    examples: [`${machine}-example`],
  }),
  policies.startDelayed(machine),
  ...policies.mapBucketStatements(bucket, ["arn:aws:s3:::other"]),
  ...policies.reduceBucketStatements(bucket),
  ...policies.mapRunBucketStatements(bucket),
  ...policies.mapRunStatements(machine, ["AtScale"]),
  ...policies.classifyBucketStatements(bucket, ["arn:aws:s3:::other"]),
  policies.readModels(bucket),
];

describe("the policies", () => {
  it("have no wildcard but the listed ones", () => {
    expect(offences(statements.map((statement) => ({ ...statement })))).toEqual([]);
  });

  it.each([
    [{ Action: ["s3:*"], Resource: [`${bucket}/uploads/*`] }],
    [{ Action: ["*"], Resource: [bucket] }],
    [{ Action: ["s3:GetObject"], Resource: ["*"] }],
    [{ Action: ["s3:GetObject"], Resource: ["arn:aws:s3:::*"] }],
    [{ Action: ["lambda:InvokeFunction"], Resource: ["arn:aws:lambda:*:*:function:*"] }],
    [{ Action: ["states:StartExecution"], Resource: ["arn:aws:states:eu-central-1:123456789012:*"] }],
    [{ Action: ["logs:CreateLogDelivery", "s3:GetObject"], Resource: ["*"] }],
    [{ NotAction: ["s3:DeleteObject"], Resource: [bucket] }],
  ])("would be caught with a planted wildcard: %j", (planted) => {
    expect(offences([{ Sid: "Planted", Effect: "Allow", ...planted }])).not.toEqual([]);
  });

  it("grant exactly these actions", () => {
    expect(Object.fromEntries(statements.map(({ Sid, Action }) => [Sid, Action.join(" ")]))).toEqual({
      WriteLogs: "logs:CreateLogStream logs:PutLogEvents",
      WriteTraces: "xray:PutTraceSegments xray:PutTelemetryRecords",
      SampleTraces: "xray:GetSamplingRules xray:GetSamplingTargets",
      DeliverExecutionLogs:
        "logs:CreateLogDelivery logs:GetLogDelivery logs:UpdateLogDelivery logs:DeleteLogDelivery " +
        "logs:ListLogDeliveries logs:PutResourcePolicy logs:DescribeResourcePolicies logs:DescribeLogGroups",
      InvokeMap: "lambda:InvokeFunction",
      PutRequests: "s3:PutObject",
      GetResults: "s3:GetObject",
      TellMissingResults: "s3:ListBucket",
      GetEarlierResults: "s3:GetObject",
      TellMissingEarlierResults: "s3:ListBucket",
      PutUploads: "s3:PutObject",
      StartExecutions: "states:StartExecution",
      StartSyncExecutions: "states:StartSyncExecution",
      DescribeExecutions: "states:DescribeExecution states:DescribeStateMachineForExecution",
      FollowExecutions: "states:GetExecutionHistory",
      FollowMapRuns: "states:DescribeMapRun",
      StopExecutions: "states:StopExecution",
      StartLater: "states:StartExecution",
      DescribeHeldExecutions: "states:DescribeExecution",
      StartLive: "states:StartExecution",
      GetRequests: "s3:GetObject",
      PutPlans: "s3:PutObject",
      AbortPlans: "s3:AbortMultipartUpload",
      FindUnfinishedPlans: "s3:ListBucketMultipartUploads",
      GetManifests: "s3:GetObject",
      ListSamples: "s3:ListBucket",
      GetManifestsOfOthers: "s3:GetObject",
      ListImagesOfOthers: "s3:ListBucket",
      PutResults: "s3:PutObject s3:AbortMultipartUpload",
      FindUnfinishedResults: "s3:ListBucketMultipartUploads",
      GetMapRuns: "s3:GetObject",
      TellMissingMapRuns: "s3:ListBucket",
      ReadPlans: "s3:GetObject",
      WriteMapRuns: "s3:GetObject s3:PutObject s3:ListMultipartUploadParts s3:AbortMultipartUpload",
      StartChildren: "states:StartExecution",
      ControlChildren: "states:DescribeExecution states:StopExecution",
      RedriveChildren: "states:RedriveExecution",
      GetImages: "s3:GetObject",
      TellMissingImages: "s3:ListBucket",
      GetImagesOfOthers: "s3:GetObject",
      TellMissingImagesOfOthers: "s3:ListBucket",
      GetModels: "s3:GetObject",
    });
  });

  it("say why each `*` cannot be avoided", () => {
    for (const { action, reason } of policies.unavoidableWildcards) {
      expect(action).toMatch(/^(logs|xray):\w+$/);
      expect(reason.length).toBeGreaterThan(15);
    }
  });

  it("have a Sid of letters and digits in every statement, so that a denial can name it", () => {
    for (const { Sid } of statements) expect(Sid).toMatch(/^[A-Za-z0-9]+$/);
    const sids = policies.classifyBucketStatements(bucket, ["arn:aws:s3:::other"]).map(({ Sid }) => Sid);
    expect(new Set(sids).size).toBe(sids.length);
  });

  it("let the API start executions through the alias alone", () => {
    const [starts, startsSync] = policies.apiWorkflowStatements({
      main: machine,
      delayedStart: "arn:y",
      classifyNow: `${machine}-now`,
      examples: [],
    });
    for (const statement of [starts, startsSync, policies.startDelayed(machine)]) {
      expect(statement?.Condition).toEqual({ "ForAnyValue:StringEquals": { "states:StateMachineQualifier": "live" } });
    }
    // A grant for the alias's own ARN would have no effect: Step Functions checks the machine's ARN.
    expect([starts?.Resource, startsSync?.Resource]).toEqual([[machine], [`${machine}-now`]]);
  });

  it("let a workflow call every published version of its functions, and not what is unpublished", () => {
    const { Resource } = policies.invokeFunction("Map", "arn:aws:lambda:r:1:function:map");
    expect(Resource).toEqual(["arn:aws:lambda:r:1:function:map:*"]);
  });

  it("let the API follow executions of the main workflow alone, and stop these and those that are held", () => {
    const [, , describes, follows, mapRuns, stops, later, held] = policies.apiWorkflowStatements({
      main: machine,
      delayedStart: "arn:aws:states:r:1:stateMachine:later",
      classifyNow: "arn:x",
      examples: ["arn:aws:states:r:1:stateMachine:e"],
    });
    const executions = "arn:aws:states:eu-central-1:123456789012:execution:flow:*";
    const waiting = "arn:aws:states:r:1:execution:later:*";
    expect([follows?.Resource, stops?.Resource]).toEqual([[executions], [executions, waiting]]);
    expect([later?.Resource, held?.Resource]).toEqual([["arn:aws:states:r:1:stateMachine:later"], [waiting]]);
    expect(mapRuns?.Resource).toEqual(["arn:aws:states:eu-central-1:123456789012:mapRun:flow/*"]);
    expect(describes?.Resource).toEqual([executions, "arn:aws:states:r:1:execution:e:*"]);
  });

  it("let a machine with a Distributed Map start itself and control its own executions alone", () => {
    const grants = policies.mapRunStatements(machine, ["AtScale"]).map(({ Action, Resource }) => [Action, Resource]);
    const executions = "arn:aws:states:eu-central-1:123456789012:execution:flow";
    expect(grants).toEqual([
      [["states:StartExecution"], [machine]],
      [["states:DescribeExecution", "states:StopExecution"], [`${executions}:*`]],
      [["states:RedriveExecution"], [`${executions}/AtScale:*`]],
    ]);
  });

  it("let a Distributed Map read plans alone, and write only what it makes itself", () => {
    const grants = policies.mapRunBucketStatements(bucket).map(({ Action, Resource }) => [Action, Resource]);
    expect(grants).toEqual([
      [["s3:GetObject"], [`${bucket}/plans/*`]],
      [
        ["s3:GetObject", "s3:PutObject", "s3:ListMultipartUploadParts", "s3:AbortMultipartUpload"],
        [`${bucket}/map-runs/*`],
      ],
    ]);
  });

  it("grant nothing in other buckets when none is configured", () => {
    expect(policies.classifyBucketStatements(bucket, []).flatMap(({ Resource }) => Resource)).toEqual([
      `${bucket}/uploads/*`,
      `${bucket}/samples/*`,
      bucket,
    ]);
  });

  it("let Lambda pull images for functions of one account and region alone", () => {
    const [statement] = policies.pullByLambda("arn:aws:lambda:r:123456789012:function:*").Statement;
    expect(statement?.Condition).toEqual({
      StringLike: { "aws:sourceArn": "arn:aws:lambda:r:123456789012:function:*" },
    });
  });

  it("trust services only on behalf of this account", () => {
    for (const document of [
      policies.trust("lambda.amazonaws.com", "123456789012"),
      policies.publishByAlarms("arn:aws:sns:r:123456789012:alarms", "123456789012"),
    ]) {
      for (const { Condition } of document.Statement) {
        expect(Condition).toEqual({ StringEquals: { "aws:SourceAccount": "123456789012" } });
      }
    }
  });
});

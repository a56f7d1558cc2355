import { expect, test } from "vitest";
import type { CapturedResource } from "../../../packages/local-aws/src/graph.ts";
import { opened } from "../support/opened.ts";
import { capturedWithEverything } from "./everything.ts";
import { lint } from "./lint.ts";

type Properties = Readonly<Record<string, unknown>>;
interface Translation {
  readonly schema: string;
  /** The properties under CloudFormation's names. Properties that CloudFormation does not support are left out. */
  readonly properties: (inputs: Properties, resource: CapturedResource) => Properties;
}

/**
 * Capitalises keys at every depth: `memorySize` becomes `MemorySize`. Plain maps must not be passed, because their keys
 * are data.
 */
function pascal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(pascal);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key.charAt(0).toUpperCase() + key.slice(1), pascal(inner)]),
  );
}
const pick = (inputs: Properties, ...names: readonly string[]): Properties =>
  pascal(Object.fromEntries(names.filter((name) => name in inputs).map((name) => [name, inputs[name]]))) as Properties;
const parsed = (text: unknown): unknown => JSON.parse(String(text));
const record = (value: unknown): Properties => (value ?? {}) as Properties;

const translations: Readonly<Record<string, Translation>> = {
  "aws:lambda/function:Function": {
    schema: "AWS::Lambda::Function",
    properties: (inputs) => ({
      ...pick(
        inputs,
        "packageType",
        "architectures",
        "role",
        "memorySize",
        "timeout",
        "loggingConfig",
        "tracingConfig",
      ),
      ...pick(inputs, "reservedConcurrentExecutions", "snapStart"),
      Code: { ImageUri: inputs["imageUri"] },
      ImageConfig: { Command: record(inputs["imageConfig"])["commands"] },
      Environment: { Variables: record(inputs["environment"])["variables"] },
    }),
  },
  "aws:lambda/alias:Alias": {
    schema: "AWS::Lambda::Alias",
    properties: (inputs) => pick(inputs, "name", "functionName", "functionVersion"),
  },
  "aws:lambda/permission:Permission": {
    schema: "AWS::Lambda::Permission",
    properties: (inputs) => ({
      ...pick(inputs, "action", "principal", "sourceArn"),
      FunctionName: inputs["function"],
    }),
  },
  "aws:cloudwatch/logGroup:LogGroup": {
    schema: "AWS::Logs::LogGroup",
    properties: (inputs, { outputs }) => ({ ...pick(inputs, "retentionInDays"), LogGroupName: outputs["name"] }),
  },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    schema: "AWS::CloudWatch::Alarm",
    properties: (inputs) => {
      const { dimensions, okActions, ...rest } = inputs;
      const { MetricQueries, ...alarm } = pascal(rest) as Properties;
      const pairs = Object.entries(record(dimensions)).map(([Name, Value]) => ({ Name, Value }));
      return {
        ...alarm,
        ...(okActions !== undefined && { OKActions: okActions }),
        ...(dimensions !== undefined && { Dimensions: pairs }),
        ...(MetricQueries ? { Metrics: MetricQueries } : {}),
      };
    },
  },
  "aws:cloudwatch/dashboard:Dashboard": {
    schema: "AWS::CloudWatch::Dashboard",
    properties: (inputs) => pick(inputs, "dashboardName", "dashboardBody"),
  },
  "aws:cloudwatch/eventRule:EventRule": {
    schema: "AWS::Events::Rule",
    properties: (inputs) => ({
      ...pick(inputs, "description", "state"),
      EventPattern: parsed(inputs["eventPattern"]),
    }),
  },
  "aws:iam/role:Role": {
    schema: "AWS::IAM::Role",
    properties: (inputs) => ({ AssumeRolePolicyDocument: parsed(inputs["assumeRolePolicy"]) }),
  },
  "aws:iam/rolePolicy:RolePolicy": {
    schema: "AWS::IAM::RolePolicy",
    properties: (inputs, { name }) => ({
      PolicyName: name,
      RoleName: inputs["role"],
      PolicyDocument: parsed(inputs["policy"]),
    }),
  },
  "aws:sfn/stateMachine:StateMachine": {
    schema: "AWS::StepFunctions::StateMachine",
    properties: (inputs) => {
      const { level, includeExecutionData, logDestination } = record(inputs["loggingConfiguration"]);
      return {
        ...pick(inputs, "roleArn", "tracingConfiguration"),
        StateMachineType: inputs["type"],
        DefinitionString: inputs["definition"],
        LoggingConfiguration: {
          Level: level,
          IncludeExecutionData: includeExecutionData,
          Destinations: [{ CloudWatchLogsLogGroup: { LogGroupArn: logDestination } }],
        },
      };
    },
  },
  "aws:s3/bucketPolicy:BucketPolicy": {
    schema: "AWS::S3::BucketPolicy",
    properties: (inputs) => ({ Bucket: inputs["bucket"], PolicyDocument: parsed(inputs["policy"]) }),
  },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
    schema: "AWS::S3::Bucket",
    properties: ({ bucket: _bucket, ...block }) => ({ PublicAccessBlockConfiguration: pascal(block) }),
  },
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": {
    schema: "AWS::S3::Bucket",
    properties: (inputs) => ({ OwnershipControls: { Rules: [pascal(inputs["rule"])] } }),
  },
  "aws:apigateway/response:Response": {
    schema: "AWS::ApiGateway::GatewayResponse",
    properties: (inputs) => ({
      ...pick(inputs, "restApiId", "responseType", "statusCode"),
      ResponseParameters: inputs["responseParameters"],
      ResponseTemplates: inputs["responseTemplates"],
    }),
  },
  "aws:apigateway/resource:Resource": {
    schema: "AWS::ApiGateway::Resource",
    properties: ({ restApi, parentId, pathPart }) => ({ RestApiId: restApi, ParentId: parentId, PathPart: pathPart }),
  },
  "aws:apigateway/usagePlan:UsagePlan": {
    schema: "AWS::ApiGateway::UsagePlan",
    properties: (inputs) => {
      const quota = record(inputs["quotaSettings"]);
      const stages = (inputs["apiStages"] ?? []) as readonly Properties[];
      return {
        Throttle: pascal(inputs["throttleSettings"]),
        ApiStages: stages.map(({ apiId, stage }) => ({ ApiId: apiId, Stage: stage })),
        ...(inputs["quotaSettings"] !== undefined && { Quota: pascal(quota) }),
      };
    },
  },
  "aws:apigateway/usagePlanKey:UsagePlanKey": {
    schema: "AWS::ApiGateway::UsagePlanKey",
    properties: (inputs) => pick(inputs, "keyId", "keyType", "usagePlanId"),
  },
  "aws:apigateway/account:Account": {
    schema: "AWS::ApiGateway::Account",
    properties: (inputs) => ({ CloudWatchRoleArn: inputs["cloudwatchRoleArn"] }),
  },
  "aws:sns/topicPolicy:TopicPolicy": {
    schema: "AWS::SNS::TopicPolicy",
    properties: (inputs) => ({ Topics: [inputs["arn"]], PolicyDocument: parsed(inputs["policy"]) }),
  },
  "aws:sns/topicSubscription:TopicSubscription": {
    schema: "AWS::SNS::Subscription",
    properties: (inputs) => ({ TopicArn: inputs["topic"], ...pick(inputs, "protocol", "endpoint") }),
  },
};

/** The program's resources, translated to CloudFormation, are validated with AWS's own schemas of these types. */
const graph = opened(() => capturedWithEverything("dev"));
const translated = () => graph().resources.filter(({ type }) => type in translations);

test("cfn-lint accepts what the program gives its resources", async ({ annotate }) => {
  // Warnings are only about the literal names and ARNs in a captured stack.
  await lint(templateOf(translated()), "error");
  const types = new Set(translated().map(({ type }) => type));
  const others = new Set(
    graph()
      .resources.map(({ type }) => type)
      .filter((type) => /^aws/.test(type) && !(type in translations)),
  );
  const left = [...others].map((type) => type.split(":")[2]).join(", ");
  await annotate(`${translated().length} resources of ${types.size} types; left to moto: ${left}`);
});

test("cfn-lint is not blind: it finds a planted memory of 64 MB", async () => {
  const planted = translated().map((resource) =>
    resource.type.endsWith(":Function") ? { ...resource, inputs: { ...resource.inputs, memorySize: 64 } } : resource,
  );
  await expect(lint(templateOf(planted), "error")).rejects.toThrow("64 is less than the minimum of 128");
});

function templateOf(resources: readonly CapturedResource[]): object {
  const entries = resources.map((resource, index) => {
    const { schema, properties } = translations[resource.type] as Translation;
    return [
      `${resource.name.replaceAll(/\W/g, "")}${index}`,
      { Type: schema, Properties: withTagList(properties(resource.inputs, resource)) },
    ];
  });
  return { AWSTemplateFormatVersion: "2010-09-09", Resources: Object.fromEntries(entries) };
}

/** CloudFormation expects tags as a list. */
function withTagList({ Tags, ...properties }: Properties): Properties {
  if (Tags === undefined) return properties;
  return { ...properties, Tags: Object.entries(record(Tags)).map(([Key, Value]) => ({ Key, Value })) };
}

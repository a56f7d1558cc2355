import type { JsonObject } from "../data/json.ts";
import { type Diagnostic, malformed, problem } from "./diagnostic.ts";

/**
 * The resources that a Task state can call here: the integration `lambda:invoke`, with request-response or a callback,
 * the integration `states:startExecution` with request-response, and a function by its ARN.
 */
export const lambdaIntegration = /^arn:aws[\w-]*:states:::lambda:invoke(\.waitForTaskToken)?$/;
const startIntegration = /^arn:aws[\w-]*:states:::states:startExecution$/;
const lambdaFunctionArn = /^arn:aws[\w-]*:lambda:[\w-]+:\d{12}:function:[\w-]+(:[\w$-]+)?$/;
const activityArn = /^arn:aws[\w-]*:states:[\w-]+:\d{12}:activity:.+$/;
const integration = /^arn:aws[\w-]*:states:::(aws-sdk:[\w-]+|[\w-]+):(\w+)(\.sync(?::2)?|\.waitForTaskToken)?$/;

/**
 * AWS's optimised integrations (AWS Step Functions, "Integrating optimized services"). Services under `aws-sdk:` are
 * accepted in addition.
 */
const optimised: Readonly<Record<string, RegExp>> = {
  apigateway: /^invoke$/,
  athena: /^(start|stop|get)QueryExecution$|^getQueryResults$/,
  batch: /^submitJob$/,
  bedrock: /^(invokeModel|createModelCustomizationJob)$/,
  codebuild:
    /^(startBuild|stopBuild|batchDeleteBuilds|batchGetReports|startBuildBatch|stopBuildBatch|retryBuildBatch|deleteBuildBatch)$/,
  databrew: /^startJobRun$/,
  dynamodb: /^(getItem|putItem|deleteItem|updateItem)$/,
  ecs: /^runTask$/,
  eks: /^(call|runJob|(create|delete)(Cluster|FargateProfile|Nodegroup))$/,
  elasticmapreduce: /^\w+$/,
  "emr-containers": /^\w+$/,
  "emr-serverless": /^\w+$/,
  events: /^putEvents$/,
  glue: /^startJobRun$/,
  http: /^invoke$/,
  lambda: /^invoke$/,
  mediaconvert: /^createJob$/,
  sagemaker: /^\w+$/,
  sns: /^publish$/,
  sqs: /^sendMessage$/,
  states: /^startExecution$/,
};

/** Returns the problems with a Task state's Resource, its credentials and its constant parameters. */
export function checkResource(
  name: string,
  state: JsonObject,
  location: string,
  express: boolean,
): readonly Diagnostic[] {
  const resource = state["Resource"];
  if (typeof resource !== "string") return [];
  return [
    ...checkCredentials(name, state, location),
    ...checkArn(name, resource, state, `${location}/Resource`, express),
  ];
}

function checkArn(
  name: string,
  resource: string,
  state: JsonObject,
  location: string,
  express: boolean,
): readonly Diagnostic[] {
  if (lambdaFunctionArn.test(resource)) return [];
  const [, service = "", action = "", pattern] = integration.exec(resource) ?? [];
  const known = service.startsWith("aws-sdk:") || optimised[service]?.test(action) === true;
  if (!known && !activityArn.test(resource)) {
    const sentence = `The resource provided ${resource} is not recognized. The value is not a valid resource ARN, or the resource is not available in this region.`;
    return [malformed(sentence, location)];
  }
  if (express && pattern !== undefined) {
    // AWS's message has this trailing space.
    return [malformed(`Express state machine does not support '${pattern}' service integration `, location)];
  }
  if (lambdaIntegration.test(resource)) return checkInvocation(name, state, location);
  if (startIntegration.test(resource)) return [];
  const why = `The state '${name}' has the Resource "${resource}"; this runtime runs "arn:aws:states:::lambda:invoke", "arn:aws:states:::states:startExecution" and the ARN of a Lambda function.`;
  return [problem("UNSUPPORTED_RESOURCE", why, location)];
}

function checkInvocation(name: string, { Parameters, Arguments }: JsonObject, location: string): readonly Diagnostic[] {
  const type = ((Arguments ?? Parameters) as JsonObject | undefined)?.["InvocationType"];
  if (type === undefined || type === "RequestResponse") return [];
  const why = `The state '${name}' invokes its function with the InvocationType ${JSON.stringify(type)}; this runtime calls functions with "RequestResponse".`;
  return [problem("UNSUPPORTED_PARAMETER", why, location.replace(/Resource$/, "Parameters"))];
}

function checkCredentials(name: string, { Credentials }: JsonObject, location: string): readonly Diagnostic[] {
  if (Credentials === undefined) return [];
  const target = `${location}/Credentials`;
  const fields = Object.keys(Credentials as JsonObject);
  if (!fields.includes("RoleArn") && !fields.includes("RoleArn.$")) {
    return [malformed("The field 'RoleArn' is required but was missing", target)];
  }
  const why = `The state '${name}' has Credentials; this runtime calls functions with the role of the state machine.`;
  return [problem("UNSUPPORTED_CREDENTIALS", why, target)];
}

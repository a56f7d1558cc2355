import { AwsError, type Invocation } from "../../service.ts";
import { isObject, type Json, type JsonObject, parseJson } from "../data/json.ts";
import { inputDetails } from "../history/event.ts";
import { ExecutionError, RuntimeFailure } from "./error.ts";
import type { Run } from "./frame.ts";
import { type Deadlines, type TaskCall, times } from "./task-call.ts";

/**
 * The optimised integration `arn:aws:states:::lambda:invoke`, whose parameters and result are those of Lambda's Invoke
 * API. `pattern` is the suffix of the resource, such as ".waitForTaskToken".
 */
export function lambdaInvoke(parameters: Json, deadlines: Deadlines, run: Run, pattern = ""): TaskCall {
  const resource = { resource: `invoke${pattern}`, resourceType: "lambda" };
  const functionArn = functionOf(parameters, run);
  return {
    prefix: "Task",
    name: resource.resourceType,
    scheduled: { ...resource, region: run.region, parameters: JSON.stringify(parameters), ...times(deadlines) },
    started: resource,
    common: resource,
    async invoke(signal) {
      const given: JsonObject = isObject(parameters) ? parameters : {};
      const payload = given["Payload"] ?? {};
      // A string is passed as the body itself; anything else is serialised as JSON.
      const body = typeof payload === "string" ? payload : JSON.stringify(payload);
      return { value: invokeResult(await invoke(run, functionArn, body, signal), given["LogType"] === "Tail") };
    },
  };
}

/**
 * A Task whose Resource is the ARN of a function: the state's input is the payload, and the function's return value is
 * the result.
 */
export function lambdaFunction(functionArn: string, text: string, deadlines: Deadlines, run: Run): TaskCall {
  return {
    prefix: "LambdaFunction",
    name: functionArn,
    scheduled: { resource: functionArn, ...inputDetails(text), ...times(deadlines) },
    started: undefined,
    common: {},
    async invoke(signal) {
      const { payload } = await invoke(run, functionArn, text, signal);
      return { value: payloadOf(payload), text: payload };
    },
  };
}

function functionOf(parameters: Json, run: Run): string {
  const given: JsonObject = isObject(parameters) ? parameters : {};
  const { FunctionName: name, Qualifier: qualifier, InvocationType: type = "RequestResponse" } = given;
  if (typeof name !== "string") throw new RuntimeFailure("The parameter 'FunctionName' of lambda:invoke is missing.");
  if (type !== "RequestResponse") {
    throw new RuntimeFailure(
      `This runtime calls functions with InvocationType "RequestResponse", not ${JSON.stringify(type)}.`,
    );
  }
  const arn = name.startsWith("arn:") ? name : `arn:aws:lambda:${run.region}:${run.accountId}:function:${name}`;
  return typeof qualifier === "string" ? `${arn}:${qualifier}` : arn;
}

async function invoke(run: Run, functionArn: string, payload: string, signal: AbortSignal): Promise<Invocation> {
  let invocation: Invocation;
  try {
    invocation = await run.invoker.invoke({
      functionArn,
      payload,
      caller: run.caller(),
      signal,
    });
  } catch (error) {
    throw serviceError(error);
  }
  if (invocation.functionError === undefined) return invocation;
  const thrown = payloadOf(invocation.payload);
  const type = isObject(thrown) ? thrown["errorType"] : undefined;
  throw new ExecutionError(typeof type === "string" && type !== "" ? type : "Lambda.Unknown", invocation.payload);
}

/** Converts an error of the Invoke API itself to the error that Step Functions reports. */
function serviceError(error: unknown): ExecutionError {
  if (!(error instanceof AwsError)) {
    return new ExecutionError("Lambda.SdkClientException", String(error), { cause: error });
  }
  const code = error.name === "AccessDeniedException" ? "AWSLambdaException" : error.name;
  const cause = `${error.message} (Service: AWSLambda; Status Code: ${error.status}; Error Code: ${error.name})`;
  return new ExecutionError(`Lambda.${code}`, cause, { cause: error });
}

function payloadOf(text: string): Json {
  if (text === "") return null;
  try {
    return parseJson(text);
  } catch {
    return text;
  }
}

/** Formats the result of `lambda:invoke` like AWS. */
function invokeResult({ requestId, payload, executedVersion, logTail = "" }: Invocation, wantsLog: boolean): Json {
  const logResult = wantsLog ? Buffer.from(logTail).toString("base64") : undefined;
  const headers: Record<string, string> = {
    ...(logResult === undefined ? {} : { "X-Amz-Log-Result": logResult }),
    "Content-Length": String(Buffer.byteLength(payload)),
    "Content-Type": "application/json",
    "X-Amz-Executed-Version": executedVersion,
    "x-amzn-RequestId": requestId,
  };
  return {
    ExecutedVersion: executedVersion,
    ...(logResult === undefined ? {} : { LogResult: logResult }),
    Payload: payloadOf(payload),
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      HttpHeaders: headers,
      HttpStatusCode: 200,
    },
    SdkResponseMetadata: { RequestId: requestId },
    StatusCode: 200,
  };
}

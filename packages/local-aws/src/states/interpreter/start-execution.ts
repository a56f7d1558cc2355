import { AwsError } from "../../service.ts";
import { isObject, type Json, type JsonObject } from "../data/json.ts";
import { ExecutionError, RuntimeFailure } from "./error.ts";
import type { Run } from "./frame.ts";
import { type Deadlines, type TaskCall, times } from "./task-call.ts";

/** The errors of StartExecution that AWS's SDK has a class for; the integration names them after it. */
const modelled = new Set([
  "ExecutionAlreadyExists",
  "ExecutionLimitExceeded",
  "InvalidArn",
  "InvalidExecutionInput",
  "InvalidName",
  "StateMachineDeleting",
  "StateMachineDoesNotExist",
  "ValidationException",
]);

/**
 * The optimised integration `arn:aws:states:::states:startExecution`, which does not wait for the execution's end. Its
 * parameters and result are those of the StartExecution API in upper camel case. Without a `Name` the execution is
 * named `fallbackName`, which must be the same when the attempt is repeated after a crash.
 */
export function startExecution(parameters: Json, deadlines: Deadlines, run: Run, fallbackName: string): TaskCall {
  const resource = { resource: "startExecution", resourceType: "states" };
  const given: JsonObject = isObject(parameters) ? parameters : {};
  const { StateMachineArn: stateMachineArn, Name: name = fallbackName } = given;
  if (typeof stateMachineArn !== "string") {
    throw new RuntimeFailure("The parameter 'StateMachineArn' of states:startExecution is missing.");
  }
  return {
    prefix: "Task",
    name: resource.resourceType,
    scheduled: { ...resource, region: run.region, parameters: JSON.stringify(parameters), ...times(deadlines) },
    started: resource,
    common: resource,
    async invoke() {
      const input = inputOf(given["Input"]);
      return { value: await start(run, { stateMachineArn, name, ...(input === undefined ? {} : { input }) }) };
    },
  };
}

/** A string is the input's text itself; anything else is serialised as JSON. */
function inputOf(given: Json | undefined): string | undefined {
  if (given === undefined || given === null) return undefined;
  return typeof given === "string" ? given : JSON.stringify(given);
}

async function start(run: Run, fields: object): Promise<Json> {
  const body = JSON.stringify(fields);
  const request = new Request("http://localhost/", {
    method: "POST",
    headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": "AWSStepFunctions.StartExecution" },
    body,
  });
  try {
    const response = await run.stepFunctions(request, run.caller());
    const text = await response.text();
    const { __type: name = "", message = "", executionArn = "", startDate = 0 } = JSON.parse(text) as Reply;
    if (!response.ok) throw new AwsError(name, message, response.status);
    return result(executionArn, startDate, response.headers.get("x-amzn-requestid") ?? "", Buffer.byteLength(text));
  } catch (error) {
    throw serviceError(error);
  }
}

interface Reply {
  readonly __type?: string;
  readonly message?: string;
  readonly executionArn?: string;
  /** Seconds since 1970. */
  readonly startDate?: number;
}

/** Formats the result like AWS, as the recordings of `startExecution.sync` show its first event. */
function result(executionArn: string, startDate: number, requestId: string, bytes: number): Json {
  const headers: Record<string, string> = {
    connection: "keep-alive",
    "Content-Length": String(bytes),
    "Content-Type": "application/x-amz-json-1.0",
    "x-amzn-RequestId": requestId,
  };
  return {
    ExecutionArn: executionArn,
    SdkHttpMetadata: {
      AllHttpHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      HttpHeaders: headers,
      HttpStatusCode: 200,
    },
    SdkResponseMetadata: { RequestId: requestId },
    StartDate: new Date(startDate * 1_000).toISOString(),
  };
}

/** Converts an error of the StartExecution API to the error that Step Functions reports. */
function serviceError(error: unknown): ExecutionError {
  if (!(error instanceof AwsError)) {
    return new ExecutionError("StepFunctions.SdkClientException", String(error), { cause: error });
  }
  const cause = `${error.message} (Service: AWSStepFunctions; Status Code: ${error.status}; Error Code: ${error.name})`;
  const name = modelled.has(error.name)
    ? `${error.name.replace(/Exception$/, "")}Exception`
    : "AWSStepFunctionsException";
  return new ExecutionError(`StepFunctions.${name}`, cause, { cause: error });
}

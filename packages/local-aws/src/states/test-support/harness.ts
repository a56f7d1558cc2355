import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { HistoryEvent } from "@aws-sdk/client-sfn";
import type { StateMachineResource } from "../../graph.ts";
import { AwsError, type Caller, type Invocation, type Invoker, type Service } from "../../service.ts";
import { createStates, type StatesOptions, type StatesService } from "../index.ts";
import { VirtualClock } from "./virtual-clock.ts";

export const accountId = "000000000000";
export const region = "us-east-1";
export const operator: Caller = { accessKeyId: "operator", arn: `arn:aws:iam::${accountId}:root` };

export function functionArn(name: string): string {
  return `arn:aws:lambda:${region}:${accountId}:function:${name}:live`;
}

/** Declares a state machine in which one or more fields are overridden. */
export function machine(
  definition: object | string,
  overrides: Partial<StateMachineResource> = {},
): StateMachineResource {
  const name = overrides.name ?? "machine";
  return {
    name,
    arn: `arn:aws:states:${region}:${accountId}:stateMachine:${name}`,
    type: "STANDARD",
    definition: typeof definition === "string" ? definition : JSON.stringify(definition),
    roleArn: `arn:aws:iam::${accountId}:role/machine`,
    tracing: false,
    ...overrides,
  };
}

/**
 * The implementation of a function in a test: returns the function's result or throws. A `FunctionError` becomes an
 * error of the Lambda function.
 */
export type Handler = (payload: unknown, signal?: AbortSignal) => unknown;
export type Handlers = Readonly<Record<string, Handler>>;

export class FunctionError extends Error {
  constructor(name: string, message = "It failed.") {
    super(message);
    this.name = name;
  }
}

export interface Call {
  readonly name: string;
  readonly payload: unknown;
  readonly caller: Caller;
}

/** Invokes handlers by function name and records the calls. */
export function fakeInvoker(handlers: Handlers): Invoker & { readonly calls: Call[] } {
  const calls: Call[] = [];
  return {
    calls,
    async invoke({ functionArn: arn, payload, caller, signal }): Promise<Invocation> {
      const name = arn.split(":")[6] ?? "";
      const input: unknown = JSON.parse(payload);
      calls.push({ name, payload: input, caller });
      const answer = { requestId: "request", executedVersion: "1" };
      const handler = handlers[name];
      if (!handler) throw new AwsError("ResourceNotFoundException", `Function not found: ${arn}`, 404);
      try {
        return { ...answer, payload: JSON.stringify((await handler(input, signal)) ?? null) };
      } catch (error) {
        if (!(error instanceof FunctionError)) throw error;
        const thrown = { errorType: error.name, errorMessage: error.message };
        return { ...answer, payload: JSON.stringify(thrown), functionError: "Unhandled" };
      }
    },
  };
}

export interface LoggedRecord {
  readonly group: string;
  readonly stream: string;
  readonly message: string;
}

/** An S3 without buckets, for machines that do not use S3. */
export const noBuckets: Service = async () =>
  new Response("<Error><Code>NoSuchBucket</Code><Message>There is no bucket.</Message></Error>", { status: 404 });

/** A service and everything that tests inspect; `stop` ends it and removes its folder. */
export class Harness {
  readonly clock: VirtualClock;
  readonly invoker: ReturnType<typeof fakeInvoker>;
  readonly logged: LoggedRecord[] = [];
  readonly states: StatesService;
  readonly folder: string;

  constructor(
    stateMachines: readonly StateMachineResource[],
    handlers: Handlers = {},
    options: Partial<StatesOptions> & { readonly clock?: VirtualClock } = {},
  ) {
    this.clock = options.clock ?? new VirtualClock();
    this.invoker = fakeInvoker(handlers);
    this.folder = options.dataDir ?? mkdtempSync(path.join(tmpdir(), "states-"));
    this.states = createStates({
      stateMachines,
      accountId,
      region,
      dataDir: this.folder,
      invoker: this.invoker,
      authorizer: { authorize() {} },
      credentialsFor: (roleArn) => ({ accessKeyId: "machine", arn: roleArn, roleArn }),
      s3: noBuckets,
      logs: {
        write: (group, stream, messages) => {
          for (const { message } of messages) this.logged.push({ group, stream, message });
        },
      },
      ...options,
      clock: this.clock,
    });
  }

  /** Calls an operation as the operator; rejects with `AwsError` if the response is an error. */
  async call<Answer = Record<string, unknown>>(operation: string, input: object, caller = operator): Promise<Answer> {
    const request = new Request("http://localhost/", {
      method: "POST",
      headers: { "x-amz-target": `AWSStepFunctions.${operation}`, "content-type": "application/x-amz-json-1.0" },
      body: JSON.stringify(input),
    });
    const response = await this.states.service(request, caller);
    const answer = (await response.json()) as { readonly __type?: string; readonly message?: string };
    if (response.ok) return answer as Answer;
    throw new AwsError(answer.__type ?? "", answer.message ?? "", response.status);
  }

  async start(input: unknown, name?: string, stateMachineArn = machine({}).arn): Promise<string> {
    const { executionArn } = await this.call<{ executionArn: string }>("StartExecution", {
      stateMachineArn,
      input: JSON.stringify(input),
      ...(name === undefined ? {} : { name }),
    });
    return executionArn;
  }

  /** Waits until the execution has ended and returns its description. */
  async ended(executionArn: string): Promise<Ended> {
    for (;;) {
      const execution = await this.call<Ended>("DescribeExecution", { executionArn });
      if (execution.status !== "RUNNING") return execution;
      for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
    }
  }

  async history(executionArn: string): Promise<readonly HistoryEvent[]> {
    const { events } = await this.call<{ events: HistoryEvent[] }>("GetExecutionHistory", {
      executionArn,
      maxResults: 1_000,
    });
    return events;
  }

  async stop(): Promise<void> {
    await this.states.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export interface Ended {
  readonly status: string;
  readonly output?: string;
  readonly error?: string;
  readonly cause?: string;
}

/**
 * A Task state that invokes a function with the state's input and continues with the result. The input is passed as a
 * string with JSON, because a string is used as the body itself.
 */
export function task(name: string, fields: object = {}): object {
  return {
    Type: "Task",
    Resource: "arn:aws:states:::lambda:invoke",
    Parameters: { FunctionName: functionArn(name), "Payload.$": "States.JsonToString($)" },
    OutputPath: "$.Payload",
    ...("Next" in fields ? {} : { End: true }),
    ...fields,
  };
}

import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import type { DoorCall } from "../door-keeper.ts";
import type { Reply } from "../operation.ts";
import { PacedKeeper } from "./paced-keeper.ts";

const machine = "arn:aws:states:eu-west-1:123456789012:stateMachine:own";
const executionArn = "arn:aws:states:eu-west-1:123456789012:execution:own:one";
const intervalMs = 40;

/** The calls of a console, through a keeper. */
function passOf(writable = true, now?: () => number): PacedKeeper["pass"] {
  const keeper = new PacedKeeper(
    {
      machineArns: [machine],
      roleArns: [],
      logGroups: [],
      pictures: undefined,
      plans: "plans/",
      hasApi: false,
      writable,
    },
    now === undefined ? { intervalMs } : { intervalMs, now },
  );
  return (call, make) => keeper.pass(call, make);
}

const list = (maxResults: number): DoorCall => ({
  service: "states",
  operation: "ListExecutions",
  input: { stateMachineArn: machine, maxResults },
});
const ofExecution = (operation: string): DoorCall => ({ service: "states", operation, input: { executionArn } });

/** A service that counts its calls and gives the next reply, or the last one. */
function service(...replies: readonly (Reply | Error)[]) {
  const times: number[] = [];
  return {
    times,
    make: async (): Promise<Reply> => {
      const reply = replies[Math.min(times.length, replies.length - 1)] ?? { body: {} };
      times.push(performance.now());
      if (reply instanceof Error) throw reply;
      return reply;
    },
  };
}

function awsError(name: string, httpStatusCode?: number): Error {
  return Object.assign(new Error(`AWS says ${name}.`), { name, $metadata: { httpStatusCode } });
}

/** A promise that a test resolves; Node 20 has no `Promise.withResolvers`. */
function withResolvers<Value>() {
  let resolve = (_: Value): void => {};
  const promise = new Promise<Value>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "passes",
    (error: { code?: string }) => error.code,
  );

describe("the pace", () => {
  it("is three calls per interval, however many are asked for", async () => {
    vi.useFakeTimers();
    try {
      const pass = passOf();
      const { make, times } = service();
      const calls = Promise.all(Array.from({ length: 9 }, (_, at) => pass(list(at + 1), make)));
      for (const made of [3, 6, 9]) {
        await vi.advanceTimersByTimeAsync(intervalMs - 1);
        expect(times).toHaveLength(made);
        await vi.advanceTimersByTimeAsync(1);
      }
      await calls;
    } finally {
      vi.useRealTimers();
    }
  });

  it("has a limited queue", async () => {
    const pass = passOf();
    let release = (): void => {};
    const blocked = new Promise<Reply>((resolve) => {
      release = () => resolve({ body: {} });
    });
    const calls = Array.from({ length: 130 }, (_, at) => codeOf(pass(list(at + 1), () => blocked)));
    expect(await calls.at(-1)).toBe("Busy");
    release();
  });

  it("makes the same read once for several tabs, and again when the response is no longer fresh", async () => {
    let now = 1;
    const pass = passOf(true, () => now);
    const { make, times } = service();
    await Promise.all([pass(list(5), make), pass(list(5), make), pass(list(6), make)]);
    await pass(list(5), make);
    expect(times).toHaveLength(2);
    now += 2 * intervalMs;
    await pass(list(5), make);
    expect(times).toHaveLength(3);
  });
});

describe("what has ended", () => {
  const ended = { body: { status: "SUCCEEDED", stopDate: new Date(0) } };

  it("is read once: its description, its history and its Map Runs", async () => {
    const pass = passOf();
    const { make, times } = service(ended);
    for (const operation of ["DescribeExecution", "GetExecutionHistory", "ListMapRuns"]) {
      await pass(ofExecution(operation), make);
      await pass(ofExecution(operation), make);
    }
    expect(times).toHaveLength(3);
  });

  it.each([
    [{}, [{ type: "LambdaFunctionSucceeded" }, { type: "ExecutionSucceeded" }]],
    [{ reverseOrder: true }, [{ type: "ExecutionFailed" }, { type: "LambdaFunctionFailed" }]],
  ])("is known from a history that ends, as of a child execution (%j)", async (request, events) => {
    const pass = passOf();
    const { make, times } = service({ body: { events } });
    const call = { ...ofExecution("GetExecutionHistory"), input: { executionArn, ...request } };
    await pass(call, make);
    await sleep(2 * intervalMs);
    await pass(call, make);
    expect(times).toHaveLength(1);
  });

  it.each([
    [{}, { events: [{ type: "ExecutionStarted" }] }],
    [{}, { events: [{ type: "ExecutionSucceeded" }], nextToken: "more" }],
    [{ reverseOrder: true }, { events: [{ type: "TaskStateEntered" }, { type: "ExecutionStarted" }] }],
  ])("is not known from other pages of a history (%j, %j)", async (request, body) => {
    const pass = passOf();
    const { make, times } = service({ body });
    const call = { ...ofExecution("GetExecutionHistory"), input: { executionArn, ...request } };
    await pass(call, make);
    await sleep(2 * intervalMs);
    await pass(call, make);
    expect(times).toHaveLength(2);
  });

  it("is not kept while it runs", async () => {
    const pass = passOf();
    const { make, times } = service({ body: { status: "RUNNING" } });
    for (const operation of ["DescribeExecution", "GetExecutionHistory"]) {
      await pass(ofExecution(operation), make);
      await sleep(2 * intervalMs);
      await pass(ofExecution(operation), make);
    }
    expect(times).toHaveLength(4);
  });

  it("is not kept as it was read before the end that another tab learnt first", async () => {
    const pass = passOf();
    const call = ofExecution("GetExecutionHistory");
    const { promise, resolve } = withResolvers<Reply>();
    const early = pass(call, () => promise);
    await pass(ofExecution("DescribeExecution"), service(ended).make);
    resolve({ body: { events: [{ type: "ExecutionStarted" }] } });
    await early;
    const { make } = service({ body: { events: [{ type: "ExecutionSucceeded" }] } });
    expect(await pass(call, make)).toEqual({ body: { events: [{ type: "ExecutionSucceeded" }] } });
  });

  it("is not kept as it was read before it was redriven", async () => {
    const pass = passOf();
    const failed = { body: { status: "FAILED", stopDate: new Date(0) } };
    const { promise, resolve } = withResolvers<Reply>();
    const early = pass(ofExecution("DescribeExecution"), () => promise);
    await pass(ofExecution("RedriveExecution"), service({ body: {} }).make);
    resolve(failed);
    await early;
    const { make } = service({ body: { status: "RUNNING" } });
    expect(await pass(ofExecution("DescribeExecution"), make)).toEqual({ body: { status: "RUNNING" } });
  });

  it("is read again after it was redriven", async () => {
    const pass = passOf();
    const { make, times } = service({ body: { status: "FAILED", stopDate: new Date(0) } });
    await pass(ofExecution("DescribeExecution"), make);
    await pass(ofExecution("DescribeExecution"), make);
    await pass(ofExecution("RedriveExecution"), make);
    await pass(ofExecution("DescribeExecution"), make);
    expect(times).toHaveLength(3);
  });
});

describe("failures", () => {
  it("that pass are repeated: throttling, and errors of the service", async () => {
    const pass = passOf();
    const { make, times } = service(awsError("ThrottlingException", 400), awsError("ServiceUnavailable", 503), {
      body: 1,
    });
    expect(await pass(list(1), make)).toEqual({ body: 1 });
    expect(times).toHaveLength(3);
  });

  it("that stay are not", async () => {
    const pass = passOf();
    const { make, times } = service(awsError("InvalidArn", 400));
    await expect(pass(list(1), make)).rejects.toMatchObject({ name: "InvalidArn" });
    expect(times).toHaveLength(1);
  });

  it("of a call that changes something are repeated only if AWS has not made it", async () => {
    const pass = passOf();
    const start: DoorCall = { service: "states", operation: "StartExecution", input: { stateMachineArn: machine } };
    const broken = service(awsError("InternalServerError", 500));
    await expect(pass(start, broken.make)).rejects.toThrow();
    expect(broken.times).toHaveLength(1);
    const throttled = service(awsError("ThrottlingException", 400), { body: {} });
    await pass(start, throttled.make);
    expect(throttled.times).toHaveLength(2);
  });

  it.each([
    ["ExpiredTokenException", 403, "CredentialsExpired", /sign in again/],
    ["UnrecognizedClientException", 403, "CredentialsExpired", /sign in again/],
    ["CredentialsProviderError", undefined, "NoCredentials", /AWS_PROFILE/],
    ["AccessDeniedException", 400, "AccessDenied", /console-read\.json/],
    ["ThrottlingException", 400, "Throttled", /tries again/],
    ["ENOTFOUND", undefined, "Unreachable", /network/],
  ])("%s is a sentence with a remedy", async (name, status, code, text) => {
    const pass = passOf();
    const { make } = service(awsError(name, status));
    await expect(pass(list(1), make)).rejects.toMatchObject({ code, message: expect.stringMatching(text) });
  });

  it("a call that the scope refuses is not made", async () => {
    const pass = passOf(false);
    const { make, times } = service();
    const start: DoorCall = { service: "states", operation: "StartExecution", input: { stateMachineArn: machine } };
    expect(await codeOf(pass(start, make))).toBe("ReadOnly");
    expect(times).toEqual([]);
  });
});

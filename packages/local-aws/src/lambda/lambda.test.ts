import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { accountId, functionResource, open, operator, region, roleArn, stopAll } from "./test-support/harness.ts";

afterEach(stopAll);

const echo = `export const handler = async (event) => event;`;
const environment = `export const handler = async () => ({ env: process.env, cwd: process.cwd() });`;
const count = `let calls = 0; export const handler = async () => ({ pid: process.pid, calls: ++calls });`;
const wait = `export const handler = async ({ ms }) => { await new Promise((r) => setTimeout(r, ms)); return process.pid; };`;

describe("a sandbox", () => {
  it("has the declared environment and what Lambda sets, and nothing of the process that runs it", async () => {
    process.env["SECRET_OF_THE_OPERATOR"] = "yes";
    const { invoke, lambda } = open({
      handlers: { env: environment },
      functions: { env: { environment: { BUCKET_NAME: "photos" } } },
    });
    const { payload } = await invoke("env");
    delete process.env["SECRET_OF_THE_OPERATOR"];
    const { env } = payload as { env: Record<string, string> };
    expect(Object.keys(env).sort()).toEqual(
      [
        "AWS_ACCESS_KEY_ID AWS_DEFAULT_REGION AWS_ENDPOINT_URL AWS_EXECUTION_ENV AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME AWS_LAMBDA_FUNCTION_VERSION AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME AWS_LAMBDA_LOG_STREAM_NAME AWS_LAMBDA_RUNTIME_API AWS_REGION AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN BUCKET_NAME HOME LAMBDA_TASK_ROOT LANG PATH TMPDIR TZ _HANDLER _X_AMZN_TRACE_ID",
      ]
        .join(" ")
        .split(" ")
        .sort(),
    );
    expect(env).toMatchObject({
      BUCKET_NAME: "photos",
      AWS_REGION: region,
      AWS_LAMBDA_FUNCTION_VERSION: "1",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
      AWS_ENDPOINT_URL: "http://127.0.0.1:1",
      _HANDLER: "env/handler.handler",
    });
    expect(lambda.capacity().functions).toEqual([
      { name: "env", memorySizeMb: 256, concurrency: 28, sandboxes: 1, running: 0, waiting: 0 },
    ]);
  });

  it("acts under a session of its function's role", async () => {
    const { invoke, iam } = open({ handlers: { env: environment } });
    const { env } = (await invoke("env")).payload as { env: Record<string, string> };
    expect(iam.callerOf(env["AWS_ACCESS_KEY_ID"] ?? "")).toMatchObject({
      roleArn,
      arn: `arn:aws:sts::${accountId}:assumed-role/function-role/env`,
    });
    const { secretAccessKey, sessionToken } = iam.keyOf(env["AWS_ACCESS_KEY_ID"] ?? "");
    expect([secretAccessKey, sessionToken]).toEqual([env["AWS_SECRET_ACCESS_KEY"], env["AWS_SESSION_TOKEN"]]);
  });

  it("stays warm for the next call, and its log distinguishes cold and warm starts", async () => {
    const { invoke, lines } = open({ handlers: { count } });
    const first = (await invoke("count")).payload as { pid: number };
    expect((await invoke("count")).payload).toEqual({ pid: first.pid, calls: 2 });
    expect(lines.text.match(/^INIT_START/gm)).toHaveLength(1);
    expect(lines.text.match(/^REPORT .*Init Duration/gm)).toHaveLength(1);
    expect(lines.text.match(/^REPORT /gm)).toHaveLength(2);
    expect(new Set(lines.entries.map(({ stream }) => stream)).size).toBe(1);
  });

  it("reports the memory of what its handler started, too", async () => {
    // There is no count on Windows.
    if (process.platform === "win32") return;
    const { invoke, lines } = open({
      handlers: {
        nurse: `import { spawn } from "node:child_process";
          import { once } from "node:events";
          const child = "const held = Buffer.alloc(300 * 1024 * 1024, 1); console.log('held'); setInterval(() => held, 1000);";
          export const handler = async () => {
            const { stdout } = spawn(process.execPath, ["-e", child], { stdio: ["ignore", "pipe", "ignore"] });
            await once(stdout, "data");
            return process.memoryUsage.rss() / 1024 / 1024;
          };`,
      },
      functions: { nurse: { memorySizeMb: 1_024 } },
    });
    const own = Number((await invoke("nurse")).payload);
    const used = Number(/^REPORT .*Max Memory Used: (\d+) MB/m.exec(lines.text)?.[1]);
    expect(used).toBeGreaterThan(own + 280);
    expect(used).toBeLessThan(1_024);
  });

  it("ends after it was idle for long", async () => {
    const { invoke, lambda } = open({ handlers: { count }, idleMs: 50 });
    await invoke("count");
    await expect.poll(() => lambda.capacity().functions[0]?.sandboxes).toBe(0);
    expect((await invoke("count")).payload).toMatchObject({ calls: 1 });
  });

  it("that died between two calls costs the next one nothing but a cold start", async () => {
    const { invoke, lambda } = open({ handlers: { count } });
    const { pid } = (await invoke("count")).payload as { pid: number };
    process.kill(pid, "SIGKILL");
    await expect.poll(() => lambda.capacity().functions[0]?.sandboxes).toBe(0);
    expect(await invoke("count")).toMatchObject({ failed: false, payload: { calls: 1 } });
  });

  it("killed from outside in the middle of a call fails that call, and a new one serves the next", async () => {
    const { invoke, lines } = open({ handlers: { wait } });
    const { payload: pid } = await invoke("wait", { ms: 1 });
    const running = invoke("wait", { ms: 10_000 });
    await expect.poll(() => lines.text.match(/^START/gm)?.length).toBe(2);
    process.kill(pid as number, "SIGKILL");
    expect(await running).toMatchObject({
      failed: true,
      payload: {
        errorType: "Runtime.ExitError",
        errorMessage: expect.stringMatching(/^RequestId: \S+ Error: Runtime exited with error: signal: killed$/),
      },
    });
    const next = await invoke("wait", { ms: 1 });
    expect(next.failed).toBe(false);
    expect(next.payload).not.toBe(pid);
    expect(new Set(lines.entries.map(({ stream }) => stream)).size).toBe(2);
  });

  it("returns null for a handler that neither responds nor waits for anything", async () => {
    const { invoke } = open({
      handlers: {
        forgets: `export const handler = () => {};`,
        hangs: `export const handler = () => new Promise(() => {});`,
      },
    });
    expect(await invoke("forgets")).toEqual({ payload: null, failed: false });
    expect(await invoke("hangs")).toEqual({ payload: null, failed: false });
  });

  it("gets the context that Lambda gives", async () => {
    const { invoke } = open({
      handlers: {
        context: `export const handler = async (event, context) => ({ ...context, deadline: context.getRemainingTimeInMillis() + Date.now() });`,
      },
    });
    const [before, { payload }, after] = [Date.now(), await invoke("context"), Date.now()];
    expect(payload).toMatchObject({
      functionName: "context",
      functionVersion: "1",
      invokedFunctionArn: `${functionResource("context").arn}:live`,
      memoryLimitInMB: "256",
      awsRequestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    const { deadline } = payload as { deadline: number };
    expect(deadline).toBeGreaterThanOrEqual(before + 10_000);
    expect(deadline).toBeLessThanOrEqual(after + 10_000);
  });

  it("runs its initialisation again, within the first call, when that takes too long", async () => {
    const { invoke, lines, folder } = open({
      initSeconds: 1,
      handlers: {
        slow: `import { existsSync } from "node:fs";
          while (!existsSync(process.env.LAMBDA_TASK_ROOT + "/mark")) await new Promise((r) => setTimeout(r, 20));
          export const handler = async () => "ready";`,
      },
      functions: { slow: { timeoutSeconds: 60 } },
    });
    const call = invoke("slow");
    const report = /INIT_REPORT Init Duration: [1-9]\d{3,}\.\d\d ms\tPhase: init\tStatus: timeout/;
    await expect.poll(() => lines.text).toMatch(report);
    // Only the second process finds the mark.
    writeFileSync(path.join(folder, "image", "mark"), "");
    expect(await call).toEqual({ payload: "ready", failed: false });
  });
});

describe("calls at once", () => {
  it("run in parallel, each in a separate sandbox", async () => {
    const { invoke } = open({ handlers: { wait } });
    const results = await Promise.all([1, 2, 3].map(() => invoke("wait", { ms: 300 })));
    expect(new Set(results.map(({ payload }) => payload)).size).toBe(3);
  });

  it("beyond what the machine holds wait, in turn", async () => {
    const { invoke, lambda } = open({
      handlers: { wait },
      functions: { wait: { memorySizeMb: 1_769 } },
      machine: { cores: 2, memoryMb: 8_192 },
    });
    const calls = [1, 2, 3, 4, 5].map(() => invoke("wait", { ms: 100 }));
    expect(lambda.capacity().functions[0]).toMatchObject({ concurrency: 2, running: 2, waiting: 3 });
    expect(new Set((await Promise.all(calls)).map(({ payload }) => payload)).size).toBe(2);
  });

  it("beyond the declared concurrency are refused", async () => {
    const { invoke } = open({ handlers: { wait }, functions: { wait: { reservedConcurrency: 1 } } });
    const first = invoke("wait", { ms: 100 });
    await expect(invoke("wait", { ms: 1 })).rejects.toMatchObject({
      name: "TooManyRequestsException",
      status: 429,
      reason: "ReservedFunctionConcurrentInvocationLimitExceeded",
    });
    await first;
    expect((await invoke("wait", { ms: 1 })).failed).toBe(false);
  });

  it("that wait can be given up", async () => {
    const { invoke, lambda } = open({ handlers: { wait }, machine: { cores: 1, memoryMb: 256 } });
    const first = invoke("wait", { ms: 200 });
    const second = lambda.invoker.invoke({
      functionArn: `${functionResource("wait").arn}:live`,
      payload: '{"ms":1}',
      caller: operator,
      signal: AbortSignal.timeout(20),
    });
    await expect(second).rejects.toThrow(/timeout/);
    expect(lambda.capacity().functions[0]?.waiting).toBe(0);
    await first;
  });

  it("of another function take the memory of an idle sandbox", async () => {
    const { invoke, lambda } = open({ handlers: { count, echo }, machine: { cores: 2, memoryMb: 300 } });
    await invoke("count");
    await invoke("echo");
    expect(lambda.capacity().functions.map(({ name, sandboxes }) => [name, sandboxes])).toEqual([
      ["count", 0],
      ["echo", 1],
    ]);
  });
});

describe("a changed program", () => {
  it("gets new sandboxes, while a running call ends on the old one", async () => {
    const { invoke, lambda, folder } = open({ handlers: { wait, count } });
    const before = (await invoke("count")).payload as { pid: number };
    const running = invoke("wait", { ms: 300 });
    const images = [{ uri: "image@sha256:1", context: path.join(folder, "image"), target: "light" }];
    const changed = { environment: { NEW: "value" } };
    lambda.update({ functions: [functionResource("wait", changed), functionResource("count")], images });
    expect((await invoke("count")).payload).toEqual({ pid: before.pid, calls: 2 });
    const after = await invoke("wait", { ms: 1 });
    const old = await running;
    expect(old.failed).toBe(false);
    expect(after.payload).not.toBe(old.payload);
    await expect.poll(() => lambda.capacity().functions.map(({ sandboxes }) => sandboxes)).toEqual([1, 1]);
  });

  it("that names an image it does not build is refused", () => {
    const { lambda } = open({ handlers: { echo } });
    const strange = functionResource("echo", { imageUri: "image@sha256:2" });
    expect(() => lambda.update({ functions: [strange], images: [] })).toThrow(
      'function "echo" runs image "image@sha256:2", which the program does not build',
    );
  });
});

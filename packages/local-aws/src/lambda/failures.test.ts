import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Harness, harness } from "./test-support/harness.ts";

/** Every way in which a function can fail, with AWS's name and format for the error. */
const handlers = {
  throws: `export const handler = async () => { throw new TypeError("no such thing"); };`,
  named: `class Own extends Error { constructor(m) { super(m); this.name = "OwnError"; } }
    export const handler = async () => { throw new Own("mine"); };`,
  text: `export const handler = async () => { throw "just text"; };`,
  callback: `export const handler = (event, context, callback) => callback(new RangeError("by callback"));`,
  circular: `export const handler = async () => { const a = {}; a.a = a; return a; };`,
  big: `export const handler = async () => "x".repeat(7 * 1024 * 1024);`,
  exits: `export const handler = async () => process.exit(3);`,
  leaves: `export const handler = async () => process.exit(0);`,
  killed: `export const handler = async () => { console.log("about to die"); process.kill(process.pid, "SIGKILL"); await new Promise(() => setInterval(() => {}, 1000)); };`,
  slow: `export const handler = async () => new Promise((resolve) => setTimeout(resolve, 60_000));`,
  spins: `export const handler = async () => { for (;;); };`,
  eats: `const held = []; export const handler = async () => { for (;;) { held.push(Buffer.alloc(16 << 20, 1)); await new Promise((r) => setTimeout(r, 20)); } };`,
  // Its child holds more than the function may; it holds nothing itself.
  feeds: `import { spawn } from "node:child_process";
    const child = "const held = Buffer.alloc(300 * 1024 * 1024, 1); setInterval(() => held, 1000);";
    export const handler = async () => { spawn(process.execPath, ["-e", child], { stdio: "ignore" }); await new Promise((r) => setTimeout(r, 50_000)); return process.memoryUsage.rss(); };`,
  heap: `const held = []; export const handler = async () => { for (let i = 0; ; i += 1) held.push({ i, list: [i, i, i] }); };`,
  uncaught: `export const handler = async () => { setTimeout(() => { throw new Error("out of band"); }, 10); await new Promise((r) => setTimeout(r, 5_000)); };`,
  rejected: `export const handler = async () => { Promise.reject(new Error("nobody looks")); await new Promise((r) => setTimeout(r, 5_000)); };`,
  broken: `export const handler = async () => { syntax error };`,
  misses: `import "not-there"; export const handler = async () => 1;`,
  absent: `export const handler = async () => 1;`,
  unexported: `export const other = async () => 1;`,
  initThrows: `throw new Error("cannot start");`,
  initExits: `process.exit(7);`,
} as const;

let lambda: Harness;
beforeAll(() => {
  const short = { timeoutSeconds: 1 };
  // What ends by its memory must not end by its time on a slow machine.
  const long = { timeoutSeconds: 55 };
  lambda = harness({
    handlers,
    functions: {
      absent: { command: ["absent/elsewhere.handler"] },
      slow: short,
      spins: short,
      eats: { ...long, memorySizeMb: 128 },
      feeds: { ...long, memorySizeMb: 256 },
      heap: { ...long, memorySizeMb: 128 },
    },
  });
});
afterAll(() => lambda.stop());

const fails = (name: keyof typeof handlers) => lambda.invoke(name).then(({ payload, failed }) => ({ failed, payload }));
const runtimeExit = (reason: string) => ({
  failed: true,
  payload: {
    errorType: "Runtime.ExitError",
    errorMessage: expect.stringMatching(new RegExp(`^RequestId: [0-9a-f-]{36} Error: Runtime exited ${reason}$`)),
  },
});

describe("a failing function", () => {
  it.each([
    ["throws", "TypeError", "no such thing"],
    ["named", "OwnError", "mine"],
    ["text", "string", "just text"],
    ["callback", "RangeError", "by callback"],
    ["circular", "Error", "Unable to stringify response body"],
    ["uncaught", "Error", "out of band"],
    ["rejected", "Runtime.UnhandledPromiseRejection", "Error: nobody looks"],
    ["unexported", "Runtime.HandlerNotFound", "unexported/handler.handler is undefined or not exported"],
    ["initThrows", "Error", "cannot start"],
  ] as const)("%s: the payload names %s and its message", async (name, errorType, errorMessage) => {
    expect(await fails(name)).toEqual({
      failed: true,
      payload: { errorType, errorMessage, trace: expect.any(Array) },
    });
  });

  it.each([
    ["broken", "Runtime.UserCodeSyntaxError"],
    ["misses", "Error"],
    ["absent", "Runtime.ImportModuleError"],
  ] as const)("%s: a module that does not load is %s", async (name, errorType) => {
    expect(await fails(name)).toMatchObject({ failed: true, payload: { errorType } });
  });

  it.each([
    ["exits", "with error: exit status 3"],
    ["leaves", "without providing a reason"],
    ["killed", "with error: signal: killed"],
    ["eats", "with error: signal: killed"],
    ["feeds", "with error: signal: killed"],
    ["heap", "with error: signal: (aborted|killed)"],
    ["initExits", "with error: exit status 7"],
  ] as const)("%s: a runtime that ends is Runtime.ExitError, %s", async (name, reason) => {
    expect(await fails(name)).toEqual(runtimeExit(reason));
  });

  it.each(["slow", "spins"] as const)("%s: past its timeout it is Sandbox.Timedout", async (name) => {
    expect(await fails(name)).toEqual({
      failed: true,
      payload: {
        errorType: "Sandbox.Timedout",
        errorMessage: expect.stringMatching(/^RequestId: [0-9a-f-]{36} Error: Task timed out after 1\.00 seconds$/),
      },
    });
  });

  it("a response above six megabytes is Function.ResponseSizeTooLarge", async () => {
    expect(await fails("big")).toMatchObject({ payload: { errorType: "Function.ResponseSizeTooLarge" } });
  });
});

describe("the log of a failing function", () => {
  const logOf = (name: string): string =>
    lambda.lines.entries
      .filter(({ group }) => group === `/aws/lambda/${name}`)
      .map(({ message }) => message)
      .join("\n");

  it("of a killed runtime has a START and no END", async () => {
    await fails("killed");
    const log = logOf("killed");
    expect(log).toMatch(/^START RequestId: \S+ Version: 1$/m);
    expect(log).toContain("about to die");
    expect(log).not.toMatch(/^END/m);
    expect(log).toMatch(/^REPORT .*Status: error\tError Type: Runtime.ExitError/m);
  });

  it("of a timeout says when and how long", async () => {
    await fails("slow");
    expect(logOf("slow")).toMatch(/Task timed out after 1\.00 seconds\nEND RequestId: \S+\nREPORT .*Status: timeout/);
  });

  it("of a failed initialisation has both attempts", async () => {
    await fails("initThrows");
    expect(logOf("initThrows")).toMatch(
      /INIT_REPORT .*Phase: init\tStatus: error[\s\S]*INIT_REPORT .*Phase: invoke\tStatus: error/,
    );
  });

  it("of a thrown error has the error with its stack, in one event", async () => {
    await fails("throws");
    const event = lambda.lines.entries.find(({ message }) => message.includes("Invoke Error"));
    expect(event?.message).toMatch(
      /\tERROR\tInvoke Error \t\{"errorType":"TypeError","errorMessage":"no such thing".*"stack":\[/,
    );
  });
});

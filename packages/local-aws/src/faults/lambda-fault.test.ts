import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { functionResource, type Harness, harness, operator } from "../lambda/test-support/harness.ts";
import { parseFaults } from "./fault-file.ts";
import { Faults } from "./faults.ts";
import { invokeErrorNames, invokeErrors } from "./invoke-errors.ts";

let current: object[] = [];
let faults: Faults;
beforeEach(() => {
  current = [];
});
const use = (fault: object): void => {
  current = [fault];
  faults = new Faults(parseFaults(JSON.stringify({ faults: current }), "f.json"));
};

/** Counts its calls in a file, so that a test sees whether it ran. */
const counting = `import { appendFileSync, readFileSync } from "node:fs"; import os from "node:os"; import path from "node:path";
  const file = path.join(os.tmpdir(), "calls");
  export const handler = async (event) => {
    if (event.count) return readFileSync(file, { encoding: "utf8", flag: "a+" }).length;
    appendFileSync(file, ".");
    if (event.waits) await new Promise((resolve) => setTimeout(resolve, 20_000));
    return "done";
  };`;
const lambda: Harness = harness({
  handlers: { work: counting },
  faults: { lambda: (called) => faults.lambda(called) },
});
afterAll(() => lambda.stop());
const functionArn = `${functionResource("work").arn}:live`;
const count = async (): Promise<number> =>
  Number(
    (
      await lambda.lambda.invoker.invoke({
        functionArn,
        payload: '{"count":true}',
        caller: operator,
        undisturbed: true,
      })
    ).payload,
  );

describe("a function under faults", () => {
  it.each(invokeErrorNames)("is refused with %s and its status, without a run", async (name) => {
    use({ service: "lambda", function: "work", error: name, firstCalls: 1 });
    const before = await count();
    await expect(lambda.invoke("work")).rejects.toMatchObject({ name, status: invokeErrors[name][0] });
    expect(await count()).toBe(before);
    expect(await lambda.invoke("work")).toEqual({ payload: "done", failed: false });
  });

  it("has run when its result is lost", async () => {
    use({ service: "lambda", error: "ServiceException", timing: "afterRun", firstCalls: 1 });
    const before = await count();
    await expect(lambda.invoke("work")).rejects.toMatchObject({ name: "ServiceException" });
    expect(await count()).toBe(before + 1);
  });

  it("fails without a name, or as if it had timed out", async () => {
    use({ service: "lambda", error: "Unknown", firstCalls: 1 });
    expect(await lambda.invoke("work")).toMatchObject({ failed: true, payload: { errorMessage: expect.any(String) } });
    use({ service: "lambda", error: "Sandbox.Timedout", firstCalls: 1 });
    expect(await lambda.invoke("work")).toMatchObject({ failed: true, payload: { errorType: "Sandbox.Timedout" } });
  });

  it("loses its sandbox in the middle of the call, and gets another one for the next", async () => {
    use({ service: "lambda", error: "SandboxKilled", withinMs: 300, firstCalls: 1 });
    const killed = await lambda.invoke("work", { waits: true });
    expect(killed).toMatchObject({ failed: true, payload: { errorType: "Runtime.ExitError" } });
    expect(await lambda.invoke("work")).toEqual({ payload: "done", failed: false });
  });
});

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { JsonataEvaluator } from "./jsonata/evaluator.ts";
import { functionArn, Harness, machine } from "./test-support/harness.ts";
import { recorded } from "./test-support/recorded.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "states-jsonata-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const chance = { id: "{% $uuid() %}", n: "{% $random() %}", at: "{% $now() %}" };
const inner = (name: string) => ({
  StartAt: name,
  States: { [name]: { Type: "Pass", Output: "{% [$states.input, $random()] %}", End: true } },
});
const each = (name: string, MaxConcurrency: number) => ({
  Type: "Map",
  Items: "{% [1..4] %}",
  MaxConcurrency,
  ItemProcessor: inner(name),
});
const call = {
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Arguments: { FunctionName: functionArn("echo"), Payload: { input: "{% $states.input %}", more: "{% $uuid() %}" } },
  Output: { got: "{% $states.result.Payload %}", at: "{% $millis() %}" },
};
/** A single sequence of events: random numbers are derived from positions, which are the same after a restart. */
const resource = machine({
  QueryLanguage: "JSONata",
  StartAt: "Begin",
  States: {
    Begin: { Type: "Pass", Output: chance, Assign: { drawn: "{% $random() %}" }, Next: "Call" },
    Call: { ...call, Next: "Each" },
    Each: { ...each("Draw", 1), Output: "{% [$states.result, $states.input.got] %}", Next: "Broken" },
    Broken: {
      Type: "Parallel",
      Branches: [inner("Again")],
      Output: "{% $gone %}",
      Catch: [
        { ErrorEquals: ["States.ALL"], Output: "{% [$states.input, $states.errorOutput.Error] %}", Next: "Late" },
      ],
      End: true,
    },
    Late: { Type: "Pass", Output: { all: "{% $states.input %}", more: "{% [$shuffle([1..9]), $drawn] %}" }, End: true },
  },
});
const sideBySide = machine({
  QueryLanguage: "JSONata",
  StartAt: "Both",
  States: {
    Both: {
      Type: "Parallel",
      Branches: [
        { StartAt: "Each", States: { Each: { ...each("Draw", 3), End: true } } },
        { StartAt: "Call", States: { Call: { ...call, Next: "Nap" }, Nap: { Type: "Wait", Seconds: 2, End: true } } },
        {
          StartAt: "Plain",
          States: { Plain: { Type: "Pass", Next: "Again" }, Again: { Type: "Pass", Output: "{% 1 %}", End: true } },
        },
      ],
      End: true,
    },
  },
});
const handlers = { echo: (input: unknown) => input };

describe("an execution in JSONata", () => {
  it("ends with the same chance and time, whichever event was the last on disk", async () => {
    const { arn, ended, events, cut } = await recorded(folder, resource, handlers);
    expect(ended.status).toBe("SUCCEEDED");
    expect(events.map(({ type }) => type)).toContain("EvaluationFailed");
    for (let count = 1; count < events.length; count += 1) {
      const harness = new Harness([resource], handlers, { dataDir: cut(count) });
      harness.states.recover();
      expect(await harness.ended(arn)).toMatchObject({ status: "SUCCEEDED", output: ended.output });
      expect((await harness.history(arn)).slice(0, count)).toEqual(events.slice(0, count));
      await harness.stop();
    }
  });

  it("records its events in one order, however long expressions take", async () => {
    const evaluator = new JsonataEvaluator();
    const orders = new Set<string>();
    for (const milliseconds of [0, 3, 1, 7]) {
      let turns = 0;
      const evaluate: JsonataEvaluator["evaluate"] = async (evaluation) => {
        turns += 1;
        await delay(turns % 2 === 0 ? milliseconds : 0);
        return evaluator.evaluate(evaluation);
      };
      const harness = new Harness([sideBySide], handlers, { jsonata: { evaluate } });
      const arn = await harness.start({}, "one", sideBySide.arn);
      await harness.ended(arn);
      orders.add((await harness.history(arn)).map(({ type, previousEventId }) => `${type}<${previousEventId}`).join());
      await harness.stop();
    }
    await evaluator.close();
    expect([...orders]).toHaveLength(1);
  });
});

import { describe, expect, it } from "vitest";
import { runOnce } from "../test-support/run-once.ts";

const pass = (fields: object) => ({ Type: "Pass", ...("Next" in fields ? {} : { End: true }), ...fields });

/** Returns the variables in the event at the end of each state, by state name. */
function assigned({ events }: Awaited<ReturnType<typeof runOnce>>) {
  return events.flatMap(({ stateExitedEventDetails: details }) =>
    details?.assignedVariables === undefined ? [] : [[details.name, details.assignedVariables]],
  );
}

describe("variables", () => {
  it("are assigned together, shown as JSON texts, and read by later states", async () => {
    const done = await runOnce(
      {
        StartAt: "First",
        States: {
          First: pass({ Assign: { a: 1, "copy.$": "$.x", list: [{ "y.$": "$.x" }] }, Next: "Second" }),
          Second: pass({ Assign: { a: 2, "old.$": "$a" }, Parameters: { "from.$": "$list[0].y" } }),
        },
      },
      { x: "v" },
    );
    expect(done.output).toEqual({ from: "v" });
    expect(assigned(done)).toEqual([
      ["First", { a: "1", copy: '"v"', list: '[{"y":"v"}]' }],
      ["Second", { a: "2", old: "1" }],
    ]);
  });

  it("of an outer scope are read inside Map and Parallel; what is assigned there stays there", async () => {
    const inner = { StartAt: "Inner", States: { Inner: pass({ Assign: { "seen.$": "$outer", mine: 1 } }) } };
    const branch = { StartAt: "Branch", States: { Branch: pass({ Parameters: { "got.$": "$outer" } }) } };
    const done = await runOnce(
      {
        StartAt: "Set",
        States: {
          Set: pass({ Assign: { outer: "o" }, Next: "Each" }),
          Each: { Type: "Map", ItemsPath: "$.items", ItemProcessor: inner, ResultPath: null, Next: "Both" },
          Both: { Type: "Parallel", Branches: [branch], Assign: { "results.$": "$" }, Next: "After" },
          After: pass({ Parameters: { "outer.$": "$outer", "results.$": "$results" }, Next: "Gone" }),
          Gone: pass({ Parameters: { "mine.$": "$mine" } }),
        },
      },
      { items: [1, 2] },
    );
    expect(assigned(done).filter(([name]) => name === "Inner")).toHaveLength(2);
    expect(
      done.events.find(({ stateExitedEventDetails: end }) => end?.name === "After")?.stateExitedEventDetails?.output,
    ).toBe('{"outer":"o","results":[{"got":"o"}]}');
    expect(done).toMatchObject({ status: "FAILED", error: "States.Runtime" });
    expect(done.cause).toContain("'$mine'");
  });

  it("are assigned by the rule that a Choice takes, by a Wait, and by a Catch from the error", async () => {
    const done = await runOnce(
      {
        StartAt: "Pick",
        States: {
          Pick: {
            Type: "Choice",
            Choices: [{ Variable: "$.n", NumericEquals: 1, Assign: { "picked.$": "$.n" }, Next: "Rest" }],
            Assign: { picked: "default" },
            Default: "Rest",
          },
          Rest: { Type: "Wait", Seconds: 1, Assign: { waited: true }, Next: "Try" },
          Try: {
            Type: "Parallel",
            Branches: [{ StartAt: "Break", States: { Break: { Type: "Fail", Error: "Broken", Cause: "why" } } }],
            Catch: [{ ErrorEquals: ["Broken"], Assign: { "error.$": "$.Error" }, Next: "Show" }],
            End: true,
          },
          Show: pass({ Parameters: { "all.$": "States.Array($picked, $waited, $error)" } }),
        },
      },
      { n: 1 },
    );
    expect(done.output).toEqual({ all: [1, true, "Broken"] });
  });
});

import { describe, expect, it } from "vitest";
import { FunctionError, functionArn } from "../test-support/harness.ts";
import { runOnce } from "../test-support/run-once.ts";

const only = (name: string, state: object) => ({
  QueryLanguage: "JSONata",
  StartAt: name,
  States: { [name]: { End: true, ...state }, Next: { Type: "Pass", End: true } },
});
const lambda = (name: string, fields: object = {}) => ({
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Arguments: { FunctionName: functionArn(name), Payload: "{% $states.input %}" },
  Output: "{% $states.result.Payload %}",
  ...fields,
});
const links = ({ events }: Awaited<ReturnType<typeof runOnce>>) =>
  events.map(({ id, previousEventId, type }) => `${id}<${previousEventId} ${type}`);

describe("a state in JSONata", () => {
  it("gives its Output and assigns variables that the next state reads", async () => {
    const done = await runOnce(
      {
        QueryLanguage: "JSONata",
        StartAt: "One",
        States: {
          One: {
            Type: "Pass",
            Output: { sum: "{% $sum($states.input.xs) %}", text: " {% not one %}" },
            Assign: { count: "{% $count($states.input.xs) %}" },
            Next: "Two",
          },
          Two: { Type: "Pass", Output: ["{% $count %}", "{% $states.context.State.Name %}"], End: true },
        },
      },
      { xs: [1, 2, 3] },
    );
    expect(done.output).toEqual([3, "Two"]);
    expect(done.events.find(({ type }) => type === "PassStateExited")?.stateExitedEventDetails).toMatchObject({
      output: '{"sum":6,"text":" {% not one %}"}',
      assignedVariables: { count: "3" },
    });
  });

  it("of a machine in JSONPath may be in JSONata, and hands on to both", async () => {
    const done = await runOnce(
      {
        StartAt: "Path",
        States: {
          Path: { Type: "Pass", Assign: { "v.$": "$.a" }, Next: "Query" },
          Query: { Type: "Pass", QueryLanguage: "JSONata", Output: { b: "{% $v + 1 %}" }, Next: "Back" },
          Back: { Type: "Pass", Parameters: { "c.$": "$.b", "v.$": "$v" }, End: true },
        },
      },
      { a: 1 },
    );
    expect(done.output).toEqual({ c: 2, v: 1 });
  });

  it("calls a function with its Arguments and reads the result", async () => {
    const done = await runOnce(only("Call", lambda("double")), 21, { double: (x) => Number(x) * 2 });
    expect(done.output).toBe(42);
    expect(done.calls).toMatchObject([{ payload: 21 }]);
  });

  it("catches an error with its own Output and Assign", async () => {
    const Catch = [
      {
        ErrorEquals: ["Broken"],
        Output: "{% $states.errorOutput.Error %}",
        Assign: { e: "{% $states.input %}" },
        Next: "Next",
      },
    ];
    const done = await runOnce(only("Call", lambda("fail", { Catch })), 1, {
      fail: () => {
        throw new FunctionError("Broken");
      },
    });
    expect(done.output).toBe("Broken");
    expect(done.events.find(({ type }) => type === "TaskStateExited")?.stateExitedEventDetails).toMatchObject({
      assignedVariables: { e: "1" },
    });
  });

  it("chooses the first rule whose Condition is true, with the rule's Output", async () => {
    const machine = only("Choose", {
      Type: "Choice",
      Choices: [
        { Condition: "{% $states.input.n > 10 %}", Next: "Next", Output: "large" },
        { Condition: "{% $states.input.n > 1 %}", Next: "Next", Assign: { n: 1 } },
      ],
      Default: "Next",
      Output: "default",
    });
    const { End: _, ...choose } = machine.States["Choose"] as { End?: boolean };
    const of = async (n: number) =>
      (await runOnce({ ...machine, States: { ...machine.States, Choose: choose } }, { n })).output;
    expect([await of(11), await of(2), await of(0)]).toEqual(["large", { n: 2 }, "default"]);
  });

  it("waits by expressions and shows the time behind the wait", async () => {
    const done = await runOnce(
      only("Wait", { Type: "Wait", Seconds: "{% $states.input %}", Output: "{% $millis() %}" }),
      5,
    );
    expect(done.slept).toEqual([5_000]);
    expect(done.output).toBe(Date.UTC(2026, 0, 1) + 5_000);
  });

  it("iterates Items with an ItemSelector, and branches with Arguments", async () => {
    const each = {
      StartAt: "Inner",
      States: { Inner: { Type: "Pass", Output: "{% $states.input.v * 10 %}", End: true } },
    };
    const map = {
      Type: "Map",
      Items: "{% $states.input.xs %}",
      ItemSelector: { v: "{% $states.context.Map.Item.Value %}" },
      MaxConcurrency: "{% 1 %}",
      ItemProcessor: each,
    };
    expect((await runOnce(only("Each", map), { xs: [1, 2] })).output).toEqual([10, 20]);
    const branch = (name: string, Output: string) => ({
      StartAt: name,
      States: { [name]: { Type: "Pass", Output, End: true } },
    });
    const parallel = {
      Type: "Parallel",
      Branches: [branch("First", "{% $states.input & '!' %}"), branch("Second", "other")],
      Arguments: "{% $states.input.a %}",
      Output: "{% $states.result[0] %}",
    };
    expect((await runOnce(only("Both", parallel), { a: "x" })).output).toBe("x!");
  });

  it("ends with an Error and a Cause that are evaluated", async () => {
    const { End: _, ...fail } = { End: true, Type: "Fail", Error: "{% $states.input.e %}", Cause: "{% 'because' %}" };
    const machine = { QueryLanguage: "JSONata", StartAt: "F", States: { F: fail } };
    expect(await runOnce(machine, { e: "Odd" })).toMatchObject({ status: "FAILED", error: "Odd", cause: "because" });
  });
});

describe("an expression that fails", () => {
  const cause = "An error occurred while executing the state 'S' (entered at the event id #2). The JSONata expression";

  it("fails its state with an event beside the state's beginning", async () => {
    const done = await runOnce(only("S", { Type: "Pass", Output: { a: ["{% $gone %}"] } }), {});
    const sentence = `${cause} '$gone' specified for the field 'Output/a[0]' returned nothing (undefined).`;
    expect(done).toMatchObject({ status: "FAILED", error: "States.QueryEvaluationError", cause: sentence });
    expect(links(done).slice(1)).toEqual(["2<0 PassStateEntered", "3<0 EvaluationFailed", "4<3 ExecutionFailed"]);
    expect(done.events[2]?.evaluationFailedEventDetails).toEqual({
      error: "States.QueryEvaluationError",
      cause: sentence,
      location: "Output/a[0]",
      state: "S",
    });
  });

  it.each([
    [
      { Type: "Pass", Output: "{% 1 + 'a' %}" },
      "'1 + 'a'' specified for the field 'Output' threw an error during evaluation. T2002: ",
    ],
    [
      { Type: "Pass", Output: "{% $sum([1..900000]) %}" },
      "threw an error during evaluation: Expression evaluation memory limit exceeded",
    ],
    [
      { Type: "Pass", Assign: { f: "{% $sum %}" } },
      "'$sum' specified for the field 'Assign/f' returned an unsupported result type.",
    ],
    [
      { Type: "Wait", Seconds: "{% 'a' %}" },
      "returned an unexpected result type. Expected 'number', but was 'string' for value: \"a\"",
    ],
  ])("is named with its field: %j", async (state, sentence) => {
    expect((await runOnce(only("S", state), {})).cause).toContain(sentence);
  });

  it("fails a Map state before it has started", async () => {
    const processor = { StartAt: "In", States: { In: { Type: "Pass", End: true } } };
    const done = await runOnce(only("S", { Type: "Map", Items: "{% 1 %}", ItemProcessor: processor }), {});
    expect(links(done).slice(2)).toEqual(["3<0 EvaluationFailed", "4<3 MapStateFailed", "5<4 ExecutionFailed"]);
    const input = await runOnce(only("S", { Type: "Map", ItemProcessor: processor }), 1);
    expect(input.cause).toContain("Map state input must be an array but was: 1");
    expect(input.events[2]?.evaluationFailedEventDetails).not.toHaveProperty("location");
  });

  it("comes behind the state's beginning where the value has the right type but no meaning", async () => {
    const done = await runOnce(only("S", { Type: "Wait", Timestamp: "{% '2016-12-05 21:29:29Z' %}" }), {});
    expect(links(done).slice(2)).toEqual(["3<2 EvaluationFailed", "4<3 ExecutionFailed"]);
    expect(done.cause).toContain(
      "The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: 2016-12-05 21:29:29Z",
    );
  });

  it("is caught by its name, in a Task", async () => {
    const Catch = [{ ErrorEquals: ["States.QueryEvaluationError"], Next: "Next" }];
    const done = await runOnce(only("S", lambda("any", { Arguments: "{% $gone %}", Catch })), {});
    expect(done).toMatchObject({ status: "SUCCEEDED", output: { Error: "States.QueryEvaluationError" } });
    expect(done.types).toContain("EvaluationFailed");
  });
});

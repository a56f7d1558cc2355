import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { functionArn, Harness } from "../test-support/harness.ts";

let harness: Harness;
beforeEach(() => {
  harness = new Harness([], { double: (input) => Number(input) * 2 });
});
afterEach(() => harness.stop());

const run = (state: object, more: object = {}) =>
  harness.call("TestState", { definition: JSON.stringify(state), ...more });
const task = {
  Type: "Task",
  Resource: "arn:aws:states:::lambda:invoke",
  Parameters: { FunctionName: functionArn("double"), "Payload.$": "States.JsonToString($.n)" },
  OutputPath: "$.Payload",
  Next: "After",
};
const failing = { errorOutput: { error: "Broken", cause: "why" } };

describe("TestState", () => {
  it("calls a task's function, and shows each step of its data when asked", async () => {
    const input = JSON.stringify({ n: 4 });
    expect(await run(task, { input })).toEqual({ status: "SUCCEEDED", output: "8", nextState: "After" });
    const shown = await run({ ...task, ResultPath: "$.out" }, { input, inspectionLevel: "DEBUG" });
    expect(shown).toMatchObject({ status: "FAILED", error: "States.Runtime" });
    expect((shown["inspectionData"] as Record<string, unknown>)["afterInputPath"]).toBe('{"n":4}');
  });

  it("takes a mocked result or error instead, also of a resource that is not run here", async () => {
    const other = { Type: "Task", Resource: "arn:aws:states:::sqs:sendMessage", Parameters: {}, End: true };
    expect(await run(other, { mock: { result: '{"MessageId":"1"}' } })).toEqual({
      status: "SUCCEEDED",
      output: '{"MessageId":"1"}',
    });
    const caught = { ...other, Catch: [{ ErrorEquals: ["Broken"], Next: "Handle" }] };
    expect(await run(caught, { mock: failing })).toMatchObject({
      status: "CAUGHT_ERROR",
      nextState: "Handle",
      output: '{"Error":"Broken","Cause":"why"}',
    });
    const retried = { ...other, Retry: [{ ErrorEquals: ["States.ALL"], MaxAttempts: 2, IntervalSeconds: 3 }] };
    const asked = { mock: failing, inspectionLevel: "TRACE" };
    expect(await run(retried, { ...asked, stateConfiguration: { retrierRetryCount: 1 } })).toMatchObject({
      status: "RETRIABLE",
      inspectionData: { errorDetails: { retryIndex: 0, retryBackoffIntervalSeconds: 6 } },
    });
    expect(await run(retried, { ...asked, stateConfiguration: { retrierRetryCount: 2 } })).toMatchObject({
      status: "FAILED",
    });
  });

  it("reads the variables and the context that are given", async () => {
    const state = { Type: "Pass", Parameters: { "v.$": "$x", "name.$": "$$.Execution.Name" }, End: true };
    const more = { variables: '{"x":[1]}', context: '{"Execution":{"Name":"one"}}' };
    expect(await run(state, more)).toMatchObject({ output: '{"v":[1],"name":"one"}' });
  });

  it("evaluates JSONata, and shows what a task is called with", async () => {
    const query = {
      Type: "Task",
      Resource: task.Resource,
      End: true,
      QueryLanguage: "JSONata",
      Arguments: { FunctionName: "f", Payload: "{% $states.input.a + $x %}" },
      Output: { got: "{% $states.result %}", name: "{% $states.context.State.Name %}" },
      Catch: [{ ErrorEquals: ["Broken"], Output: "{% $states.errorOutput.Cause %}", Next: "N" }],
    };
    const more = { input: '{"a":1}', variables: '{"x":2}', inspectionLevel: "TRACE" };
    expect(await run(query, { ...more, mock: { result: "[5]" } })).toMatchObject({
      output: '{"got":[5],"name":"StateName"}',
      inspectionData: { afterArguments: '{"FunctionName":"f","Payload":3}', result: "[5]", variables: '{"x":2}' },
    });
    expect(await run(query, { ...more, mock: failing })).toMatchObject({ status: "CAUGHT_ERROR", output: '"why"' });
    const broken = { Type: "Pass", QueryLanguage: "JSONata", Output: "{% $gone %}", End: true };
    expect(await run(broken, {})).toMatchObject({
      status: "FAILED",
      error: "States.QueryEvaluationError",
      cause: "The JSONata expression '$gone' specified for the field 'Output' returned nothing (undefined).",
    });
  });

  it("asks only for the fields that are there in mode PRESENT, and for nothing in mode NONE", async () => {
    const started = { Type: "Task", Resource: "arn:aws:states:::states:startExecution", End: true };
    const odd = { Type: "Task", Resource: "arn:aws:states:::events:putEvents", End: true };
    expect(await run(started, { mock: { result: "{}", fieldValidationMode: "PRESENT" } })).toMatchObject({
      output: "{}",
    });
    expect(await run(odd, { mock: { result: '{"Entries":1}', fieldValidationMode: "NONE" } })).toMatchObject({
      status: "SUCCEEDED",
    });
    expect(await run(odd, { mock: { result: '{"other":1}' } })).toMatchObject({ status: "SUCCEEDED" });
  });

  it("tests one state of a machine by its name", async () => {
    const machine = {
      StartAt: "A",
      States: { A: { Type: "Pass", Next: "B" }, B: { Type: "Pass", Result: 5, End: true } },
    };
    expect(await run(machine, { stateName: "B" })).toMatchObject({ output: "5" });
    await expect(run(machine, { stateName: "C" })).rejects.toThrow("State not found in definition");
  });

  it.each<[string, object, object]>([
    ["State type 'Pass' is not supported when a mock is specified", { Type: "Pass", End: true }, { mock: failing }],
    ["does not support Map or Parallel", { Type: "Parallel", Branches: [{}], End: true }, {}],
    ["only one of the following fields", task, { mock: { ...failing, result: "1" } }],
    ["Mocked result must be valid JSON", task, { mock: { result: "no" } }],
    ["Field 'other' is not allowed", task, { context: '{"Execution":{"other":1}}', mock: { result: "1" } }],
    [
      "INVALID_JSONATA_EXPRESSION: Unexpected end of expression at /States/StateName/Output",
      { Type: "Pass", QueryLanguage: "JSONata", Output: "{% 1 + %}", End: true },
      {},
    ],
    [
      "schema validation error: Field 'StatusCode' must be a number",
      task,
      { mock: { result: '{"StatusCode":"200"}' } },
    ],
    [
      "schema validation error: Required field 'ExecutionArn' is missing",
      { ...task, Resource: "arn:aws:states:::states:startExecution" },
      { mock: { result: '{"executionArn":"a"}' } },
    ],
    [
      "schema validation error: Field 'EventId' must be a string",
      { ...task, Resource: "arn:aws:states:::events:putEvents" },
      { mock: { result: '{"Entries":[{"EventId":"a"},{"EventId":[]}]}', fieldValidationMode: "PRESENT" } },
    ],
    [
      "schema validation error: Field 'MemorySize' is less than the minimum value",
      { ...task, Resource: "arn:aws:states:::aws-sdk:lambda:getFunction" },
      { mock: { result: '{"Configuration":{"MemorySize":127}}' } },
    ],
    [
      "schema validation error: Field 'CiphertextBlob' is smaller than the minimum length",
      { ...task, Resource: "arn:aws:states:::aws-sdk:kms:encrypt" },
      { mock: { result: '{"CiphertextBlob":""}' } },
    ],
  ])("refuses: %s", async (sentence, state, more) => {
    await expect(run(state, more)).rejects.toThrow(sentence);
  });
});

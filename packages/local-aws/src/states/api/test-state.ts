import { type Authorizer, AwsError } from "../../service.ts";
import { checkState } from "../asl/check-state.ts";
import type { MapState, ParallelState, State } from "../asl/definition.ts";
import type { Diagnostic } from "../asl/diagnostic.ts";
import { languageOf, languageProblems } from "../asl/language.ts";
import { diagnose } from "../asl/validate.ts";
import { isArray, isObject, type Json, type JsonObject, parseJson } from "../data/json.ts";
import { ExecutionError } from "../interpreter/error.ts";
import { assertRuns } from "../machines.ts";
import { mockProblem } from "../test-state/mock-schema.ts";
import type { Mock, StateTest } from "../test-state/state-test.ts";
import { type StateTester, testContext } from "../test-state/state-tester.ts";
import type { Fields, Operation } from "./protocol.ts";

/** The name that TestState uses for a state whose definition does not include its name. */
const unnamed = "StateName";
const group = /^(Map|Parallel)$/;
const mockable = /^(Task|Map|Parallel)$/;

/** TestState: runs a single state and calls or mocks its resource. */
export function testStateOperations(authorizer: Authorizer, tester: StateTester): Readonly<Record<string, Operation>> {
  return {
    async TestState(fields, caller) {
      authorizer.authorize(caller, "states:TestState", "*");
      const level = fields.oneOf("inspectionLevel", ["INFO", "DEBUG", "TRACE"]) ?? "INFO";
      const { name, state, language } = stateOf(fields.text("definition"), fields.optionalText("stateName"));
      const mock = mockOf(fields, state);
      const result = await tester.run({
        name,
        state,
        language,
        input: jsonOf(fields.optionalText("input") ?? "{}", "input"),
        roleArn: fields.optionalText("roleArn"),
        mock,
        context: contextOf(fields, state),
        variables: jsonOf(fields.optionalText("variables") ?? "{}", "variables") as JsonObject,
        retries: fields.optionalObject("stateConfiguration")?.number("retrierRetryCount") ?? 0,
        failedIterations: fields.optionalObject("stateConfiguration")?.number("mapIterationFailureCount") ?? 0,
      });
      const { inspectionData, ...rest } = result;
      return level === "INFO" ? rest : { ...rest, inspectionData };
    },
  };
}

/** Returns the state to test: the definition itself, or a state of the machine that it defines. */
function stateOf(text: string, wanted: string | undefined): Named {
  const definition = jsonOf(text, "definition");
  assertRuns(languageProblems(definition));
  if (!isObject(definition) || wanted === undefined) return checked(definition);
  const found = find(definition, wanted);
  if (found === undefined) throw new AwsError("ValidationException", "State not found in definition");
  assertRuns(diagnose(text, "STANDARD").filter(refused));
  const language = definition["QueryLanguage"] === "JSONata" ? "JSONata" : "JSONPath";
  return { name: wanted, state: found as unknown as State, language: languageOf(found, { express: false, language }) };
}

/** A state, its name, and the query language of its fields. */
interface Named extends Pick<StateTest, "name" | "state" | "language"> {}

function checked(value: Json): Named {
  const machine = { express: false, language: "JSONPath" } as const;
  assertRuns(checkState(unnamed, value, `/States/${unnamed}`, machine).filter(refused));
  return { name: unnamed, state: value as unknown as State, language: languageOf(value as JsonObject, machine) };
}

/** States that only this runtime cannot run can still be tested with a mock. States that AWS rejects cannot. */
function refused({ code }: Diagnostic): boolean {
  return !code.startsWith("UNSUPPORTED_") || code === "UNSUPPORTED_JSONATA_EXPRESSION";
}

/** Finds a state by name in the machine, including inside its Map and Parallel states. */
function find(scope: JsonObject, name: string): JsonObject | undefined {
  const states = scope["States"];
  if (!isObject(states)) return undefined;
  const own = Object.hasOwn(states, name) ? states[name] : undefined;
  if (isObject(own)) return own;
  for (const state of Object.values(states)) {
    if (!isObject(state)) continue;
    const branches = isArray(state["Branches"]) ? state["Branches"] : [];
    for (const inner of [state["ItemProcessor"], state["Iterator"], ...branches]) {
      const found = isObject(inner) ? find(inner, name) : undefined;
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

function mockOf(fields: Fields, state: State): Mock | undefined {
  const mock = fields.optionalObject("mock");
  if (mock === undefined) {
    if (!group.test(state.Type)) return undefined;
    throw new AwsError(
      "InvalidDefinition",
      "TestState API does not support Map or Parallel states. Supported state types include: [Task, Wait, Pass, Succeed, Fail, Choice]",
    );
  }
  if (!mockable.test(state.Type)) {
    throw new AwsError("ValidationException", `State type '${state.Type}' is not supported when a mock is specified`);
  }
  const error = mock.optionalObject("errorOutput");
  const text = mock.optionalText("result");
  if (error !== undefined && text !== undefined) {
    const sentence = "A test mock should have only one of the following fields: [result, errorOutput].";
    throw new AwsError("ValidationException", sentence);
  }
  if (error !== undefined) {
    return { error: new ExecutionError(error.optionalText("error") ?? "", error.optionalText("cause")) };
  }
  const mode = mock.oneOf("fieldValidationMode", ["STRICT", "PRESENT", "NONE"]) ?? "STRICT";
  const result = mockedResult(text ?? "{}", state);
  const problem = mockProblem(state, result, mode);
  if (problem !== undefined) {
    throw new AwsError("ValidationException", `Mock result schema validation error: ${problem}`);
  }
  return { result };
}

function mockedResult(text: string, state: State): Json {
  let value: Json;
  try {
    value = parseJson(text);
  } catch (error) {
    throw new AwsError("ValidationException", "Mocked result must be valid JSON", 400, { cause: error });
  }
  const branches = (state as ParallelState).Branches?.length;
  if (state.Type === "Parallel" && (!isArray(value) || value.length !== branches)) {
    const sentence = "Mocked result must contain the same number of items as number of Parallel branches.";
    throw new AwsError("ValidationException", sentence);
  }
  if (state.Type === "Map" && (state as MapState).ResultWriter !== undefined && !isObject(value)) {
    throw new AwsError("ValidationException", "Mocked result must be a JSON object.");
  }
  return value;
}

/** Reads the context object of a request. Throws "ValidationException" for fields that AWS does not allow there. */
function contextOf(fields: Fields, state: State): JsonObject | undefined {
  const text = fields.optionalText("context");
  if (text === undefined) return undefined;
  const context = jsonOf(text, "context");
  if (!isObject(context)) throw invalidContext("it must be a JSON object");
  if (context["Map"] !== undefined) throw invalidContext("'Map' field is not supported when mocking a Context object");
  const waits = state.Type === "Task" && /\.(sync(:2)?|waitForTaskToken)$/.test(state.Resource);
  if (context["Task"] !== undefined && !waits) {
    throw invalidContext(
      "Context object contains 'Task' when state is not a Task state with a '.sync' or '.waitForTaskToken' service integration pattern",
    );
  }
  for (const [field, allowed] of Object.entries(testContext)) {
    const value = context[field];
    const unknown = isObject(value) ? Object.keys(value).find((key) => !allowed.includes(key)) : undefined;
    if (unknown !== undefined) throw invalidContext(`Field '${unknown}' is not allowed`);
  }
  const unknown = Object.keys(context).find((field) => !Object.hasOwn(testContext, field));
  if (unknown !== undefined) throw invalidContext(`Field '${unknown}' is not allowed`);
  return context;
}

function invalidContext(problem: string): AwsError {
  return new AwsError("ValidationException", `Invalid Context object provided: ${problem}`);
}

function jsonOf(text: string, field: string): Json {
  try {
    return parseJson(text);
  } catch (error) {
    throw new AwsError("InvalidExecutionInput", `The field "${field}" is not JSON: ${String(error)}`, 400, {
      cause: error,
    });
  }
}

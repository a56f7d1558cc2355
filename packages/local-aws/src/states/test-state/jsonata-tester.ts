import { randomUUID } from "node:crypto";
import type { Catcher, ChoiceState, FailState, MapState, TaskState } from "../asl/definition.ts";
import { isArray, type Json, type JsonObject } from "../data/json.ts";
import { ExecutionError } from "../interpreter/error.ts";
import { settingsOf } from "../interpreter/map/map-run-settings.ts";
import { checkedNumber } from "../interpreter/number-of.ts";
import type { NumberBounds, NumberField } from "../interpreter/query/query.ts";
import { fillExpressions, QueryFailure, type QueryType, typed } from "../jsonata/template.ts";
import { call } from "./call.ts";
import {
  assertTolerated,
  mocked,
  noChoice,
  note,
  type Stage,
  type StateTest,
  type Tested,
  type Tester,
} from "./state-test.ts";

/** Tests a state whose fields use JSONata. */
export class JsonataTester implements Tester {
  readonly #test: StateTest;
  readonly #stage: Stage;

  constructor(test: StateTest, stage: Stage) {
    this.#test = test;
    this.#stage = stage;
  }

  async perform(): Promise<Tested> {
    try {
      return await this.#perform();
    } catch (error) {
      throw asExecutionError(error);
    }
  }

  async caught({ Output, Assign }: Catcher, index: number, error: ExecutionError): Promise<Json> {
    const known = { errorOutput: error.output };
    try {
      await this.#fill(Assign ?? null, `Catch[${index}]/Assign`, known);
      return Output === undefined ? error.output : await this.#fill(Output, `Catch[${index}]/Output`, known);
    } catch (failure) {
      throw asExecutionError(failure);
    }
  }

  async #perform(): Promise<Tested> {
    const { state, mock, input } = this.#test;
    switch (state.Type) {
      case "Pass":
      case "Wait":
        return { output: await this.#output(state, "", input, {}), next: state.Next };
      case "Succeed":
        return { output: await this.#output(state, "", input, {}) };
      case "Task": {
        const { Arguments = input } = state;
        const given = note(this.#stage, "afterArguments", await this.#fill(Arguments, "Arguments"));
        const result = note(this.#stage, "result", mock === undefined ? await this.#call(state, given) : mocked(mock));
        return { output: await this.#output(state, "", result, { result }), next: state.Next };
      }
      case "Parallel": {
        await this.#fill(state.Arguments ?? null, "Arguments");
        const result = mocked(mock);
        return { output: await this.#output(state, "", result, { result }), next: state.Next };
      }
      case "Map": {
        const result = await this.#map(state);
        return { output: await this.#output(state, "", result, { result }), next: state.Next };
      }
      case "Choice":
        return this.#choose(state);
      case "Fail":
        return this.#end(state);
    }
  }

  async #choose(state: ChoiceState): Promise<Tested> {
    const { input } = this.#test;
    for (const [index, rule] of state.Choices.entries()) {
      if (!(await this.#typed(rule.Condition ?? null, "boolean", `Choices[${index}]/Condition`))) continue;
      return { output: await this.#output(rule, `Choices[${index}]/`, input, {}), next: rule.Next };
    }
    if (state.Default === undefined) throw noChoice();
    return { output: await this.#output(state, "", input, {}), next: state.Default };
  }

  async #end(state: FailState): Promise<never> {
    const text = async (field: "Error" | "Cause") =>
      state[field] === undefined ? undefined : String(await this.#typed(state[field], "string", field));
    const cause = await text("Cause");
    throw new ExecutionError((await text("Error")) ?? "", cause);
  }

  async #map(state: MapState): Promise<Json> {
    const { input, failedIterations, mock } = this.#test;
    const items = state.Items === undefined ? input : await this.#typed(state.Items, "array", "Items");
    if (state.ItemReader === undefined && !isArray(items)) {
      throw new QueryFailure(`Map state input must be an array but was: ${JSON.stringify(input)}`);
    }
    const settings = await settingsOf(state, { number: (field, bounds) => this.#number(field, bounds) });
    Object.assign(this.#stage.seen, settings);
    const result = mocked(mock);
    assertTolerated(failedIterations, isArray(items) ? items.length : 0, settings);
    return result;
  }

  async #call(state: TaskState, parameters: Json): Promise<Json> {
    const seconds = (field: "TimeoutSeconds" | "HeartbeatSeconds") =>
      this.#number({ declared: state[field], path: undefined, field }, { least: 1 });
    const deadlines = {
      timeoutSeconds: await seconds("TimeoutSeconds"),
      heartbeatSeconds: await seconds("HeartbeatSeconds"),
    };
    return call(state, parameters, deadlines, this.#stage.run);
  }

  async #output(
    { Output, Assign }: { readonly Output?: Json; readonly Assign?: JsonObject },
    inside: string,
    fallback: Json,
    known: JsonObject,
  ): Promise<Json> {
    const output = Output === undefined ? fallback : await this.#fill(Output, `${inside}Output`, known);
    await this.#fill(Assign ?? null, `${inside}Assign`, known);
    return output;
  }

  async #number({ declared, field }: NumberField, bounds?: NumberBounds): Promise<number | undefined> {
    if (declared === undefined) return undefined;
    const value = Number(await this.#typed(declared, "number", field));
    const problem = checkedNumber(value, field, bounds);
    if (problem !== undefined) throw new QueryFailure(problem, field);
    return value;
  }

  async #typed(template: Json, type: QueryType, location: string): Promise<Json> {
    return typed(await this.#fill(template, location), type, template, location);
  }

  #fill(template: Json, location: string, known: JsonObject = {}): Promise<Json> {
    const { run, context, now } = this.#stage;
    const states = { input: this.#test.input, context, ...known };
    const bindings = { ...this.#test.variables, states };
    return fillExpressions(template, location, { evaluate: run.evaluate, bindings, seed: randomUUID(), now });
  }
}

/** In a test, AWS's messages name neither the state nor its event. */
function asExecutionError(error: unknown): unknown {
  if (!(error instanceof QueryFailure)) return error;
  return new ExecutionError("States.QueryEvaluationError", error.message, { cause: error });
}

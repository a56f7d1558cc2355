import type { Catcher, MapState, TaskState } from "../asl/definition.ts";
import { type FlowFields, placeResult, selectInput, selectOutput } from "../data/flow.ts";
import { isArray, type Json } from "../data/json.ts";
import { read, type Scope } from "../data/path.ts";
import { fill } from "../data/template.ts";
import { holds } from "../interpreter/comparison.ts";
import { ExecutionError, RuntimeFailure } from "../interpreter/error.ts";
import { settingsOf } from "../interpreter/map/map-run-settings.ts";
import { numberOf } from "../interpreter/number-of.ts";
import type { NumberBounds, NumberField } from "../interpreter/query/query.ts";
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

/** Tests a state whose fields use JSONPath. */
export class JsonPathTester implements Tester {
  readonly #test: StateTest;
  readonly #stage: Stage;
  readonly #scope: Scope;

  constructor(test: StateTest, stage: Stage) {
    this.#test = test;
    this.#stage = stage;
    this.#scope = { data: test.input, context: stage.context, variables: test.variables };
  }

  async perform(): Promise<Tested> {
    const { state, mock } = this.#test;
    switch (state.Type) {
      case "Pass":
        if (state.Result === undefined) return this.#finish(state, this.#filled(state), state.Next);
        return this.#finish(state, note(this.#stage, "result", state.Result), state.Next);
      case "Task": {
        const parameters = this.#filled(state);
        const result = mock === undefined ? await this.#call(state, parameters) : mocked(mock);
        return this.#finish(state, note(this.#stage, "result", result), state.Next);
      }
      case "Parallel":
        return this.#finish(state, mocked(mock), state.Next);
      case "Map":
        return this.#finish(state, await this.#map(state), state.Next);
      case "Choice": {
        const own = this.#selected(state);
        const next = state.Choices.find((rule) => holds(rule, own))?.Next ?? state.Default;
        if (next === undefined) throw noChoice();
        return { output: selectOutput(state, own), next };
      }
      case "Wait":
        return { output: selectOutput(state, this.#selected(state)), next: state.Next };
      case "Succeed":
        return { output: selectOutput(state, this.#selected(state)) };
      case "Fail": {
        this.#selected({});
        const text = (value: string | undefined, path: string | undefined, field: string) =>
          path === undefined ? value : String(read(path, this.#scope, field));
        const cause = text(state.Cause, state.CausePath, "CausePath");
        throw new ExecutionError(text(state.Error, state.ErrorPath, "ErrorPath") ?? "", cause);
      }
    }
  }

  async caught({ ResultPath }: Catcher, _index: number, error: ExecutionError): Promise<Json> {
    return placeResult(ResultPath, this.#test.input, error.output);
  }

  #selected(fields: FlowFields): Scope {
    return { ...this.#scope, data: note(this.#stage, "afterInputPath", selectInput(fields, this.#scope)) };
  }

  #filled(fields: FlowFields): Json {
    const scope = this.#selected(fields);
    const value = fields.Parameters === undefined ? scope.data : fill(fields.Parameters, scope, Math.random);
    return note(this.#stage, "afterParameters", value);
  }

  #finish(fields: FlowFields, result: Json, next: string | undefined): Tested {
    const { ResultSelector } = fields;
    const scope = { ...this.#scope, data: result };
    const selected = ResultSelector === undefined ? result : fill(ResultSelector, scope, Math.random);
    note(this.#stage, "afterResultSelector", selected);
    const data = note(this.#stage, "afterResultPath", placeResult(fields.ResultPath, this.#test.input, selected));
    return { output: selectOutput(fields, { ...this.#scope, data }), next };
  }

  async #map(state: MapState): Promise<Json> {
    const scope = this.#selected(state);
    let count = 0;
    if (state.ItemReader === undefined) {
      const path = state.ItemsPath ?? "$";
      const items = read(path, scope, "ItemsPath");
      if (!isArray(items)) {
        throw new RuntimeFailure(`Reference path "${path.replace(/^\$\$/, "$")}" must point to array.`);
      }
      count = note(this.#stage, "afterItemsPath", items).length;
    }
    const number = ({ declared, path, field }: NumberField, bounds?: NumberBounds) =>
      numberOf(typeof declared === "number" ? declared : undefined, path, field, scope, bounds);
    const settings = await settingsOf(state, { number });
    Object.assign(this.#stage.seen, settings);
    const result = mocked(this.#test.mock);
    assertTolerated(this.#test.failedIterations, count, settings);
    return result;
  }

  #call(state: TaskState, parameters: Json): Promise<Json> {
    const seconds = (declared: number | string | undefined) => (typeof declared === "number" ? declared : undefined);
    const deadlines = {
      timeoutSeconds: seconds(state.TimeoutSeconds),
      heartbeatSeconds: seconds(state.HeartbeatSeconds),
    };
    return call(state, parameters, deadlines, this.#stage.run);
  }
}

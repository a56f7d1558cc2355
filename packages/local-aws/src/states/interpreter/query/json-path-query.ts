import type { Catcher, FailState, MapState, State, TaskState } from "../../asl/definition.ts";
import {
  assign,
  effectiveInput,
  type FlowFields,
  type Given,
  placeResult,
  selectInput,
  selectOutput,
  stateOutput,
} from "../../data/flow.ts";
import { evaluateIntrinsic } from "../../data/intrinsics.ts";
import { isArray, type Json, wholeNumber } from "../../data/json.ts";
import { read, type Scope } from "../../data/path.ts";
import { fill } from "../../data/template.ts";
import { type ExecutionError, RuntimeFailure } from "../error.ts";
import type { Frame } from "../frame.ts";
import { numberOf } from "../number-of.ts";
import type { Iteration, NumberBounds, NumberField, PassOnFields, Query } from "./query.ts";

/** Reads a state's fields with JSONPath: paths, payload templates and intrinsic functions. */
export class JsonPathQuery implements Query {
  readonly #state: State;
  readonly #frame: Frame;
  readonly #input: Json;

  constructor(state: State, frame: Frame, input: Json) {
    this.#state = state;
    this.#frame = frame;
    this.#input = input;
  }

  get #flow(): FlowFields {
    return this.#state as FlowFields;
  }

  /** The scope of the raw input. */
  get #whole(): Scope {
    return this.#frame.scope(this.#input);
  }

  /** The scope of the data that InputPath selects. */
  get #selected(): Scope {
    return this.#frame.scope(selectInput(this.#flow, this.#whole));
  }

  input(): Json {
    return effectiveInput(this.#flow, this.#whole, this.#frame.random);
  }

  output(result: Json): Given {
    return stateOutput(this.#flow, this.#whole, result, this.#frame.random);
  }

  passOn({ Assign }: PassOnFields): Given {
    const scope = this.#selected;
    const assigned = assign(Assign, scope, this.#frame.random);
    return { output: selectOutput(this.#flow, scope), ...assigned };
  }

  caught(catcher: Catcher, _index: number, error: ExecutionError): Given {
    return {
      output: placeResult(catcher.ResultPath, this.#input, error.output),
      ...assign(catcher.Assign, this.#frame.scope(error.output), this.#frame.random),
    };
  }

  deadline(field: "TimeoutSeconds" | "HeartbeatSeconds"): number | undefined {
    const state = this.#state as TaskState;
    const declared = state[field];
    if (typeof declared === "number") return declared;
    const path = state[`${field}Path`];
    if (path === undefined) return undefined;
    const whole = wholeNumber(read(path, this.#whole, `${field}Path`));
    if (whole !== undefined && whole > 0) return whole;
    throw new RuntimeFailure(`The ${field}Path parameter has to reference a positive integer: ${path}`);
  }

  number({ declared, path, field }: NumberField, bounds?: NumberBounds): number | undefined {
    return numberOf(typeof declared === "number" ? declared : undefined, path, field, this.#selected, bounds);
  }

  items(): readonly Json[] {
    const path = (this.#state as MapState).ItemsPath ?? "$";
    const items = read(path, this.#selected, "ItemsPath");
    if (!isArray(items))
      throw new RuntimeFailure(`Reference path "${path.replace(/^\$\$/, "$")}" must point to array.`);
    return items;
  }

  item({ context, branch, index }: Iteration): Json {
    const { ItemSelector, Parameters } = this.#state as MapState;
    const selector = ItemSelector ?? Parameters;
    if (selector === undefined) return context.Item["Value"] ?? null;
    const scope = this.#frame.scope(this.#selected.data, context);
    // The item of a child execution may be read again without the others, so it has a separate sequence of random
    // numbers.
    return fill(selector, scope, branch === undefined ? this.#frame.chance(`items ${index}`) : this.#frame.random);
  }

  template(template: Json, location: string): Json {
    const random = location === "ItemBatcher/BatchInput" ? this.#frame.chance("batches") : this.#frame.random;
    return fill(template, this.#selected, random);
  }

  text(field: "Error" | "Cause"): string | undefined {
    const state = this.#state as FailState;
    const path = state[`${field}Path`];
    if (path === undefined) return state[field];
    const name = `${field}Path`;
    const value = path.startsWith("$")
      ? read(path, this.#whole, name)
      : evaluateIntrinsic(path, this.#whole, this.#frame.random, name);
    if (typeof value !== "string") throw new RuntimeFailure(`The field '${name}' does not give a string: '${path}'`);
    return value;
  }
}

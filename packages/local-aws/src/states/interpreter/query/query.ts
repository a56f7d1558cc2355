import type { Catcher } from "../../asl/definition.ts";
import type { Given } from "../../data/flow.ts";
import type { Json, JsonObject } from "../../data/json.ts";
import type { Branch } from "../branch.ts";
import type { ExecutionError } from "../error.ts";

export type Awaitable<Value> = Value | Promise<Value>;

/** The range of a number; `whole`, which requires an integer, is the default. */
export interface NumberBounds {
  readonly least?: number;
  readonly most?: number;
  readonly whole?: boolean;
}

/** A number in the definition: a literal, a path (`…Path`, JSONPath) or an expression (JSONata). */
export interface NumberField {
  readonly declared: number | string | undefined;
  readonly path: string | undefined;
  /** Name of the field, such as "MaxItems". */
  readonly field: string;
  /**
   * Location of the field in its state, such as "ItemReader/ReaderConfig"; absent if the field is directly in the
   * state.
   */
  readonly inside?: string;
}

/**
 * An iteration of a Map state: its index, from which random numbers are derived, its `Map` in the context object, and
 * its branch.
 */
export interface Iteration {
  readonly index: number;
  readonly context: JsonObject & { readonly Item: JsonObject };
  readonly branch?: Branch;
}

/** Reads the fields of a state during one visit. There is one implementation per query language. */
export interface Query {
  /** The data that the state works on: InputPath and Parameters, or Arguments. */
  input(): Awaitable<Json>;
  /** The output of the state for a result, and the variables that it assigns. */
  output(result: Json): Awaitable<Given>;
  /**
   * The output of a state without a result. `fields` are those of the state, or of the rule that a Choice takes. For
   * `now`, see `Evaluation`.
   */
  passOn(fields: PassOnFields, now?: number): Awaitable<Given>;
  /** The output of a Catch. */
  caught(catcher: Catcher, index: number, error: ExecutionError): Awaitable<Given>;
  /** TimeoutSeconds or HeartbeatSeconds of a task: a positive integer, or undefined. */
  deadline(field: "TimeoutSeconds" | "HeartbeatSeconds"): Awaitable<number | undefined>;
  number(field: NumberField, bounds?: NumberBounds): Awaitable<number | undefined>;
  /** The array over which a Map state iterates. */
  items(): Awaitable<readonly Json[]>;
  /** The input of one iteration or child execution. */
  item(iteration: Iteration): Awaitable<Json>;
  /** Fills a template at a location in the state, using the input that the state selects. */
  template(template: Json, location: string): Awaitable<Json>;
  /** A string field of a Fail state. */
  text(field: "Error" | "Cause"): Awaitable<string | undefined>;
}

export interface PassOnFields {
  readonly Assign?: JsonObject;
  readonly Output?: Json;
  /** Location of the fields in the state, such as "Choices[0]/"; absent if they are directly in the state. */
  readonly inside?: string;
}

import type { Catcher } from "../../asl/definition.ts";
import type { Given } from "../../data/flow.ts";
import type { Json, JsonObject } from "../../data/json.ts";
import type { Branch } from "../branch.ts";
import type { ExecutionError } from "../error.ts";

export type Awaitable<Value> = Value | Promise<Value>;

/** What a number may be; `whole` is the default. */
export interface NumberBounds {
  readonly least?: number;
  readonly most?: number;
  readonly whole?: boolean;
}

/** A number of the definition: literal, by a path (`…Path`, JSONPath), or by an expression (JSONata). */
export interface NumberField {
  readonly declared: number | string | undefined;
  readonly path: string | undefined;
  /** Name of the field, as in "MaxItems". */
  readonly field: string;
  /** Where the field is in its state, as in "ItemReader/ReaderConfig"; nothing: in the state itself. */
  readonly inside?: string;
}

/** What an iteration of a Map state is: its place for chance, its `Map` of the context object, and its line of events. */
export interface Iteration {
  readonly index: number;
  readonly context: JsonObject & { readonly Item: JsonObject };
  readonly branch?: Branch;
}

/** How one visit to a state reads the state's fields: one implementation per query language. */
export interface Query {
  /** What the state works on: InputPath and Parameters, or Arguments. */
  input(): Awaitable<Json>;
  /** What the state gives for a result, and the variables that it assigns. */
  output(result: Json): Awaitable<Given>;
  /** What a state without a result gives; `fields` are its own, or those of the rule that a Choice takes. `now`: see `Evaluation`. */
  passOn(fields: PassOnFields, now?: number): Awaitable<Given>;
  /** What a Catch gives. */
  caught(catcher: Catcher, index: number, error: ExecutionError): Awaitable<Given>;
  /** TimeoutSeconds or HeartbeatSeconds of a task: a positive whole number, or undefined. */
  deadline(field: "TimeoutSeconds" | "HeartbeatSeconds"): Awaitable<number | undefined>;
  number(field: NumberField, bounds?: NumberBounds): Awaitable<number | undefined>;
  /** The array that a Map state iterates. */
  items(): Awaitable<readonly Json[]>;
  /** What one iteration or child execution starts with. */
  item(iteration: Iteration): Awaitable<Json>;
  /** A template at a place of the state, filled from the input that the state selects. */
  template(template: Json, location: string): Awaitable<Json>;
  /** A text of a Fail state. */
  text(field: "Error" | "Cause"): Awaitable<string | undefined>;
}

export interface PassOnFields {
  readonly Assign?: JsonObject;
  readonly Output?: Json;
  /** Where the fields are in the state, as in "Choices[0]/"; nothing: they are the state's. */
  readonly inside?: string;
}

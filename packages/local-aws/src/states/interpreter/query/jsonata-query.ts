import type { Catcher, FailState, MapState, State, TaskState } from "../../asl/definition.ts";
import type { Given } from "../../data/flow.ts";
import { isArray, type Json, type JsonObject } from "../../data/json.ts";
import { fillExpressions, QueryFailure, type QueryType, typed } from "../../jsonata/template.ts";
import type { Branch } from "../branch.ts";
import { ExecutionError } from "../error.ts";
import type { Frame } from "../frame.ts";
import { checkedNumber } from "../number-of.ts";
import type { Iteration, NumberBounds, NumberField, PassOnFields, Query } from "./query.ts";

/** State types whose expressions may read `$states.result`. */
const withResult: ReadonlySet<string> = new Set(["Task", "Parallel", "Map"]);

interface Place {
  /** Members of `$states` in addition to `input` and `context`. */
  readonly known?: JsonObject;
  readonly iteration?: Iteration;
  readonly now?: number;
}

/** Reads a state's fields with JSONata: any value may contain expressions, `{% … %}`. */
export class JsonataQuery implements Query {
  readonly #state: State;
  readonly #frame: Frame;
  readonly #input: Json;

  constructor(state: State, frame: Frame, input: Json) {
    this.#state = state;
    this.#frame = frame;
    this.#input = input;
  }

  input(): Json | Promise<Json> {
    const { Arguments } = this.#state as TaskState;
    return Arguments === undefined ? this.#input : this.#fill(Arguments, "Arguments");
  }

  async output(result: Json): Promise<Given> {
    return this.#given(this.#state as TaskState, "", result, withResult.has(this.#state.Type) ? { result } : {});
  }

  passOn({ inside = "", ...fields }: PassOnFields, now?: number): Promise<Given> {
    return this.#given(fields, inside, this.#input, {}, now);
  }

  caught(catcher: Catcher, index: number, error: ExecutionError): Promise<Given> {
    return this.#given(catcher, `Catch[${index}]/`, error.output, { errorOutput: error.output });
  }

  deadline(field: "TimeoutSeconds" | "HeartbeatSeconds"): number | undefined | Promise<number | undefined> {
    const declared = (this.#state as TaskState)[field];
    return this.number({ declared, path: undefined, field }, { least: 1 });
  }

  async number({ declared, field, inside }: NumberField, bounds?: NumberBounds): Promise<number | undefined> {
    if (declared === undefined) return undefined;
    const location = inside === undefined ? field : `${inside}/${field}`;
    const value = (await this.#typed(declared, "number", location)) as number;
    const problem = checkedNumber(value, field, bounds);
    return problem === undefined ? value : this.fail(new QueryFailure(problem, location));
  }

  async items(): Promise<readonly Json[]> {
    const { Items } = this.#state as MapState;
    if (Items !== undefined) return (await this.#typed(Items, "array", "Items")) as readonly Json[];
    if (isArray(this.#input)) return this.#input;
    return this.fail(new QueryFailure(`Map state input must be an array but was: ${JSON.stringify(this.#input)}`));
  }

  item(iteration: Iteration): Json | Promise<Json> {
    const { ItemSelector } = this.#state as MapState;
    if (ItemSelector === undefined) return iteration.context.Item["Value"] ?? null;
    return this.#fill(ItemSelector, "ItemSelector", { iteration });
  }

  template(template: Json, location: string): Promise<Json> {
    return this.#fill(template, location);
  }

  async text(field: "Error" | "Cause"): Promise<string | undefined> {
    const template = (this.#state as FailState)[field];
    return template === undefined ? undefined : ((await this.#typed(template, "string", field)) as string);
  }

  /** Evaluates a field that needs a value of a specific type. */
  async field(template: Json, type: QueryType, location: string): Promise<Json> {
    return this.#typed(template, type, location);
  }

  async #typed(template: Json, type: QueryType, location: string): Promise<Json> {
    const value = await this.#fill(template, location);
    try {
      return typed(value, type, template, location);
    } catch (error) {
      return this.#failed(error, this.#frame.branch);
    }
  }

  async #given(
    { Output, Assign }: { readonly Output?: Json; readonly Assign?: JsonObject },
    inside: string,
    fallback: Json,
    known: JsonObject,
    now?: number,
  ): Promise<Given> {
    const place = { known, ...(now === undefined ? {} : { now }) };
    const output = Output === undefined ? fallback : await this.#fill(Output, `${inside}Output`, place);
    if (Assign === undefined) return { output };
    return { output, assigned: (await this.#fill(Assign, `${inside}Assign`, place)) as JsonObject };
  }

  async #fill(template: Json, location: string, { known = {}, iteration, now }: Place = {}): Promise<Json> {
    const { run, retryCount, enteredId } = this.#frame;
    const branch = iteration?.branch ?? this.#frame.branch;
    const upcoming = branch.upcoming();
    if (upcoming?.type === "EvaluationFailed") return this.#remembered(branch);
    const { context, variables = {} } = this.#frame.scope(this.#input, iteration?.context);
    const states = { input: this.#input, context, ...known };
    try {
      return await fillExpressions(template, location, {
        evaluate: (evaluation) => branch.outside(() => run.evaluate(evaluation)),
        bindings: { ...variables, states },
        seed: `${run.arn} ${enteredId} ${retryCount} ${location} ${iteration?.index ?? ""}`,
        now: now ?? branch.latest,
      });
    } catch (error) {
      return this.#failed(error, branch);
    }
  }

  /** Fails the state because an expression's value is not valid for its field. */
  async fail(failure: QueryFailure): Promise<never> {
    return this.#failed(failure, this.#frame.branch);
  }

  /** In AWS's histories, the event of a failed expression follows the same event as the state's first event. */
  async #failed(error: unknown, branch: Branch): Promise<never> {
    if (!(error instanceof QueryFailure)) throw error;
    const { name, enteredId, enteredBehind } = this.#frame;
    const target = `An error occurred while executing the state '${name}' (entered at the event id #${enteredId}).`;
    const failed = new ExecutionError("States.QueryEvaluationError", `${target} ${error.message}`, { cause: error });
    if (branch.previous === enteredId && !(error instanceof ConversionFailure)) branch.follow(enteredBehind);
    const where = error.location === undefined ? {} : { location: error.location };
    await branch.record("EvaluationFailed", { ...failed.details, ...where, state: name });
    throw failed;
  }

  /**
   * Throws the failure that is on record, so that a resumed execution fails in the same way even if the expression
   * would now return something else.
   */
  async #remembered(branch: Branch): Promise<never> {
    const { details = {} } = await branch.record("EvaluationFailed");
    throw new ExecutionError(String(details["error"]), String(details["cause"]));
  }
}

/**
 * A value with the right type but an invalid meaning, such as a malformed Timestamp. Its event follows the state's
 * first event.
 */
export class ConversionFailure extends QueryFailure {}

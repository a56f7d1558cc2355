import { ExecutionError } from "../interpreter/error.ts";
import type { Json } from "./json.ts";

/**
 * Source of random numbers for `States.MathRandom` and `States.UUID`. A call at the same place in the same execution
 * always gets the same numbers.
 */
export type Random = () => number;

/** The arguments of a call, with the checks that all functions share. */
export class Arguments {
  readonly name: string;
  readonly values: readonly Json[];

  constructor(name: string, values: readonly Json[], least: number, most = least) {
    this.name = name;
    this.values = values;
    if (values.length >= least && values.length <= most) return;
    const expected = least === most ? `${least}` : most === Infinity ? `at least ${least}` : `${least} to ${most}`;
    this.fail(`takes ${expected} arguments, not ${values.length}`);
  }

  at(index: number): Json {
    return this.values[index] ?? null;
  }

  text(index: number): string {
    const value = this.at(index);
    return typeof value === "string" ? value : this.fail(`needs a string as argument ${index + 1}`);
  }

  number(index: number): number {
    const value = this.at(index);
    return typeof value === "number" ? value : this.fail(`needs a number as argument ${index + 1}`);
  }

  /** AWS rounds a number if a function needs an integer. */
  integer(index: number): number {
    return Math.round(this.number(index));
  }

  array(index: number): readonly Json[] {
    const value = this.at(index);
    return Array.isArray(value) ? (value as Json[]) : this.fail(`needs an array as argument ${index + 1}`);
  }

  fail(problem: string): never {
    throw new ExecutionError("States.IntrinsicFailure", `The function '${this.name}' ${problem}.`);
  }
}

export type IntrinsicFunction = (values: readonly Json[], random: Random, name: string) => Json;

import { parseJson } from "../model/words.ts";
import type { Drafts } from "./drafts.ts";

const inputsKept = 5;
/** Characters of an input that is kept: the browser keeps about five million in all. */
const mostCharacters = 64 * 1024;

/** The inputs with which executions of each machine were started last in this tab, newest first. */
export class LastInputs {
  readonly #drafts: Drafts;

  constructor(drafts: Drafts) {
    this.#drafts = drafts;
  }

  of(machineArn: string): readonly string[] {
    const kept = parseJson(this.#drafts.read(fieldOf(machineArn)));
    return Array.isArray(kept) ? kept.filter((each) => typeof each === "string") : [];
  }

  add(machineArn: string, input: string): void {
    if (input.length > mostCharacters) return;
    const others = this.of(machineArn).filter((each) => each !== input);
    this.#drafts.write(fieldOf(machineArn), JSON.stringify([input, ...others].slice(0, inputsKept)));
  }
}

function fieldOf(machineArn: string): string {
  return `inputs ${machineArn}`;
}

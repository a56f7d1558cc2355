import { type Problem, problemOf } from "../service/problem.ts";
import type { ExecutionRow, StepFunctions } from "../service/step-functions.ts";
import { type ExecutionFacts, FactReader } from "./execution-facts.ts";
import { ExecutionList } from "./execution-list.ts";

/** Number of executions whose data one search reads; each costs a call. */
const searchedAtOnce = 200;

/** What a list of executions shows of itself in the page's address. */
export interface ListFilter {
  readonly status: string | undefined;
  /** Only executions whose name, images or input contain this. */
  readonly text: string;
}

/**
 * A list of executions as the user sees it, of a state machine or of a Map Run: filtered by status and text. The data
 * of an execution is read only if its row is visible or searched.
 */
export class Listing {
  text = "";
  problem: Problem | undefined;
  #list: ExecutionList | undefined;
  /** Number of rows, from the newest, that the search reads. */
  #searchable = searchedAtOnce;
  readonly #facts: FactReader;
  readonly #stepFunctions: Pick<StepFunctions, "executions">;
  readonly #changed: () => void;

  constructor(stepFunctions: Pick<StepFunctions, "executions" | "describe">, changed: () => void) {
    this.#stepFunctions = stepFunctions;
    this.#changed = changed;
    this.#facts = new FactReader(stepFunctions, changed);
  }

  /** ARN of the state machine or Map Run; undefined if no list is open. */
  get of(): string | undefined {
    return this.#list?.of;
  }

  get status(): string | undefined {
    return this.#list?.status;
  }

  /** All rows that were read, without regard to the text; undefined until the first page has been read. */
  get rows(): readonly ExecutionRow[] | undefined {
    return this.#list?.rows;
  }

  get hasOlder(): boolean {
    return this.#list?.hasOlder ?? false;
  }

  /** The rows that match the text, as far as they have been searched. */
  get matching(): readonly ExecutionRow[] {
    const rows = this.rows ?? [];
    const wanted = this.text.trim().toLowerCase();
    if (wanted === "") return rows;
    return rows.filter(({ arn, name }) => {
      const facts = this.factsOf(arn);
      // A large request has its images in the bucket; its results may name some of them.
      const words = [name.toLowerCase(), facts?.text ?? "", ...(facts?.images ?? []).map((each) => each.toLowerCase())];
      return words.some((each) => each.includes(wanted));
    });
  }

  /** How many of the rows' data has been searched. Their names always are. */
  get searched(): number {
    return (this.rows ?? []).filter(({ arn }) => this.factsOf(arn) !== undefined).length;
  }

  /** Whether the search has come to its limit before the end of the list. */
  get canSearchFurther(): boolean {
    return this.text.trim() !== "" && (this.rows?.length ?? 0) > this.#searchable && this.searched >= this.#searchable;
  }

  factsOf(arn: string): ExecutionFacts | undefined {
    return this.#facts.of(arn);
  }

  /** Reads what the visible rows show, then what the search needs. */
  want(visible: readonly ExecutionRow[]): void {
    const searched = this.text.trim() === "" ? [] : (this.rows ?? []).slice(0, this.#searchable);
    this.#facts.want([...visible, ...searched]);
  }

  open(of: string, { status, text }: ListFilter = { status: undefined, text: "" }): void {
    if (of === this.of && status === this.status) {
      this.search(text);
      return;
    }
    this.text = text;
    this.#searchable = searchedAtOnce;
    this.problem = undefined;
    this.#list = new ExecutionList(of, status, this.#stepFunctions);
    void this.refresh();
  }

  close(): void {
    this.#list = undefined;
    this.#changed();
  }

  choose(status: string | undefined): void {
    if (this.of !== undefined) this.open(this.of, { status, text: this.text });
  }

  search(text: string): void {
    if (text !== this.text) this.#searchable = searchedAtOnce;
    this.text = text;
    this.#changed();
  }

  searchFurther(): void {
    this.#searchable += searchedAtOnce;
    this.#changed();
  }

  /** Reads the newest rows again. An error is kept as `problem`. */
  async refresh(): Promise<void> {
    await this.#read((list) => list.refresh());
  }

  /** Reads the next page of older rows. An error is kept as `problem`. */
  async older(): Promise<void> {
    await this.#read((list) => list.older());
  }

  async #read(work: (list: ExecutionList) => Promise<void>): Promise<void> {
    const list = this.#list;
    if (list === undefined) return;
    try {
      await work(list);
      if (list === this.#list) this.problem = undefined;
    } catch (error) {
      if (list === this.#list) this.problem = problemOf(error);
    }
    this.#changed();
  }
}

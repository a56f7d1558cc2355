import { type Problem, problemOf } from "../service/problem.ts";
import type { ExecutionRow, StepFunctions } from "../service/step-functions.ts";
import { type ExecutionFacts, FactReader } from "./execution-facts.ts";
import { ExecutionList } from "./execution-list.ts";
import { anyTime, everyExecution, isSameListFilter, type ListFilter, type Period } from "./list-filter.ts";

/** Number of executions whose data one search reads; each costs a call. */
const searchedAtOnce = 200;

/** Pages that are read at most to find executions of a period: 20,000 executions. */
const pagesOfPeriod = 20;
/** Rows of a period that fill the list. */
const rowsOfPeriod = 20;

/** How the user changed a filter: by a choice, or by one more letter. */
export type Filtered = "chosen" | "typed";

/**
 * A list of executions as the user sees it, of a state machine or of a Map Run: filtered by status and text. The data
 * of an execution is read only if its row is visible or searched.
 */
export class Listing {
  text = "";
  period: Period = anyTime;
  problem: Problem | undefined;
  #list: ExecutionList | undefined;
  /** Number of rows, from the newest, that the search reads. */
  #searchable = searchedAtOnce;
  readonly #facts: FactReader;
  readonly #stepFunctions: Pick<StepFunctions, "executions">;
  readonly #changed: () => void;
  readonly #filtered: (how: Filtered) => void;

  /** @param filtered called when the user has chosen another filter */
  constructor(
    stepFunctions: Pick<StepFunctions, "executions" | "describe">,
    changed: () => void,
    filtered: (how: Filtered) => void = () => {},
  ) {
    this.#stepFunctions = stepFunctions;
    this.#changed = changed;
    this.#filtered = filtered;
    this.#facts = new FactReader(stepFunctions, changed);
  }

  /** ARN of the state machine or Map Run; undefined if no list is open. */
  get of(): string | undefined {
    return this.#list?.of;
  }

  get status(): string | undefined {
    return this.#list?.status;
  }

  get filter(): ListFilter {
    const { status, period, text } = this;
    return { status, period, text };
  }

  /** All rows that were read, without regard to the text; undefined until the first page has been read. */
  get rows(): readonly ExecutionRow[] | undefined {
    return this.#list?.rows;
  }

  /** A sentence that says what is missing in the list, if something is. */
  get note(): string | undefined {
    return this.#list?.note;
  }

  /** Whether there are older executions that may belong to the period. */
  get hasOlder(): boolean {
    const oldest = this.rows?.at(-1)?.startedAt ?? Number.POSITIVE_INFINITY;
    return (this.#list?.hasOlder ?? false) && oldest >= (this.period.from ?? Number.NEGATIVE_INFINITY);
  }

  /** The rows of the period, without regard to the text. */
  get inPeriod(): readonly ExecutionRow[] {
    const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = this.period;
    const rows = this.rows ?? [];
    return this.period === anyTime ? rows : rows.filter(({ startedAt }) => startedAt >= from && startedAt <= to);
  }

  /** The rows that match the text, as far as they have been searched. */
  get matching(): readonly ExecutionRow[] {
    const rows = this.inPeriod;
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
    return this.inPeriod.filter(({ arn }) => this.factsOf(arn) !== undefined).length;
  }

  /** Whether the search has come to its limit before the end of the list. */
  get canSearchFurther(): boolean {
    return this.text.trim() !== "" && this.inPeriod.length > this.#searchable && this.searched >= this.#searchable;
  }

  factsOf(arn: string): ExecutionFacts | undefined {
    return this.#facts.of(arn);
  }

  /** Reads what the visible rows show, then what the search needs. */
  want(visible: readonly ExecutionRow[]): void {
    const searched = this.text.trim() === "" ? [] : this.inPeriod.slice(0, this.#searchable);
    this.#facts.want([...visible, ...searched]);
  }

  /** Shows a list with a filter. What has been read of it already is kept. */
  open(of: string, filter: ListFilter = everyExecution): void {
    const { status, period, text } = filter;
    const isSameList = of === this.of && status === this.status;
    if (isSameList && isSameListFilter(filter, this.filter)) return;
    this.period = isUnlimited(period) ? anyTime : period;
    this.text = text;
    this.#searchable = searchedAtOnce;
    this.#changed();
    if (isSameList) {
      void this.#fillPeriod();
      return;
    }
    this.problem = undefined;
    this.#list = new ExecutionList(of, status, this.#stepFunctions);
    void this.refresh().then(() => this.#fillPeriod());
  }

  close(): void {
    this.#list = undefined;
    this.#changed();
  }

  choose(status: string | undefined): void {
    if (this.of === undefined) return;
    this.open(this.of, { ...this.filter, status });
    this.#filtered("chosen");
  }

  /** Lists only executions that were started in a period, and reads the list until it has some. */
  async choosePeriod(period: Period): Promise<void> {
    this.period = isUnlimited(period) ? anyTime : period;
    this.#searchable = searchedAtOnce;
    this.#changed();
    this.#filtered("chosen");
    await this.#fillPeriod();
  }

  search(text: string): void {
    if (text !== this.text) this.#searchable = searchedAtOnce;
    this.text = text;
    this.#changed();
    this.#filtered("typed");
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

  /** Reads on until the list has some executions of the period, unless another period or list is chosen. */
  async #fillPeriod(): Promise<void> {
    const { period } = this;
    const list = this.#list;
    if (period === anyTime) return;
    for (let page = 0; page < pagesOfPeriod && this.period === period && this.#list === list; page += 1) {
      if (!this.hasOlder || this.inPeriod.length >= rowsOfPeriod || this.problem !== undefined) return;
      await this.older();
    }
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

function isUnlimited({ from, to }: Period): boolean {
  return from === undefined && to === undefined;
}

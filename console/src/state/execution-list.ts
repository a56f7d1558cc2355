import type { ExecutionRow, StepFunctions } from "../service/step-functions.ts";

/** Number of rows that are read at first: one or two screens. */
const firstSize = 50;
/** Number of rows that each further page has: the maximum of AWS, so that 10,000 executions are eleven calls. */
const pageSize = 1_000;
/** Maximum number of rows that a refresh reads again. */
const refreshSize = 200;

/** Rows that are kept at most while new ones are added; then the list begins again with its newest rows. */
const mostRows = 50_000;

/** A list of executions, newest first, that is read page by page and refreshed from its newest end. */
export class ExecutionList {
  /** The state machine or Map Run whose executions are listed. */
  readonly of: string;
  /** Only executions with this status, or all. */
  readonly status: string | undefined;
  /** Undefined until the first page has been read. */
  rows: readonly ExecutionRow[] | undefined;
  /** What is missing in the rows, if something is. */
  note: string | undefined;
  #olderToken: string | undefined;
  #reading = false;
  readonly #stepFunctions: Pick<StepFunctions, "executions">;

  constructor(of: string, status: string | undefined, stepFunctions: Pick<StepFunctions, "executions">) {
    this.of = of;
    this.status = status;
    this.#stepFunctions = stepFunctions;
  }

  get hasOlder(): boolean {
    return this.#olderToken !== undefined;
  }

  /** Reads the newest rows again. Rows whose status no longer matches the filter disappear. */
  async refresh(): Promise<void> {
    const maxResults = Math.min(refreshSize, Math.max(firstSize, this.rows?.length ?? 0));
    const { of, status } = this;
    const page = await this.#stepFunctions.executions({ of, status, maxResults });
    // Older rows may have been added in the meantime.
    const known = (this.rows?.length ?? 0) > mostRows ? [] : (this.rows ?? []);
    const fresh = new Set(page.rows.map(({ arn }) => arn));
    const oldest = page.rows.at(-1)?.startedAt ?? Number.NEGATIVE_INFINITY;
    const older =
      page.nextToken === undefined ? [] : known.filter((row) => !fresh.has(row.arn) && row.startedAt <= oldest);
    if (older.length === 0) this.#olderToken = page.nextToken;
    this.rows = [...page.rows, ...older];
    this.note = page.note;
  }

  /** Reads the next page of older rows. */
  async older(): Promise<void> {
    if (this.#reading || this.#olderToken === undefined) return;
    this.#reading = true;
    try {
      const { of, status } = this;
      const request = { of, status, maxResults: pageSize, nextToken: this.#olderToken };
      const page = await this.#stepFunctions.executions(request);
      const known = new Set(this.rows?.map(({ arn }) => arn));
      this.rows = [...(this.rows ?? []), ...page.rows.filter(({ arn }) => !known.has(arn))];
      this.#olderToken = page.nextToken;
    } finally {
      this.#reading = false;
    }
  }
}

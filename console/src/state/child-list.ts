import type { ExecutionRow, StepFunctions } from "../service/step-functions.ts";
import { ExecutionList } from "./execution-list.ts";

/** The child executions of the unfolded Map Run. They are read only while it is unfolded. */
export class ChildList {
  #list: ExecutionList | undefined;
  readonly #stepFunctions: Pick<StepFunctions, "executions">;
  readonly #changed: () => void;

  constructor(stepFunctions: Pick<StepFunctions, "executions">, changed: () => void) {
    this.#stepFunctions = stepFunctions;
    this.#changed = changed;
  }

  /** ARN of the unfolded Map Run. */
  get of(): string | undefined {
    return this.#list?.of;
  }

  get status(): string | undefined {
    return this.#list?.status;
  }

  get rows(): readonly ExecutionRow[] | undefined {
    return this.#list?.rows;
  }

  get hasOlder(): boolean {
    return this.#list?.hasOlder ?? false;
  }

  toggle(mapRunArn: string, open: boolean): void {
    if (open && this.of !== mapRunArn) this.#read(mapRunArn, undefined);
    if (!open && this.of === mapRunArn) this.close();
  }

  close(): void {
    this.#list = undefined;
    this.#changed();
  }

  choose(status: string | undefined): void {
    if (this.of !== undefined) this.#read(this.of, status);
  }

  async refresh(): Promise<void> {
    await this.#list?.refresh();
  }

  async older(): Promise<void> {
    await this.#list?.older();
    this.#changed();
  }

  #read(of: string, status: string | undefined): void {
    const list = new ExecutionList(of, status, this.#stepFunctions);
    this.#list = list;
    // An error need not be shown here: the execution itself reads the same service and shows the error.
    list.refresh().then(this.#changed, this.#changed);
    this.#changed();
  }
}

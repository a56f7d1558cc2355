import type { ExecutionView } from "../../contract/http.ts";
import type { ImageResult } from "../../contract/workflow.ts";
import type { Api } from "./api.ts";
import type { Executions } from "./connection.ts";
import type { Scope } from "./layout.ts";
import { Visits } from "./visits.ts";

/** One execution that is looked at: asked again until it has ended. */
export class WatchedExecution {
  readonly id: string;
  readonly visits = new Visits();
  view: ExecutionView | undefined;
  definition: Scope | undefined;
  results: readonly ImageResult[] | undefined;
  readonly #arn: string;
  readonly #api: Api;
  readonly #executions: Executions;

  constructor(id: string, api: Api, executions: Executions) {
    this.id = id;
    this.#arn = executions.arnOf(id);
    this.#api = api;
    this.#executions = executions;
  }

  get ended(): boolean {
    return this.view !== undefined && this.view.status !== "RUNNING";
  }

  /** Asks for what is new. The status comes first: events that are read after it are complete when it has ended. */
  async refresh(): Promise<void> {
    this.view = await this.#api.execution(this.id);
    this.definition ??= await this.#executions.definition(this.#arn);
    for (const event of await this.#executions.eventsAfter(this.#arn, this.visits.lastEvent)) this.visits.add(event);
    if (this.view.status === "SUCCEEDED") this.results = this.view.results ?? (await this.#api.results(this.id));
  }
}

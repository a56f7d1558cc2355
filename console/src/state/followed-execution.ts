import type { DescribeExecutionOutput } from "@aws-sdk/client-sfn";
import { Outcome } from "../../../contract/workflow.ts";
import { History } from "../model/history/history.ts";
import { Images } from "../model/images/images.ts";
import { readDefinition } from "../model/workflow/definition.ts";
import { type Drawing, drawGraph } from "../model/workflow/layout.ts";
import { allPages, eventsAfter } from "../service/history-pages.ts";
import type { HttpApi } from "../service/http-api.ts";
import { type Problem, problemOf } from "../service/problem.ts";
import type { MapRunLook, StepFunctions } from "../service/step-functions.ts";

export interface FollowServices {
  readonly stepFunctions: Pick<StepFunctions, "describe" | "definition" | "pagesOf" | "mapRuns">;
  readonly api: Pick<HttpApi, "results">;
  /** Something that is shown is different now. */
  readonly changed: () => void;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** Milliseconds between two looks: short while somebody waits for a photo, longer once it is clearly a long execution. */
const pace = { first: 250, later: 1_000, patienceMs: 15_000, afterProblem: 2_000 } as const;

/** An execution that is looked at: what is known of it, kept up to date until it has ended. */
export class FollowedExecution {
  readonly arn: string;
  readonly history = new History();
  readonly images = new Images();
  description: DescribeExecutionOutput | undefined;
  drawing: Drawing | undefined;
  mapRuns: readonly MapRunLook[] = [];
  /** Why it cannot be shown, or not be followed for the moment. */
  problem: Problem | undefined;
  /** Everything recorded when it was opened has been read. */
  loaded = false;
  readonly #services: FollowServices;
  #following = false;
  #given = false;

  constructor(arn: string, services: FollowServices) {
    this.arn = arn;
    this.#services = services;
  }

  get ended(): boolean {
    const status = this.description?.status;
    return status !== undefined && status !== "RUNNING" && status !== "PENDING_REDRIVE";
  }

  /** Nobody looks at it any more. */
  release(): void {
    this.#given = true;
  }

  /** Reads until the execution has ended. It may be called again after a redrive. */
  async follow(): Promise<void> {
    if (this.#following) return;
    this.#following = true;
    const began = Date.now();
    while (!this.#given) {
      const settled = await this.#look();
      this.#services.changed();
      if (settled) break;
      const waiting = Date.now() - began < pace.patienceMs ? pace.first : pace.later;
      await this.#services.sleep(this.problem ? pace.afterProblem : waiting);
    }
    this.#following = false;
  }

  /** One look; true when there is nothing more to see. */
  async #look(): Promise<boolean> {
    try {
      // Before the history: an execution that has ended by now has a history that is complete.
      this.description = await this.#services.stepFunctions.describe(this.arn);
      if (this.drawing === undefined) await this.#draw();
      await this.#read();
      if (this.history.beganMapRun) this.mapRuns = await this.#services.stepFunctions.mapRuns(this.arn);
      this.problem = undefined;
      if (this.ended) await this.#finish();
      return this.ended;
    } catch (error) {
      this.problem = problemOf(error);
      return ["ExecutionDoesNotExist", "InvalidArn"].includes(this.problem.code);
    }
  }

  async #draw(): Promise<void> {
    this.drawing = drawGraph(readDefinition(await this.#services.stepFunctions.definition(this.arn)));
    this.#services.changed();
  }

  async #read(): Promise<void> {
    const { stepFunctions, changed } = this.#services;
    const read = stepFunctions.pagesOf(this.arn);
    if (this.loaded) {
      this.history.append(await eventsAfter(read, this.history.lastEventId));
      this.images.update(this.history);
    } else {
      for await (const events of allPages(read)) {
        if (this.#given) return;
        this.history.append(events);
        this.images.update(this.history);
        changed();
      }
      this.loaded = true;
    }
  }

  /** Results that were too many for the execution's output stand in the bucket: the API knows where. */
  async #finish(): Promise<void> {
    const { output, name } = this.description ?? {};
    if (output === undefined || name === undefined) return;
    const outcome = Outcome.safeParse(JSON.parse(output));
    if (!outcome.success) return;
    this.images.settle(outcome.data.results ?? (await this.#services.api.results(name)));
  }
}

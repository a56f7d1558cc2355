import { History } from "../model/history/history.ts";
import { Images } from "../model/images/images.ts";
import { ShownOutcome } from "../model/images/shown-outcome.ts";
import { parseJson } from "../model/words.ts";
import { readDefinition } from "../model/workflow/definition.ts";
import { type Drawing, drawGraph } from "../model/workflow/layout.ts";
import { allPages, eventsAfter } from "../service/history-pages.ts";
import type { HttpApi } from "../service/http-api.ts";
import { type Problem, problemOf } from "../service/problem.ts";
import type { Description, MapRunLook, StepFunctions } from "../service/step-functions.ts";
import { MapRunChildren } from "./map-run-children.ts";

export interface FollowServices {
  readonly stepFunctions: Pick<
    StepFunctions,
    "describe" | "definition" | "pagesOf" | "mapRuns" | "executions" | "parentOf"
  >;
  readonly api: Pick<HttpApi, "results">;
  /** Called when something visible has changed. */
  readonly changed: () => void;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Whether the page is visible. A hidden page reads nothing. */
  readonly visible: () => boolean;
}

/** Milliseconds between two reads: short while the user waits for a photo, longer for a long execution. */
const pace = { first: 250, later: 1_000, patienceMs: 15_000, afterProblem: 2_000 } as const;

/** Maximum number of child executions whose data is read per cycle. */
const childrenPerLook = 100;

/** Errors after which reading stops, because the execution does not exist. */
const final = ["ExecutionDoesNotExist", "InvalidArn"];

/** The execution that is shown, with all data read so far. It is kept up to date until the execution has ended. */
export class FollowedExecution {
  readonly arn: string;
  readonly history = new History();
  readonly images = new Images();
  description: Description | undefined;
  /** The definition with which the execution started. */
  definition: string | undefined;
  drawing: Drawing | undefined;
  mapRuns: readonly MapRunLook[] = [];
  /** The parent execution, whose Map Run started this one. */
  parentArn: string | undefined;
  /** Why the execution cannot be shown, or cannot be followed at the moment. */
  problem: Problem | undefined;
  /** Whether all events that existed when it was opened have been read. */
  loaded = false;
  readonly #services: FollowServices;
  readonly #children = new Map<string, MapRunChildren>();
  #following = false;
  #released = false;
  #settled = false;

  constructor(arn: string, services: FollowServices) {
    this.arn = arn;
    this.#services = services;
  }

  get ended(): boolean {
    const status = this.description?.status;
    return status !== undefined && status !== "RUNNING" && status !== "PENDING_REDRIVE";
  }

  get missing(): boolean {
    return this.problem !== undefined && final.includes(this.problem.code);
  }

  /** Stops following, because something else is shown. */
  release(): void {
    this.#released = true;
  }

  /** Reads until the execution has ended. May be called again after a redrive. */
  async follow(): Promise<void> {
    if (this.#following) return;
    this.#following = true;
    const began = Date.now();
    while (!this.#released) {
      if (this.#services.visible()) {
        const settled = await this.#look();
        this.#services.changed();
        if (settled) break;
      }
      const waiting = Date.now() - began < pace.patienceMs ? pace.first : pace.later;
      await this.#services.sleep(this.problem ? pace.afterProblem : waiting);
    }
    this.#following = false;
  }

  /** Reads everything once. Returns true when there is nothing more to read. */
  async #look(): Promise<boolean> {
    try {
      // The description is read before the history: if it says that the execution has ended, the history is complete.
      this.description = await this.#services.stepFunctions.describe(this.arn);
      if (this.drawing === undefined) await this.#draw();
      await this.#readHistory();
      const { ended } = this;
      if (this.history.beganMapRun) await this.#readMapRuns();
      await this.#readParent();
      this.problem = undefined;
      if (!ended) this.#settled = false;
      else if (!this.#settled) await this.#settle();
      this.images.end(ended);
      return ended && this.#childrenComplete;
    } catch (error) {
      this.problem = problemOf(error);
      return this.missing;
    }
  }

  /** If all results are in the output or the bucket, the children need not be read. */
  get #childrenComplete(): boolean {
    if (this.images.entries.every(({ result }) => result !== undefined)) return true;
    return [...this.#children.values()].every(({ complete }) => complete);
  }

  async #draw(): Promise<void> {
    this.definition = await this.#services.stepFunctions.definition(this.arn);
    this.drawing = drawGraph(readDefinition(this.definition));
    this.#services.changed();
  }

  async #readHistory(): Promise<void> {
    const { stepFunctions, changed } = this.#services;
    const read = stepFunctions.pagesOf(this.arn);
    if (this.loaded) {
      this.history.append(await eventsAfter(read, this.history.lastEventId));
      this.images.update(this.history);
      return;
    }
    for await (const events of allPages(read)) {
      if (this.#released) return;
      this.history.append(events);
      this.images.update(this.history);
      changed();
    }
    this.loaded = true;
  }

  async #readMapRuns(): Promise<void> {
    const { stepFunctions } = this.#services;
    this.mapRuns = await stepFunctions.mapRuns(this.arn);
    for (const { arn } of this.mapRuns) {
      const children = this.#children.get(arn) ?? new MapRunChildren(arn, stepFunctions);
      this.#children.set(arn, children);
      for (const child of await children.look(childrenPerLook)) this.images.takeChild(child);
    }
  }

  async #readParent(): Promise<void> {
    const { mapRunArn } = this.description ?? {};
    if (mapRunArn === undefined || this.parentArn !== undefined) return;
    this.parentArn = await this.#services.stepFunctions.parentOf(mapRunArn);
  }

  /** If the results are too large for the execution's output, they are in the bucket, and the API returns them. */
  async #settle(): Promise<void> {
    this.#settled = true;
    const { output, name } = this.description ?? {};
    if (output === undefined || name === undefined) return;
    const outcome = ShownOutcome.safeParse(parseJson(output));
    if (!outcome.success) return;
    this.images.settle(outcome.data.results ?? (await this.#services.api.results(name)));
  }
}

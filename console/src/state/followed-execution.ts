import type { ImageResult, Item, S3Location } from "../../../contract/workflow.ts";
import { History } from "../model/history/history.ts";
import { addTallies } from "../model/history/tally.ts";
import { Images } from "../model/images/images.ts";
import { Pace } from "../model/images/pace.ts";
import { ShownOutcome } from "../model/images/shown-outcome.ts";
import { parseJson } from "../model/words.ts";
import { readDefinition } from "../model/workflow/definition.ts";
import { type Drawing, drawGraph } from "../model/workflow/layout.ts";
import { allPages, eventsAfter } from "../service/history-pages.ts";
import type { HttpApi } from "../service/http-api.ts";
import { type Problem, ProblemError, problemOf } from "../service/problem.ts";
import type { Description, MapRunLook, StepFunctions } from "../service/step-functions.ts";
import { type ChildStates, MapRunChildren } from "./map-run-children.ts";

export interface FollowServices {
  readonly stepFunctions: Pick<StepFunctions, "describe" | "pagesOf" | "mapRuns" | "executions" | "parentOf"> & {
    /** Undefined if no definition is known. */
    definition(executionArn: string): Promise<string | undefined>;
  };
  readonly api: Pick<HttpApi, "results">;
  readonly readPlan: (location: S3Location) => Promise<readonly Item[]>;
  /** Child executions that are read per cycle at most; a stack on AWS shares its quotas with production. */
  readonly childrenPerLook: number;
  /** Whether every child is read. Otherwise, children are read until all results are known. */
  readonly readsAllChildren: boolean;
  /** Called when something visible has changed. */
  readonly changed: () => void;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** Whether the page is visible. A hidden page reads nothing. */
  readonly visible: () => boolean;
}

/** Milliseconds between two reads: short while the user waits for a photo, longer for a long execution. */
const pace = { first: 250, later: 1_000, patienceMs: 15_000, afterProblem: 2_000 } as const;

/** Errors after which reading stops, because the execution does not exist. */
const final = ["ExecutionDoesNotExist", "InvalidArn"];

/** Errors that another look would meet again, though the execution may exist. */
const lasting = ["LogTooLong"];

/** The execution that is shown, with all data read so far. It is kept up to date until the execution has ended. */
export class FollowedExecution {
  readonly arn: string;
  readonly history = new History();
  readonly images = new Images();
  /** How fast its images are done. */
  readonly pace = new Pace();
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
  #following: Promise<void> | undefined;
  #released = false;
  /** Whether there is nothing more to read of the results, because they are known or cannot be read. */
  #settled = false;
  /** Why the results could not be read. The children may have them. */
  #resultsProblem: Problem | undefined;
  /** Index of an image whose child execution is wanted. */
  #sought: number | undefined;
  #childStates: { readonly version: number; readonly states: ChildStates } | undefined;
  #childVersion = 0;

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

  /** Images that are done according to the Map Runs, which know it before their children have been read. */
  get doneByMapRuns(): number {
    return this.mapRuns.reduce((sum, { items }) => sum + items.succeeded + items.failed, 0);
  }

  /** The states of the child executions that have been read. */
  get childStates(): ChildStates {
    if (this.#childStates?.version === this.#childVersion) return this.#childStates.states;
    const all = [...this.#children.values()].map(({ states }) => states);
    const states = {
      tallies: addTallies(all.map(({ tallies }) => tallies)),
      taken: union(all.map(({ taken }) => taken)),
    };
    this.#childStates = { version: this.#childVersion, states };
    return states;
  }

  /** Reads on until the child execution of this image is known. */
  seek(index: number): void {
    if (this.#sought === index) return;
    this.#sought = index;
    if (this.ended && !this.#following && !this.#childrenComplete) void this.follow();
  }

  /** Stops following, because something else is shown. */
  release(): void {
    this.#released = true;
  }

  /**
   * Reads until the execution has ended. May be called again after a redrive. A call while it is being followed returns
   * the promise of the first call.
   */
  follow(): Promise<void> {
    this.#following ??= this.#follow().finally(() => {
      this.#following = undefined;
    });
    return this.#following;
  }

  async #follow(): Promise<void> {
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
  }

  /** Reads everything once. Returns true when there is nothing more to read. */
  async #look(): Promise<boolean> {
    try {
      // The description is read before the history: if it says that the execution has ended, the history is complete.
      this.description = await this.#services.stepFunctions.describe(this.arn);
      if (this.drawing === undefined) await this.#draw();
      await this.#readHistory();
      const { ended } = this;
      if (ended) await this.#settle();
      else this.#settled = false;
      await this.#readPlan();
      if (this.history.beganMapRun) await this.#readMapRuns();
      await this.#readParent();
      this.problem = ended ? this.#resultsProblem : undefined;
      this.images.end(ended);
      this.pace.add(Date.now(), Math.max(this.doneByMapRuns, this.images.resultCount));
      return ended && this.#settled && this.#childrenComplete;
    } catch (error) {
      this.problem = problemOf(error);
      return this.missing || lasting.includes(this.problem.code);
    }
  }

  /** If all results are in the output or the bucket, the children need not be read, except to lead to one of them. */
  get #childrenComplete(): boolean {
    const { entries } = this.images;
    const isComplete = [...this.#children.values()].every(({ complete }) => complete);
    if (isComplete || this.#services.readsAllChildren) return isComplete;
    const sought = this.#sought === undefined ? undefined : entries.find(({ index }) => index === this.#sought);
    if (sought !== undefined && sought.childArn === undefined && this.mapRuns.length > 0) return false;
    return entries.every(({ result }) => result !== undefined);
  }

  async #draw(): Promise<void> {
    this.definition = await this.#services.stepFunctions.definition(this.arn);
    if (this.definition === undefined) return;
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

  /** The names of images that have no child execution yet. They are only shown, so the rest goes on without them. */
  async #readPlan(): Promise<void> {
    const location = this.images.unreadPlan;
    if (location === undefined) return;
    this.images.takePlan(await this.#services.readPlan(location).catch(() => []));
  }

  async #readMapRuns(): Promise<void> {
    const { stepFunctions, childrenPerLook, changed } = this.#services;
    this.mapRuns = await stepFunctions.mapRuns(this.arn);
    for (const { arn } of this.mapRuns) {
      const children = this.#children.get(arn) ?? new MapRunChildren(arn, stepFunctions);
      this.#children.set(arn, children);
      await children.look(childrenPerLook, (child) => {
        this.images.takeChild(child);
        this.#childVersion += 1;
        changed();
      });
    }
  }

  async #readParent(): Promise<void> {
    const { mapRunArn } = this.description ?? {};
    if (mapRunArn === undefined || this.parentArn !== undefined) return;
    this.parentArn = await this.#services.stepFunctions.parentOf(mapRunArn);
  }

  /**
   * If the results are too large for the execution's output, they are in the bucket, and the API returns them. If that
   * fails, the children are read all the same; the next look tries again, unless it would fail again.
   */
  async #settle(): Promise<void> {
    if (this.#settled) return;
    try {
      const results = await this.#readResults();
      this.#settled = true;
      this.#resultsProblem = undefined;
      if (results === undefined) return;
      this.images.settle(results);
      this.#services.changed();
    } catch (error) {
      this.#settled = error instanceof ProblemError && error.lasts;
      this.#resultsProblem = problemOf(error);
    }
  }

  /** The results according to the output; undefined if the execution has none. */
  async #readResults(): Promise<readonly ImageResult[] | undefined> {
    const { output, name } = this.description ?? {};
    if (output === undefined || name === undefined) return undefined;
    const { data: outcome } = ShownOutcome.safeParse(parseJson(output));
    return outcome && (outcome.results ?? this.#services.api.results(name));
  }
}

function union(sets: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  return new Set(sets.flatMap((set) => [...set]));
}

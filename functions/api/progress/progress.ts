import type { Progress } from "../../../contract/http.ts";
import { itemsOf } from "../../shared/items.ts";
import { errorFields, log } from "../../shared/log.ts";
import { isRunning, outcomeOf } from "../view.ts";
import type { Execution, Workflows } from "../workflows.ts";
import { type Found, readHistory } from "./history.ts";
import { Recent } from "./recent.ts";

/** GetExecutionHistory refills 20 calls per second for a whole account, and one page has 1,000 events. */
const historyPages = 4;
const historyMs = 1_000;
/** DescribeMapRun refills one call per second for a whole account (Step Functions, "Service quotas"). */
const mapRunMs = 5_000;
/** Executions that one sandbox remembers. */
const remembered = 500;

/** What a sandbox knows about an execution. */
interface Known {
  progress: Progress | undefined;
  mapRunArn: string | undefined;
  /** When the next question may be asked, in milliseconds of the clock. */
  askAt: number;
  /** The execution had ended when this was read: it changes only if it is redriven. */
  final: boolean;
}

/** How far executions are. One object per sandbox: it remembers what Step Functions said last. */
export class ProgressReader {
  readonly #workflows: Pick<Workflows, "history" | "mapRunItems">;
  readonly #known = new Recent<Known>(remembered);

  constructor(workflows: Pick<Workflows, "history" | "mapRunItems">) {
    this.#workflows = workflows;
  }

  /**
   * The progress in distinct images, or the last one that this sandbox knows if Step Functions is not asked now or does
   * not respond; undefined before the number of images is known. It never fails.
   */
  async of(machineArn: string, name: string, execution: Execution): Promise<Progress | undefined> {
    if (execution.status === "SUCCEEDED") return ofOutcome(execution);
    const known = this.#known.get(name, () => {
      return { progress: initialProgress(execution), mapRunArn: undefined, askAt: 0, final: false };
    });
    const ended = !isRunning(execution);
    if ((known.final && ended) || Date.now() < known.askAt) return known.progress;
    try {
      await this.#ask(machineArn, name, known);
      known.final = ended;
    } catch (error) {
      log("WARN", "The progress of an execution could not be read.", { executionId: name, ...errorFields(error) });
    }
    return known.progress;
  }

  async #ask(machineArn: string, name: string, known: Known): Promise<void> {
    known.askAt = Date.now() + (known.mapRunArn === undefined ? historyMs : mapRunMs);
    if (known.mapRunArn === undefined) {
      const { total, done, mapRunArn } = await this.#history(machineArn, name);
      if (total !== undefined) known.progress = { total, done };
      if (mapRunArn === undefined) return;
      known.mapRunArn = mapRunArn;
      known.askAt = Date.now() + mapRunMs;
    }
    const { total, ended } = await this.#workflows.mapRunItems(known.mapRunArn);
    // A Map Run counts its items only once it has read them.
    known.progress = { total: Math.max(total, known.progress?.total ?? 0), done: ended };
  }

  async #history(machineArn: string, name: string): Promise<Found> {
    const events = [];
    let token: string | undefined;
    for (let page = 0; page < historyPages; page += 1) {
      const { events: more, nextToken } = await this.#workflows.history(machineArn, name, token);
      events.push(...more);
      token = nextToken;
      if (token === undefined) break;
    }
    return readHistory(events);
  }
}

/** Of an execution that has succeeded, its output says it all. Older releases counted results only. */
function ofOutcome(execution: Execution): Progress {
  const { classified, counts } = outcomeOf(execution);
  const { total, failed } = classified ?? counts;
  return { total, done: total, failed };
}

/** Before the images are planned: of a list in the input, the number of distinct images. */
export function initialProgress({ input }: Execution): Progress | undefined {
  if (input === undefined) return undefined;
  const value = JSON.parse(input) as { images?: unknown } | null;
  const images = Array.isArray(value) ? value : value?.images;
  if (!Array.isArray(images) || !images.every((image) => typeof image === "string")) return undefined;
  return { total: itemsOf(images).length, done: 0 };
}

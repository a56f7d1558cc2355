import {
  DescribeExecutionCommand,
  type ExecutionListItem,
  ListExecutionsCommand,
  type SFNClient,
} from "@aws-sdk/client-sfn";
import type { ImageErrorCode } from "../../contract/errors.ts";
import { type ImageResult, type S3Location, StoredOutcome } from "../../contract/workflow.ts";

/** What happened to the executions of one version in a period. */
export interface Rates {
  /**
   * Number of executions that ended. Executions that were stopped are not counted, because they say nothing about a
   * release.
   */
  readonly executions: number;
  readonly failedExecutions: number;
  readonly images: number;
  /** Number of images that failed because of the functions, not because of the image. */
  readonly failedImages: number;
}

/** Error codes for which the release is responsible, and not the image or its host. */
const faultsOfRelease: ReadonlySet<ImageErrorCode> = new Set(["ClassificationFailed", "ClassificationTimeout"]);

/** Maximum number of executions of a version to read per period, newest first. */
const mostExecutions = 1_000;
const pageSize = 100;

/** Reads the results of an execution; undefined if there are none, or they are no results. */
export type ReadResults = (location: S3Location) => Promise<readonly ImageResult[] | undefined>;

/** Also of one that succeeded without results that can be read: nobody got what the release was asked for. */
const failedExecution: Rates = { executions: 1, failedExecutions: 1, images: 0, failedImages: 0 };

/** Counts the executions of versions. An execution that has ended is read only once. */
export class RateReader {
  readonly #states: SFNClient;
  readonly #readResults: ReadResults;
  readonly #read = new Map<string, Rates>();

  constructor(states: SFNClient, readResults: ReadResults) {
    this.#states = states;
    this.#readResults = readResults;
  }

  /** Counts the executions of a version that started at this time or later. */
  async since(version: string, time: Date): Promise<Rates> {
    const total = { executions: 0, failedExecutions: 0, images: 0, failedImages: 0 };
    for (const execution of await this.#startedSince(version, time)) {
      const rates = await this.#ratesOf(execution);
      if (!rates) continue;
      total.executions += rates.executions;
      total.failedExecutions += rates.failedExecutions;
      total.images += rates.images;
      total.failedImages += rates.failedImages;
    }
    return total;
  }

  async #startedSince(version: string, time: Date): Promise<readonly ExecutionListItem[]> {
    const found: ExecutionListItem[] = [];
    let nextToken: string | undefined;
    do {
      const page = await this.#states.send(
        new ListExecutionsCommand({
          stateMachineArn: version,
          maxResults: pageSize,
          ...(nextToken === undefined ? {} : { nextToken }),
        }),
      );
      const { executions = [] } = page;
      // Newest first. A page may have fewer executions than were asked for.
      const recent = executions.filter(({ startDate = new Date(0) }) => startDate >= time);
      found.push(...recent);
      const isPast = recent.length < executions.length;
      nextToken = isPast || found.length >= mostExecutions ? undefined : page.nextToken;
    } while (nextToken !== undefined);
    return found;
  }

  async #ratesOf({ executionArn = "", status }: ExecutionListItem): Promise<Rates | undefined> {
    if (status === "FAILED" || status === "TIMED_OUT") return failedExecution;
    if (status !== "SUCCEEDED") return undefined;
    const known = this.#read.get(executionArn);
    if (known) return known;
    const { output = "null" } = await this.#states.send(new DescribeExecutionCommand({ executionArn }));
    const rates = await this.#ratesIn(output);
    this.#read.set(executionArn, rates);
    return rates;
  }

  async #ratesIn(output: string): Promise<Rates> {
    const { data } = StoredOutcome.safeParse(JSON.parse(output));
    if (data === undefined) return failedExecution;
    const { counts, results, resultsLocation } = data;
    const failures = counts.failed === 0 ? [] : (results ?? (await this.#readResults(resultsLocation)));
    if (failures === undefined) return failedExecution;
    const failedImages = failures.filter((each) => "error" in each && faultsOfRelease.has(each.error.code)).length;
    return { executions: 1, failedExecutions: 0, images: counts.total, failedImages };
  }
}

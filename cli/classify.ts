import { randomUUID } from "node:crypto";
import PQueue from "p-queue";
import type { Client } from "./api/client.ts";
import { failureOf, Refusal, Unreachable } from "./api/refusal.ts";
import { CommandFailure, exitCodes, Fault } from "./failure.ts";
import { HeicNotConverted } from "./input/heic.ts";
import { PhotoNotReadable } from "./input/photo-file.ts";
import type { Source } from "./input/source.ts";
import { referenceOf } from "./input/upload.ts";
import { type OnRow, Outcomes, type Problem, type Row } from "./outcomes.ts";
import type { Progress } from "./output/progress.ts";

export interface Classified {
  readonly rows: readonly Row[];
  /** At least one row has a result or an error of its image. */
  readonly worthShowing: boolean;
  /** Images that the service responded to. */
  readonly finished: number;
  /** Some rows have an error because a whole execution failed. */
  readonly executionFailed: boolean;
  /** Why the rest was abandoned. */
  readonly failure?: CommandFailure;
  /** Executions that were still running when the command ended. */
  readonly running: readonly string[];
}

const limits = {
  uploadsAtOnce: 4,
  executionsAtOnce: 4,
  /** Small enough for progress on a short list, large enough for few executions on a long one. */
  groupsWanted: 8,
  smallestGroup: 8,
  largestGroup: 100,
} as const;

/** One image that the service can fetch. */
interface Ready {
  readonly index: number;
  readonly reference: string;
}

/**
 * Uploads local photos and classifies all images in groups. A failure affects only its own rows: the result has
 * everything that finished, in the order of the sources, and an error for each other image.
 */
export function classify(
  sources: readonly Source[],
  request: RequestOptions,
  surroundings: RunSurroundings,
): Promise<Classified> {
  return new Run(sources, request, surroundings).result();
}

/** What each request asks for besides its images. */
export interface RequestOptions {
  readonly topK: number;
  /** Called when an execution has ended. */
  readonly notify?: string;
}

export interface RunSurroundings {
  readonly client: Client;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
  readonly onRow?: OnRow;
}

class Run {
  readonly #sources: readonly Source[];
  readonly #request: RequestOptions;
  readonly #client: Client;
  readonly #progress: Progress;
  readonly #signal: AbortSignal | undefined;
  readonly #outcomes: Outcomes;
  readonly #uploads = new PQueue({ concurrency: limits.uploadsAtOnce });
  readonly #executions = new PQueue({ concurrency: limits.executionsAtOnce });
  readonly #running = new Set<string>();
  #failure: CommandFailure | undefined;
  #executionFailed = false;

  constructor(
    sources: readonly Source[],
    request: RequestOptions,
    { client, progress, signal, onRow }: RunSurroundings,
  ) {
    this.#sources = sources;
    this.#request = request;
    this.#client = client;
    this.#progress = progress;
    this.#signal = signal;
    this.#outcomes = new Outcomes(sources, onRow);
  }

  async result(): Promise<Classified> {
    this.#progress.begin(this.#sources.length);
    await Promise.all(groupsOf(this.#sources).map((group) => this.#group(group)));
    const rest = this.#failure ? problemOf(this.#failure) : { code: "NoResult", message: "It has no result." };
    return {
      rows: this.#outcomes.rows({ code: rest.code, message: `Not classified. ${rest.message}` }),
      worthShowing: this.#outcomes.any,
      finished: this.#outcomes.finished,
      executionFailed: this.#executionFailed,
      ...(this.#failure ? { failure: this.#failure } : {}),
      running: [...this.#running],
    };
  }

  async #group(indexes: readonly number[]): Promise<void> {
    const uploaded = await Promise.all(indexes.map((index) => this.#uploads.add(() => this.#upload(index))));
    const ready = uploaded.filter((each) => each !== undefined);
    if (ready.length > 0) await this.#executions.add(() => this.#execute(ready));
  }

  async #upload(index: number): Promise<Ready | undefined> {
    const source = this.#sources[index];
    if (!source || this.#failure) return undefined;
    if (source.kind === "unreadable") return this.#fail([index], source.problem);
    try {
      const reference = await this.#twice(() => referenceOf(source, this.#client));
      this.#progress.uploaded();
      return { index, reference };
    } catch (error) {
      if (costsOneRow(error)) return this.#fail([index], error);
      this.#giveUp(error);
      return undefined;
    }
  }

  /** If the form has expired, for example because the machine was asleep, requests a new one. */
  async #twice<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Refusal && error.code === "UploadRefused" && error.status === 403) return work();
      throw error;
    }
  }

  async #execute(group: readonly Ready[]): Promise<void> {
    if (this.#failure) return;
    const executionId = await this.#start(group);
    if (executionId === undefined) return;
    this.#running.add(executionId);
    try {
      await this.#follow(executionId, group);
      this.#running.delete(executionId);
    } catch (error) {
      const refused = error instanceof Refusal && !error.passing && ![401, 403].includes(error.status);
      if (refused) this.#running.delete(executionId);
      else this.#giveUp(error);
      const { code, message } = refused ? error : problemOf(this.#failure);
      const indexes = group.map(({ index }) => index);
      // The rows name the execution, where classification may continue.
      this.#fail(indexes, { code, message: `${message} Execution "${executionId}".` }, executionId);
    }
  }

  /** Starts an execution. A group that is rejected for its content is split in halves, down to the rejected image. */
  async #start(group: readonly Ready[]): Promise<string | undefined> {
    try {
      const images = group.map(({ reference }) => reference);
      return (await this.#client.start({ images, ...this.#request }, randomUUID())).executionId;
    } catch (error) {
      if (!(error instanceof Refusal) || ![400, 413, 422].includes(error.status)) this.#giveUp(error);
      else if (group.length === 1)
        this.#fail(
          group.map(({ index }) => index),
          error,
        );
      else {
        const half = Math.ceil(group.length / 2);
        await this.#execute(group.slice(0, half));
        await this.#execute(group.slice(half));
      }
      return undefined;
    }
  }

  async #follow(executionId: string, group: readonly Ready[]): Promise<void> {
    const view = await this.#client.finish(executionId);
    if (view.status === "SUCCEEDED") {
      for (const result of await this.#client.results(view)) this.#take(result, group);
      const missing = { code: "NoResult", message: `The execution "${executionId}" has no result for this image.` };
      this.#fail(
        group.map(({ index }) => index),
        missing,
        executionId,
      );
      return;
    }
    this.#executionFailed = true;
    const { code, message } = view.error ?? { code: view.status, message: `The execution is ${view.status}.` };
    const problem = { code, message: `${message} Execution "${executionId}".` };
    this.#fail(
      group.map(({ index }) => index),
      problem,
      executionId,
    );
  }

  #take(result: Parameters<Outcomes["take"]>[1], group: readonly Ready[]): void {
    const index = group[result.index]?.index;
    if (index === undefined || this.#outcomes.has(index)) return;
    this.#outcomes.take(index, result);
    this.#progress.done("service");
  }

  /** Sets the outcome of rows that have none. */
  #fail(indexes: readonly number[], problem: Problem, executionId?: string): undefined {
    for (const index of indexes) {
      if (this.#outcomes.has(index)) continue;
      this.#outcomes.fail(index, problem, executionId);
      this.#progress.done("other");
    }
  }

  /** Starts nothing new; running executions are followed to their end. */
  #giveUp(error: unknown): void {
    if (this.#signal?.aborted) this.#failure ??= new CommandFailure(exitCodes.interrupted, "Interrupted.");
    else if (error instanceof CommandFailure) this.#failure ??= error;
    else if (error instanceof Refusal) this.#failure ??= failureOf(error);
    else this.#failure ??= new Fault(error);
  }
}

function groupsOf(sources: readonly Source[]): readonly (readonly number[])[] {
  const wanted = Math.ceil(sources.length / limits.groupsWanted);
  const size = Math.min(limits.largestGroup, Math.max(limits.smallestGroup, wanted));
  const indexes = sources.map((_, index) => index);
  return Array.from({ length: Math.ceil(indexes.length / size) }, (_, at) => indexes.slice(at * size, (at + 1) * size));
}

/** A photo that is rejected or cannot be read affects its row; a rejected key ends the command. */
function costsOneRow(error: unknown): error is Problem & Error {
  if (error instanceof PhotoNotReadable || error instanceof HeicNotConverted) return true;
  if (!(error instanceof Refusal) || error.passing) return false;
  return error.code === "UploadRefused" || ![401, 403, 404].includes(error.status);
}

function problemOf(failure: CommandFailure | undefined): Problem {
  const message = failure?.message ?? "";
  if (failure?.exitCode === exitCodes.interrupted)
    return { code: "Interrupted", message: "The command was interrupted." };
  if (failure instanceof Unreachable) return { code: failure.code, message };
  if (failure?.cause instanceof Refusal) return { code: failure.cause.code, message };
  return { code: "EndpointRefused", message };
}

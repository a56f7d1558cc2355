import { randomUUID } from "node:crypto";
import PQueue from "p-queue";
import type { ImageResult } from "../contract/workflow.ts";
import type { Client, RequestOptions } from "./api/client.ts";
import { failureOf, Refusal, Unreachable } from "./api/refusal.ts";
import { type Batch, ListBatch, manifestsOf, type Ready } from "./batch.ts";
import { CommandFailure, exitCodes, Fault } from "./failure.ts";
import { HeicNotConverted } from "./input/heic.ts";
import { PhotoNotReadable } from "./input/photo-file.ts";
import type { Source } from "./input/source.ts";
import { referenceOf } from "./input/upload.ts";
import { type OnRow, Outcomes, type Problem, type Row } from "./outcomes.ts";
import type { Progress } from "./output/progress.ts";

export interface Classified {
  readonly rows: readonly Row[];
  /** Rows with an error. */
  readonly failed: number;
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
  /** URLs that are listed in requests; more of them are uploaded as one manifest. */
  listedAtMost: 100,
} as const;

/** Whether so many images that the service can fetch are uploaded as a manifest. */
export const isLong = (images: number): boolean => images > limits.listedAtMost;

/**
 * Uploads local photos and classifies them in groups, and a long list of URLs as one manifest. A failure affects only
 * its own rows: the result has everything that finished, in the order of the sources, and an error for each other image.
 */
export function classify(
  sources: readonly Source[],
  request: RequestOptions,
  surroundings: RunSurroundings,
): Promise<Classified> {
  return new Run(sources, request, surroundings).result();
}

export interface RunSurroundings {
  readonly client: Client;
  readonly progress: Progress;
  readonly signal?: AbortSignal;
  readonly onRow?: OnRow;
  /** Whether the result has the rows; otherwise only `onRow` gets them, so that any number needs little memory. */
  readonly keepRows?: boolean;
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
  /** Rows of executions that begin later. */
  #scheduled = 0;

  constructor(
    sources: readonly Source[],
    request: RequestOptions,
    { client, progress, signal, onRow, keepRows }: RunSurroundings,
  ) {
    this.#sources = sources;
    this.#request = request;
    this.#client = client;
    this.#progress = progress;
    this.#signal = signal;
    this.#outcomes = new Outcomes(sources, onRow, keepRows);
  }

  async result(): Promise<Classified> {
    this.#progress.begin(this.#sources.length);
    const { listed, grouped } = divided(this.#sources);
    await Promise.all([this.#list(listed), ...groupsOf(grouped).map((group) => this.#group(group))]);
    const rest = this.#failure ? problemOf(this.#failure) : { code: "NoResult", message: "It has no result yet." };
    const rows = this.#outcomes.rows({ code: rest.code, message: `Not classified. ${rest.message}` });
    return {
      rows,
      failed: this.#outcomes.failed - this.#scheduled,
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
    if (ready.length > 0) await this.#executions.add(() => this.#execute(new ListBatch(ready)));
  }

  /** Classifies images that need no upload themselves. */
  async #list(indexes: readonly number[]): Promise<void> {
    const ready = indexes.map((index) => ({ index, reference: this.#sources[index]?.name ?? "" }));
    for (const _ of ready) this.#progress.uploaded();
    const batches = manifestsOf(ready, this.#client);
    await Promise.all(batches.map((batch) => this.#executions.add(() => this.#execute(batch))));
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

  async #execute(batch: Batch): Promise<void> {
    if (this.#failure) return;
    const executionId = await this.#start(batch);
    if (executionId === undefined) return;
    this.#running.add(executionId);
    try {
      await this.#follow(executionId, batch);
      this.#running.delete(executionId);
    } catch (error) {
      const refused = error instanceof Refusal && !error.passing && ![401, 403].includes(error.status);
      if (refused) this.#running.delete(executionId);
      else this.#giveUp(error);
      const { code, message } = refused ? error : problemOf(this.#failure);
      // The rows name the execution, where classification may continue.
      this.#fail(batch.rows.flat(), { code, message: `${message} Execution "${executionId}".` }, executionId);
    } finally {
      this.#progress.running(executionId, undefined);
    }
  }

  /** Starts an execution. A batch that is rejected for its content is split in halves, down to the rejected image. */
  async #start(batch: Batch): Promise<string | undefined> {
    try {
      const images = await this.#twice(() => batch.images());
      const { executionId, status } = await this.#client.start({ ...images, ...this.#request }, randomUUID());
      if (status !== "SCHEDULED") return executionId;
      // Nobody waits for days: the execution is named at the end, as one that goes on.
      this.#running.add(executionId);
      this.#scheduled += batch.rows.flat().length;
      return undefined;
    } catch (error) {
      if (!(error instanceof Refusal) || refusesAll(error)) this.#giveUp(error);
      else if (!batch.isSplitFor(error.status) || !(await this.#split(batch))) this.#fail(batch.rows.flat(), error);
      return undefined;
    }
  }

  /** Executes the halves one after the other. Returns whether there are any. */
  async #split(batch: Batch): Promise<boolean> {
    const halves = batch.halves();
    for (const half of halves) await this.#execute(half);
    return halves.length > 0;
  }

  async #follow(executionId: string, batch: Batch): Promise<void> {
    const view = await this.#client.finish(executionId, ({ progress }) =>
      this.#progress.running(executionId, progress),
    );
    if (view.status === "SUCCEEDED") {
      const rows = batch.rows;
      for await (const result of this.#client.eachResult(view)) await this.#take(result, rows[result.index] ?? []);
      const missing = { code: "NoResult", message: `The execution "${executionId}" has no result for this image.` };
      this.#fail(rows.flat(), missing, executionId);
      return;
    }
    const { code, message } = view.error ?? { code: view.status, message: `The execution is ${view.status}.` };
    // The stack allows fewer images per execution than it does by default.
    if (code === "TooManyImages" && (await this.#split(batch))) return;
    this.#executionFailed = true;
    this.#fail(batch.rows.flat(), { code, message: `${message} Execution "${executionId}".` }, executionId);
  }

  async #take(result: ImageResult, rows: readonly number[]): Promise<void> {
    for (const index of rows) {
      if (this.#outcomes.has(index)) continue;
      await this.#outcomes.take(index, result);
      this.#progress.done("service");
    }
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

/** The sources by their rows: those that a manifest lists, and those that are classified in groups. */
function divided(sources: readonly Source[]) {
  const rows = sources.map((_, index) => index);
  const references = rows.filter((index) => sources[index]?.kind === "reference");
  if (!isLong(references.length)) return { listed: [], grouped: rows };
  return { listed: references, grouped: rows.filter((index) => sources[index]?.kind !== "reference") };
}

function groupsOf(indexes: readonly number[]): readonly (readonly number[])[] {
  const wanted = Math.ceil(indexes.length / limits.groupsWanted);
  const size = Math.min(limits.largestGroup, Math.max(limits.smallestGroup, wanted));
  return Array.from({ length: Math.ceil(indexes.length / size) }, (_, at) => indexes.slice(at * size, (at + 1) * size));
}

/** A photo that is rejected or cannot be read affects its row; a rejected key ends the command. */
function costsOneRow(error: unknown): error is Problem & Error {
  if (error instanceof PhotoNotReadable || error instanceof HeicNotConverted) return true;
  if (!(error instanceof Refusal) || error.passing) return false;
  return error.code === "UploadRefused" || ![401, 403, 404].includes(error.status);
}

/**
 * Whether no other images would be accepted either: the key, the address, the webhook or the time of the start is refused,
 * or the API is busy.
 */
export function refusesAll(error: Refusal): boolean {
  const isOption = error.code === "NotifyNotAllowed" || error.fields.includes("notBefore");
  return error.passing || [401, 403, 404].includes(error.status) || isOption;
}

function problemOf(failure: CommandFailure | undefined): Problem {
  const message = failure?.message ?? "";
  if (failure?.exitCode === exitCodes.interrupted)
    return { code: "Interrupted", message: "The command was interrupted." };
  if (failure instanceof Unreachable) return { code: failure.code, message };
  if (failure?.cause instanceof Refusal) return { code: failure.cause.code, message };
  return { code: "EndpointRefused", message };
}

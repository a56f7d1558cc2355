import { randomUUID } from "node:crypto";
import path from "node:path";
import type { Client, ImagesToClassify, RequestOptions } from "./api/client.ts";
import { failureOf, Refusal } from "./api/refusal.ts";
import { classify, refusesAll } from "./classify.ts";
import { CommandFailure, type ExitCode, exitCodes, Fault } from "./failure.ts";
import { follow } from "./follow.ts";
import type { Part, ServedList } from "./input/parts.ts";
import type { Source } from "./input/source.ts";
import { type Options, sameEndpoint } from "./options.ts";
import type { Row } from "./outcomes.ts";
import { writeSheet } from "./output/contact-sheet-file.ts";
import { printerOf } from "./output/formats.ts";
import type { Printer } from "./output/printer.ts";
import type { Progress } from "./output/progress.ts";
import type { Output } from "./output/stream.ts";

export interface SessionSurroundings {
  readonly client: Client;
  readonly progress: Progress;
  readonly stdout: Output;
  /** Prints a message for the user, not a result. */
  readonly say: (text: string) => void;
  readonly folder: string;
  readonly signal: AbortSignal | undefined;
}

/** One call of the command: classifies its inputs part by part, prints rows as they come, and knows how it ends. */
export class Session {
  readonly #options: Options;
  readonly #surroundings: SessionSurroundings;
  readonly #request: RequestOptions;
  readonly #printer: Printer;
  /** Rows for the contact sheet; empty without one. */
  readonly #sheet: { readonly row: Row; readonly source: Source }[] = [];
  readonly #running = new Set<string>();
  #rows = 0;
  #finished = 0;
  #failed = 0;
  #executionFailed = false;
  #failure: CommandFailure | undefined;
  /** Why the last list that was refused for its content was refused. */
  #refusal: CommandFailure | undefined;

  constructor(options: Options, surroundings: SessionSurroundings) {
    this.#options = options;
    this.#surroundings = surroundings;
    const { topK, notify, notBefore } = options;
    this.#request = {
      topK,
      ...(notify === undefined ? {} : { notify }),
      ...(notBefore === undefined ? {} : { notBefore }),
    };
    this.#printer = printerOf(options.format, surroundings.stdout);
  }

  /** Classifies the parts in their order. One that fails does not cost the others, unless the endpoint is at fault. */
  async classify(parts: readonly Part[]): Promise<void> {
    for (const [at, part] of parts.entries()) {
      if (part.kind === "images") await this.#images(part.sources);
      else await this.#list(part.list);
      if (!this.#failure) continue;
      const rest = parts
        .slice(at + 1)
        .map((each) => (each.kind === "list" ? `"${each.list.name}"` : "the other images"));
      if (rest.length > 0) this.#surroundings.say(`Not started: ${rest.join(", ")}.`);
      return;
    }
  }

  /** Follows an execution to its end, and prints its results. */
  async follow(executionId: string): Promise<void> {
    const { client, progress, say } = this.#surroundings;
    const base = this.#rows;
    this.#running.add(executionId);
    try {
      const { transient, skipped, problem } = await follow(executionId, {
        client,
        progress,
        onRow: (row, index) => {
          this.#finished += 1;
          if (row.error) this.#failed += 1;
          return this.#print(row, base + index, { name: row.name, kind: "reference" });
        },
      });
      this.#running.delete(executionId);
      if (problem) {
        this.#executionFailed = true;
        say(`${problem.code}: ${problem.message}`);
      }
      if (transient > 0) {
        const call = `${followCall(executionId, this.#options)} --retry-failed`;
        say(
          `${transient} ${transient === 1 ? "error" : "errors"} may have passed; classify again what failed: ${call}`,
        );
      }
      if (skipped > 0) say(`Skipped ${skipped} ${skipped === 1 ? "object" : "objects"} that by name are not images.`);
    } catch (error) {
      this.#giveUp(error);
      // An execution that does not exist cannot be followed again.
      if (this.#failure?.exitCode === exitCodes.usage) this.#running.delete(executionId);
    }
  }

  /** Prints what belongs at the end, and returns how the command ends. */
  async end(): Promise<ExitCode> {
    await this.#printer.end();
    const { html } = this.#options;
    const { folder, say } = this.#surroundings;
    // It is written last, so that a full disk does not lose the results.
    if (html !== undefined && this.#sheet.length > 0) {
      const [rows, sources] = [this.#sheet.map(({ row }) => row), this.#sheet.map(({ source }) => source)];
      await writeSheet(path.resolve(folder, html), rows, sources);
      say(`Contact sheet: ${html}`);
    }
    if (this.#failure) say(this.#failure.message);
    for (const executionId of this.#running) say(howToFollow(executionId, this.#options));
    return this.#exitCode();
  }

  async #images(sources: readonly Source[]): Promise<void> {
    const { client, progress, signal } = this.#surroundings;
    const base = this.#rows;
    const atOnce = this.#printer.inAnyOrder;
    const classified = await classify(sources, this.#request, {
      client,
      progress,
      keepRows: !atOnce || this.#options.html !== undefined,
      ...(signal && { signal }),
      ...(atOnce && { onRow: (row, index) => this.#printer.print(row, base + index) }),
    }).finally(() => progress.end());
    this.#rows += sources.length;
    this.#finished += classified.finished;
    this.#failed += classified.failed;
    this.#executionFailed ||= classified.executionFailed;
    this.#failure = classified.failure;
    for (const executionId of classified.running) this.#running.add(executionId);
    if (!classified.worthShowing) return;
    for (const [index, row] of classified.rows.entries()) {
      await this.#print(row, base + index, sources[index] ?? { name: row.name, kind: "reference" });
    }
  }

  async #list(list: ServedList): Promise<void> {
    try {
      const images = await this.#stored(list);
      const { client } = this.#surroundings;
      const { executionId, status } = await client.start({ ...images, ...this.#request }, randomUUID());
      if (status === "SCHEDULED") this.#running.add(executionId);
      else await this.follow(executionId);
    } catch (error) {
      if (!(error instanceof Refusal) || refusesAll(error)) return this.#giveUp(error);
      this.#refusal = failureOf(error);
      this.#surroundings.say(this.#refusal.message);
    }
  }

  /** Uploads a list if necessary. */
  async #stored(list: ServedList): Promise<ImagesToClassify> {
    if (list.kind === "stored") return list.images;
    const { client } = this.#surroundings;
    const { bytes, contentType, name } = list;
    const ticket = await client.manifestTicket(contentType, bytes.length, path.basename(name));
    await client.upload(ticket, new Blob([new Uint8Array(bytes)], { type: contentType }));
    return { manifest: ticket.manifest };
  }

  async #print(row: Row, index: number, source: Source): Promise<void> {
    this.#rows = Math.max(this.#rows, index + 1);
    if (this.#options.html !== undefined) this.#sheet.push({ row, source });
    await this.#printer.print(row, index);
  }

  #giveUp(error: unknown): void {
    if (this.#surroundings.signal?.aborted) this.#failure = new CommandFailure(exitCodes.interrupted, "Interrupted.");
    else if (error instanceof CommandFailure) this.#failure = error;
    else if (error instanceof Refusal) this.#failure = failureOf(error);
    else this.#failure = new Fault(error);
  }

  #exitCode(): ExitCode {
    if (this.#failure?.exitCode === exitCodes.interrupted) return exitCodes.interrupted;
    const failure = this.#failure ?? this.#refusal;
    if (this.#finished === 0 && failure) return failure.exitCode;
    if (this.#finished === 0 && this.#executionFailed) return exitCodes.executionFailed;
    const complete = this.#failed === 0 && !failure && !this.#executionFailed;
    return complete ? exitCodes.allClassified : exitCodes.someImagesFailed;
  }
}

const followCall = (executionId: string, options: Options): string =>
  `npm run classify -- --execution ${executionId}${sameEndpoint(options)}`;

function howToFollow(executionId: string, options: Options): string {
  const call = followCall(executionId, options);
  if (options.notBefore !== undefined && Date.parse(options.notBefore) > Date.now()) {
    return `Execution "${executionId}" begins at ${options.notBefore}. Follow it: ${call}; cancel it: ${call} --cancel`;
  }
  return `Execution "${executionId}" continues. Follow it: ${call}; stop it: ${call} --cancel`;
}

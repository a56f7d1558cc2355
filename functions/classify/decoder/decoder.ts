import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { Socket } from "node:net";
import * as z from "zod";
import { type ImageErrorCode, imageErrorCodes } from "../../../contract/errors.ts";
import { FrameReader, writeFrame } from "./frames.ts";
import { launch } from "./launch.ts";
import { type Bound, channelDescriptor, type Job, replyLimits } from "./protocol.ts";
import { usageOf } from "./usage.ts";

/** Replies of a decoder are validated, because an image may have taken it over. */
const Reply = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("ready") }),
  z.object({
    kind: z.literal("decoded"),
    id: z.number(),
    width: z.number().int().positive(),
    height: z.number().int().positive(),
  }),
  z.object({ kind: z.literal("failed"), id: z.number(), code: z.enum(imageErrorCodes), message: z.string() }),
  z.object({ kind: z.literal("retired") }),
  z.object({ kind: z.literal("exceeded"), bound: z.enum(["processor", "memory"]) }),
]);

/** The outcome of one job. */
export type Outcome =
  | { readonly kind: "decoded"; readonly width: number; readonly height: number; readonly pixels: Buffer }
  | { readonly kind: "failed"; readonly code: ImageErrorCode; readonly message: string };

/** Why a decoder ended: the image exceeded a bound, no image is at fault, or unknown. */
export interface Death {
  readonly bound?: Bound | "time";
  readonly innocent?: true;
  readonly detail: string;
}

export interface DecoderEvents {
  readonly onReady: () => void;
  /** Called with the outcome of the job with this number. */
  readonly onOutcome: (id: number, outcome: Outcome) => void;
  readonly onDeath: (death: Death) => void;
}

/** By how much a decoder may exceed its limits before its parent kills it: it normally stops itself first. */
const slack = { processorMs: 250, memoryBytes: 48 * 1_024 * 1_024 };
/** Maximum number of characters kept of what a dying decoder printed. */
const longestDetail = 500;

/** The parent's view of one decoder process. */
export class Decoder {
  readonly #child: ChildProcess;
  readonly #channel: Socket;
  readonly #events: DecoderEvents;
  readonly #exited: Promise<unknown>;
  #idle = { processorMs: 0, memoryBytes: 0 };
  #job: Job | undefined;
  #printed = "";
  #dead = false;

  constructor(module: string, events: DecoderEvents) {
    this.#events = events;
    const child = launch(module);
    this.#child = child;
    this.#channel = child.stdio[channelDescriptor] as Socket;
    this.#exited = once(child, "close").catch(() => undefined);
    child.once("error", (error) => this.#end({ detail: error.message }));
    // Not "exit": its last messages may not have been read yet.
    child.once("close", (code, signal) => this.#end({ detail: `${signal ?? `exit ${code}`} ${this.#printed}`.trim() }));
    child.stderr?.on("data", (chunk: Buffer) => {
      this.#printed = (this.#printed + chunk.toString("latin1")).slice(-longestDetail);
    });
    const reader = new FrameReader(replyLimits);
    this.#channel?.on("data", (chunk: Buffer) => {
      try {
        for (const { header, body } of reader.push(chunk)) this.#receive(Reply.parse(header), body);
      } catch (error) {
        this.kill({ detail: `it violates the protocol (${(error as Error).message})` });
      }
    });
    // The exit event follows and has the details.
    this.#channel?.on("error", () => undefined);
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Sends a job; the decoder processes jobs in order. */
  send(job: Job, image: Uint8Array): void {
    writeFrame(this.#channel, job, image);
  }

  /** The process works on this job from now on, and its usage is attributed to it. */
  begin(job: Job | undefined): void {
    this.#job = job;
    if (job && this.pid !== undefined)
      this.#idle = { ...(usageOf(this.pid) ?? this.#idle), memoryBytes: this.#idle.memoryBytes };
  }

  /** Kills the process if it exceeds the limits of the current job, in case its own check has failed. */
  check(): void {
    const used = this.#job && this.pid !== undefined ? usageOf(this.pid) : undefined;
    if (!used || !this.#job) return;
    const { processorMs, memoryBytes } = this.#job;
    if (used.processorMs - this.#idle.processorMs > processorMs + slack.processorMs) {
      this.kill({ bound: "processor", detail: "its parent ended it" });
    } else if (used.memoryBytes - this.#idle.memoryBytes > memoryBytes + slack.memoryBytes) {
      this.kill({ bound: "memory", detail: "its parent ended it" });
    }
  }

  kill(death: Death): void {
    this.#child.kill("SIGKILL");
    this.#end(death);
  }

  /** Whether this decoder keeps the function's process running; an idle one does not. */
  hold(waits: boolean): void {
    for (const handle of [this.#child, this.#channel, this.#child.stderr as Socket | null]) {
      if (waits) handle?.ref();
      else handle?.unref();
    }
  }

  /** Resolves when nothing of the process is left. Until then its handles are held: its "close" waits for all of them. */
  async gone(): Promise<void> {
    this.hold(true);
    await this.#exited;
  }

  #receive(reply: z.infer<typeof Reply>, body: Buffer): void {
    if (this.#dead) return;
    switch (reply.kind) {
      case "ready":
        this.#idle = { processorMs: 0, memoryBytes: 0, ...(this.pid === undefined ? {} : usageOf(this.pid)) };
        this.#events.onReady();
        break;
      case "retired":
        this.kill({ innocent: true, detail: "it kept too much memory" });
        break;
      case "exceeded":
        this.kill({ bound: reply.bound, detail: "it ended itself" });
        break;
      case "failed":
        this.#events.onOutcome(reply.id, reply);
        break;
      case "decoded":
        this.#events.onOutcome(reply.id, { kind: "decoded", width: reply.width, height: reply.height, pixels: body });
    }
  }

  #end(death: Death): void {
    if (this.#dead) return;
    this.#dead = true;
    this.#events.onDeath(death);
  }
}

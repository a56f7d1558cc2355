import { late, within } from "../../deadline.ts";
import type { FunctionResource } from "../../graph.ts";
import type { Outcome, Work } from "../sandbox/runtime-api.ts";
import { type Exit, Sandbox } from "../sandbox/sandbox.ts";
import type { Scratch } from "../sandbox/scratch.ts";
import { sandboxEnvironment } from "./environment.ts";
import type { InstanceLog } from "./instance-log.ts";
import {
  endLine,
  initReportLine,
  initStartLine,
  reportLine,
  startLine,
  timedOut,
  timeoutLine,
} from "./platform-log.ts";
import type { Session } from "./session.ts";
import { traceId } from "./trace.ts";

/** An invocation as an instance receives it. */
export interface Call extends Omit<Work, "deadline" | "traceId"> {
  /** Kills the sandbox this many milliseconds after the handler was called, unless the call has ended before. */
  readonly killAfterMs?: number;
}

export interface Answer {
  readonly payload: string;
  readonly failed: boolean;
  /** The last 4 KiB that this invocation logged. */
  readonly logTail: string;
}

export interface InstanceOptions {
  readonly definition: FunctionResource;
  readonly version: string;
  readonly taskRoot: string;
  /** Path of the Node executable. */
  readonly node: string;
  readonly session: Session;
  readonly log: InstanceLog;
  readonly scratch: Scratch;
  readonly initSeconds: number;
  /** Called when the runtime process ends unexpectedly. */
  readonly onDeath: (instance: Instance) => void;
}

type Timeout = { readonly kind: "timeout" };
type Failure = Exclude<Outcome, { kind: "response" }> | Exit | Timeout;

/**
 * An execution environment of a function: it has one log stream and one session of the function's role, and handles one
 * invocation at a time. Lambda freezes an environment between invocations; here the process only waits, so a handler's
 * timers and sockets stay active.
 */
export class Instance {
  readonly #options: InstanceOptions;
  #starting: Promise<Sandbox> | undefined;
  #sandbox: Sandbox | undefined;
  #initialised = false;
  #dead = false;

  constructor(options: InstanceOptions) {
    this.#options = options;
  }

  get dead(): boolean {
    return this.#dead;
  }

  async end(): Promise<void> {
    this.#dead = true;
    // Wait for a sandbox that is still starting; otherwise it would not be ended and would outlive everything.
    await this.#starting?.catch(() => undefined);
    await this.#sandbox?.end();
    this.#options.session.end();
  }

  /** Runs one invocation, preceded by the initialisation if this is a cold start. */
  async invoke(call: Call): Promise<Answer> {
    const { definition, version, log } = this.#options;
    log.beginTail();
    const initMs = this.#initialised ? undefined : await this.#coldStart();
    const began = performance.now();
    const limitMs = definition.timeoutSeconds * 1_000;
    // Lambda repeats a failed initialisation once, now as part of the invocation and its timeout.
    const failure = this.#initialised ? undefined : await this.#initialise(limitMs, "invoke");
    log.line(startLine(call.requestId, version));
    const result = failure ?? (await this.#run(call, limitMs - (performance.now() - began)));
    if (result.kind === "timeout" || result.kind === "exit" || failure) await this.end();
    if (result.kind === "timeout") log.line(timeoutLine(call.requestId, definition.timeoutSeconds));
    // If the runtime was killed or exited, the log contains START without END.
    if (result.kind !== "exit") log.line(endLine(call.requestId));
    this.#report(call.requestId, Math.min(performance.now() - began, limitMs), initMs, result);
    const answer = { payload: this.#payload(call.requestId, result), failed: result.kind !== "response" };
    return { ...answer, logTail: log.tail() };
  }

  /** Returns the duration of a successful initialisation in milliseconds, or undefined if it failed. */
  async #coldStart(): Promise<number | undefined> {
    this.#options.log.line(initStartLine());
    const began = performance.now();
    const failure = await this.#initialise(this.#options.initSeconds * 1_000, "init");
    return failure ? undefined : performance.now() - began;
  }

  async #initialise(limitMs: number, phase: "init" | "invoke"): Promise<Failure | undefined> {
    const began = performance.now();
    const sandbox = await this.#start();
    const unlimit = sandbox.limitMemory();
    const result = await limited(limitMs, sandbox, sandbox.api.initialised);
    unlimit();
    if (result.kind === "ready") {
      this.#initialised = true;
      return undefined;
    }
    await sandbox.end();
    const errorType = result.kind === "timeout" ? undefined : result.errorType;
    this.#options.log.line(initReportLine(performance.now() - began, phase, errorType));
    return result;
  }

  async #start(): Promise<Sandbox> {
    const { definition, version, taskRoot, node, session, log, scratch, onDeath } = this.#options;
    const home = scratch.folder();
    if (this.#dead) throw new Error("an instance that has ended starts no sandbox");
    this.#starting = Sandbox.start({
      environment: (runtimeApi) =>
        sandboxEnvironment(definition, {
          ...session.setting,
          version,
          logStream: log.stream,
          runtimeApi,
          taskRoot,
          home,
        }),
      home,
      taskRoot,
      node,
      watchdog: scratch.watchdog,
      memorySizeMb: definition.memorySizeMb,
      onLine: (line) => log.line(line),
    });
    const sandbox = await this.#starting;
    this.#sandbox = sandbox;
    sandbox.onExit(() => {
      if (this.#initialised && !this.#dead) onDeath(this);
    });
    return sandbox;
  }

  async #run(call: Call, limitMs: number): Promise<Outcome | Exit | Timeout> {
    const sandbox = this.#sandbox;
    if (!sandbox) throw new Error("an instance ran a call before it had a sandbox");
    const deadline = Date.now() + limitMs;
    const unlimit = sandbox.limitMemory();
    const { killAfterMs, ...request } = call;
    const work = sandbox.api.run({ ...request, deadline, traceId: traceId() });
    const killing = killAfterMs === undefined ? undefined : setTimeout(() => void sandbox.end(), killAfterMs);
    const result = await limited(limitMs, sandbox, work);
    clearTimeout(killing);
    // An invocation is over when the runtime requests the next one: until then the runtime may still write its log, or
    // die.
    if (result.kind === "response" || result.kind === "error") {
      const idle = sandbox.api.idle().then(() => ({ kind: "idle" }) as const);
      const after = await limited(Math.max(0, deadline - Date.now()), sandbox, idle);
      if (after.kind !== "idle") await this.end();
    }
    unlimit();
    return result;
  }

  #report(
    requestId: string,
    durationMs: number,
    initMs: number | undefined,
    { kind, ...rest }: Outcome | Exit | Timeout,
  ) {
    const { definition, log } = this.#options;
    const crash =
      kind === "exit" && "errorType" in rest ? { status: "error" as const, errorType: rest.errorType } : undefined;
    const status = kind === "timeout" ? { status: kind } : crash;
    log.line(
      reportLine({
        requestId,
        durationMs,
        memorySizeMb: definition.memorySizeMb,
        maxMemoryBytes: this.#sandbox?.memoryPeak() ?? 0,
        ...(initMs === undefined ? {} : { initMs }),
        ...(status === undefined ? {} : { status }),
      }),
    );
  }

  #payload(requestId: string, result: Outcome | Exit | Timeout): string {
    if (result.kind === "response" || result.kind === "error") return result.payload;
    const timeout = { errorType: "Sandbox.Timedout", reason: timedOut(this.#options.definition.timeoutSeconds) };
    const { errorType, reason } = result.kind === "timeout" ? timeout : result;
    return JSON.stringify({ errorType, errorMessage: `RequestId: ${requestId} Error: ${reason}` });
  }
}

/** Returns the result of work that a sandbox does, how the sandbox ended before that, or a timeout. */
async function limited<T>(milliseconds: number, sandbox: Sandbox, work: Promise<T>): Promise<T | Exit | Timeout> {
  let forget: () => void = () => undefined;
  const exited = new Promise<Exit>((resolve) => {
    forget = sandbox.onExit(resolve);
  });
  try {
    const first = await within(milliseconds, Promise.race([work, exited]));
    return first === late ? { kind: "timeout" } : first;
  } finally {
    forget();
  }
}

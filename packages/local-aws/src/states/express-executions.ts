import { randomUUID } from "node:crypto";
import type { Json } from "./data/json.ts";
import { deferred } from "./deferred.ts";
import { timeoutOf } from "./express.ts";
import type { End } from "./history/end.ts";
import { type Entry, inputDetails } from "./history/event.ts";
import { Journal } from "./history/journal.ts";
import { Execution } from "./interpreter/execution.ts";
import type { Run } from "./interpreter/frame.ts";
import { eventLog } from "./logging.ts";
import type { Machine } from "./machines.ts";
import { runOf, type Surroundings } from "./run.ts";

export interface ExpressResult {
  readonly arn: string;
  readonly name: string;
  readonly startedAt: number;
  readonly input: string;
  readonly end: End;
}

export interface StartedExpress {
  readonly arn: string;
  readonly startedAt: number;
  /** Settles when the execution ends. */
  readonly ended: Promise<ExpressResult>;
}

/** Express executions that a client starts. They are never on disk and end with the process. */
export class ExpressExecutions {
  readonly #surroundings: Surroundings;
  readonly #track: (execution: Execution) => void;

  /** @param track starts an execution and remembers it while it runs */
  constructor(surroundings: Surroundings, track: (execution: Execution) => void) {
    this.#surroundings = surroundings;
    this.#track = track;
  }

  start(machine: Machine, name: string, input: string): StartedExpress {
    const { clock, options } = this.#surroundings;
    const { resource, definition } = machine;
    const arn = `${resource.arn.replace(":stateMachine:", ":express:")}:${name}:${randomUUID()}`;
    const startedAt = clock.now();
    const log = eventLog(resource, { arn, startedAt, redriveCount: 0 }, options.logs);
    const write = (entry: Entry) => log?.(entry.event);
    const first = new Journal({ clock, write, unlimited: true });
    first.append("", "ExecutionStarted", 0, { ...inputDetails(input), roleArn: resource.roleArn });
    const ended = deferred<ExpressResult>();
    const about = { arn, name, machineArn: resource.arn, roleArn: resource.roleArn, startedAt, redriveCount: 0 };
    const execution = new Execution({
      run: runOf(about, input, this.#surroundings, definition),
      definition,
      timeoutSeconds: timeoutOf(arn, definition),
      journal: new Journal({ clock, write, unlimited: true, entries: first.entries }),
      onEnd: (end) => ended.resolve({ arn, name, startedAt, input, end }),
    });
    this.#track(execution);
    return { arn, startedAt, ended: ended.promise };
  }

  /** Creates the run for the test of a single state: an execution that is never started. */
  runOfTest({ roleArn, input, name }: { readonly roleArn: string; readonly input: Json; readonly name: string }): Run {
    const { clock, options } = this.#surroundings;
    const { region, accountId } = options;
    const machine = randomUUID();
    const arn = `arn:aws:states:${region}:${accountId}:express:${machine}:${name}`;
    const machineArn = `arn:aws:states:${region}:${accountId}:stateMachine:${machine}`;
    const about = { arn, name, machineArn, roleArn, startedAt: clock.now(), redriveCount: 0 };
    return runOf(about, JSON.stringify(input), this.#surroundings, {});
  }
}

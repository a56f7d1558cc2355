import { AwsError, type Service } from "../service.ts";
import type { Definition } from "./asl/definition.ts";
import type { TaskTokens } from "./callbacks/task-tokens.ts";
import type { Clock } from "./clock.ts";
import { ExecutionRecords } from "./execution-records.ts";
import { isExpress, timeoutOf } from "./express.ts";
import { ExpressExecutions, type StartedExpress } from "./express-executions.ts";
import { type End, endOf, endStatuses } from "./history/end.ts";
import { type Details, type Entry, inputDetails } from "./history/event.ts";
import { Journal } from "./history/journal.ts";
import { replayOf } from "./history/redrive.ts";
import { ExecutionError, StorageFailure } from "./interpreter/error.ts";
import { Execution } from "./interpreter/execution.ts";
import type { Evaluate } from "./jsonata/evaluator.ts";
import { eventLog } from "./logging.ts";
import { aboutOf } from "./machines/at-start.ts";
import type { Machine, Machines, Target } from "./machines.ts";
import type { Children, NewChild } from "./map-runs/children.ts";
import { stopAll } from "./map-runs/driver.ts";
import { MapRunDirectory } from "./map-runs/map-runs.ts";
import type { StatesOptions } from "./options.ts";
import { runOf, type Surroundings } from "./run.ts";
import { StatusReports } from "./status-reports.ts";
import type { ChildPosition, ExecutionRecord, ExecutionStore } from "./store/execution-store.ts";
import type { MapRunStore } from "./store/map-run-store.ts";

/** All executions of the service, running and ended. */
export class Executions implements Children {
  readonly mapRuns: MapRunDirectory;
  readonly express: ExpressExecutions;
  readonly #options: StatesOptions;
  readonly #clock: Clock;
  readonly #evaluate: Evaluate;
  readonly #tokens: TaskTokens;
  readonly #stepFunctions: Service;
  readonly #machines: Machines;
  readonly #store: ExecutionStore;
  readonly #reports: StatusReports;
  readonly #records = new ExecutionRecords();
  /** Of the definitions that children run, each of which thousands of them share. */
  readonly #processorHashes = new WeakMap<Definition, string>();
  readonly #running = new Map<string, { readonly execution: Execution; readonly done: Promise<void> }>();
  #closed = false;

  constructor(
    { options, clock, evaluate, tokens, stepFunctions }: Omit<Surroundings, "mapRuns">,
    machines: Machines,
    store: ExecutionStore,
    mapRuns: MapRunStore,
  ) {
    this.#options = options;
    this.#clock = clock;
    this.#evaluate = evaluate;
    this.#tokens = tokens;
    this.#stepFunctions = stepFunctions;
    this.#machines = machines;
    this.#store = store;
    this.#reports = new StatusReports(options.onStatusChange, (arn) => this.history(arn));
    for (const record of store.load(clock.now())) this.#records.set(record);
    this.mapRuns = new MapRunDirectory(mapRuns, clock, this);
    this.express = new ExpressExecutions(this.#surroundings, (execution) => this.#track(execution));
  }

  /** Returns all executions on disk, oldest first: Standard executions, and the child executions of Map Runs. */
  get records(): readonly ExecutionRecord[] {
    return this.#records.all();
  }

  find(arn: string): ExecutionRecord | undefined {
    return this.#records.get(arn);
  }

  history(arn: string): readonly Entry["event"][] {
    return this.#running.get(arn)?.execution.journal.events ?? this.#store.history(arn).map(({ event }) => event);
  }

  definitionOf(record: ExecutionRecord): string {
    return this.#store.definition(record.definitionHash);
  }

  /** Starts a Standard execution, which is on disk when this returns. */
  start({ machine, versionArn, aliasArn }: Target, name: string, input: string): ExecutionRecord {
    const { arn, roleArn, definition } = machine.resource;
    const executionArn = `${arn.replace(":stateMachine:", ":execution:")}:${name}`;
    const begun = {
      arn: executionArn,
      name,
      machineArn: arn,
      roleArn,
      ...(versionArn === undefined ? {} : { versionArn }),
      ...(aliasArn === undefined ? {} : { aliasArn }),
      about: aboutOf(machine),
    };
    return this.#begin(begun, this.#store.saveDefinition(definition), machine.definition, input);
  }

  /**
   * Starts a child execution of a Map Run, which is on disk when this returns. This includes Express children, because
   * a Map Run survives a restart of this process.
   */
  startChild({ executionArn, name, machineArn, roleArn, processor, input, position }: NewChild): ExecutionRecord {
    const begun = { arn: executionArn, name, machineArn, roleArn, mapRun: position };
    let hash = this.#processorHashes.get(processor);
    if (hash === undefined) {
      hash = this.#store.saveDefinition(JSON.stringify(processor));
      this.#processorHashes.set(processor, hash);
    }
    return this.#begin(begun, hash, processor, input);
  }

  #begin(
    begun: Omit<ExecutionRecord, "definitionHash" | "startedAt" | "status" | "redriveCount">,
    definitionHash: string,
    definition: Definition,
    input: string,
  ): ExecutionRecord {
    this.#assertOpen();
    const record: ExecutionRecord = {
      ...begun,
      definitionHash,
      startedAt: this.#clock.now(),
      status: "RUNNING",
      redriveCount: 0,
    };
    const journal = this.#journal(record, []);
    journal.append("", "ExecutionStarted", 0, { ...inputDetails(input), roleArn: record.roleArn });
    this.#save(record);
    this.#launch(record, definition, journal.entries);
    this.#reports.report(record);
    return record;
  }

  /** Runs an Express execution. */
  startExpress(machine: Machine, name: string, input: string): StartedExpress {
    this.#assertOpen();
    return this.express.start(machine, name, input);
  }

  /** Ends a running execution as ABORTED and returns the time of its end. An ended execution is not changed. */
  async stop(record: ExecutionRecord, details: Details): Promise<number> {
    const running = this.#running.get(record.arn);
    await running?.execution.stop(details);
    return this.find(record.arn)?.stoppedAt ?? this.#clock.now();
  }

  /** Resumes every Standard execution that was running when the previous process ended. */
  recover(): void {
    for (const record of this.records) {
      if (record.status !== "RUNNING" || this.#running.has(record.arn)) continue;
      const entries = this.#store.history(record.arn);
      const last = entries.at(-1)?.event;
      const status = last && Object.hasOwn(endStatuses, last.type) ? endStatuses[last.type] : undefined;
      if (last && status) this.#ended(record.arn, endOf(status, last.timestamp, last.details ?? {}));
      else this.#resume(record, entries);
    }
    this.mapRuns.abortEnded();
    // The previous process may have crashed after a Map Run ended and before its children did.
    const orphans = this.records.filter(
      ({ status, mapRun }) => status === "RUNNING" && mapRun !== undefined && !this.mapRuns.running(mapRun.arn),
    );
    void stopAll(
      orphans.map(({ arn }) => arn),
      this,
    );
  }

  #resume(record: ExecutionRecord, entries: readonly Entry[]): void {
    try {
      this.#launch(record, JSON.parse(this.definitionOf(record)) as Definition, entries);
    } catch (error) {
      // After a power failure, a record may lack its definition or its first event. A lost execution must not prevent
      // the others from resuming.
      const details = { error: "States.Runtime", cause: `The execution cannot be resumed: ${String(error)}` };
      const journal = this.#journal(record, entries);
      const event = journal.append("", "ExecutionFailed", journal.last?.id ?? 0, details, true);
      this.#ended(record.arn, endOf("FAILED", event.timestamp, details));
    }
  }

  /** All child executions of a Map Run on disk, those that a redrive replaced included. */
  ofMapRun(mapRunArn: string): readonly ExecutionRecord[] {
    return this.#records.ofMapRun(mapRunArn);
  }

  childrenOf(mapRunArn: string): readonly (ExecutionRecord | undefined)[] {
    return this.#records.childrenOf(mapRunArn);
  }

  redriveChild(record: ExecutionRecord, position: ChildPosition): void {
    this.redrive({ ...record, mapRun: position });
  }

  async settled(arn: string): Promise<ExecutionRecord | undefined> {
    await this.#running.get(arn)?.done;
    return this.find(arn);
  }

  /** Runs an ended execution again from the point of failure and returns the time of the redrive. */
  redrive(record: ExecutionRecord): number {
    this.#assertOpen();
    const { stoppedAt: _, ...rest } = record;
    const redrivenAt = this.#clock.now();
    const again: ExecutionRecord = { ...rest, status: "RUNNING", redriveCount: record.redriveCount + 1, redrivenAt };
    const journal = this.#journal(again, this.#store.history(record.arn));
    journal.append("", "ExecutionRedriven", journal.last?.id ?? 0, { redriveCount: again.redriveCount });
    this.#save(again);
    this.#launch(again, JSON.parse(this.definitionOf(again)) as Definition, journal.entries);
    this.#reports.report(again);
    return redrivenAt;
  }

  /**
   * Leaves Standard executions for the next process to resume, ends Express executions, and waits until everything is
   * on disk.
   */
  async close(): Promise<void> {
    this.#closed = true;
    this.mapRuns.close();
    for (const { execution } of this.#running.values()) {
      if (this.#records.has(execution.run.arn)) execution.suspend();
      else execution.fail(new ExecutionError("States.Runtime", "The service was shut down while the execution ran."));
    }
    await Promise.all([...this.#running.values()].map(({ done }) => done));
    await this.#reports.settled();
    await this.#store.flush();
  }

  #launch(record: ExecutionRecord, definition: Definition, entries: readonly Entry[]): void {
    const input = String(entries[0]?.event.details?.["input"]);
    const execution = new Execution({
      run: runOf(record, input, this.#surroundings, definition),
      definition,
      timeoutSeconds: timeoutOf(record.arn, definition),
      journal: this.#journal(record, entries),
      onEnd: (end) => this.#ended(record.arn, end),
    });
    this.#track(execution);
  }

  #track(execution: Execution): void {
    const { arn } = execution.run;
    this.#running.set(arn, { execution, done: execution.start().finally(() => this.#running.delete(arn)) });
  }

  #journal(record: ExecutionRecord, entries: readonly Entry[]): Journal {
    // Child executions of a Map Run log to the same log group as the machine that contains the Map state.
    const machine = this.#machines.find(record.machineArn.replace(/\/.*$/, ""));
    const log = machine && eventLog(machine.resource, record, this.#options.logs);
    const write = (entry: Entry) => {
      try {
        this.#store.append(record.arn, entry);
      } catch (error) {
        throw new StorageFailure(`An event could not be written: ${String(error)}`, { cause: error });
      }
      log?.(entry.event);
    };
    const unlimited = isExpress(record.arn);
    return new Journal({ clock: this.#clock, write, entries, replay: replayOf(entries), unlimited });
  }

  #ended(arn: string, end: End): void {
    const record = this.#records.get(arn);
    if (record === undefined) return;
    const ended: ExecutionRecord = { ...record, status: end.status, stoppedAt: end.at };
    this.#records.set(ended);
    // The history already contains the end. Without this record, a restart reads it there and reports it again.
    this.#reports.report(ended, () => {
      if (this.#records.get(arn) === ended) this.#store.save(ended);
    });
    this.mapRuns.abortEnded(arn);
  }

  get #surroundings(): Surroundings {
    return {
      options: this.#options,
      clock: this.#clock,
      mapRuns: this.mapRuns,
      evaluate: this.#evaluate,
      tokens: this.#tokens,
      stepFunctions: this.#stepFunctions,
    };
  }

  #save(record: ExecutionRecord): void {
    this.#store.save(record);
    this.#records.set(record);
  }

  #assertOpen(): void {
    if (this.#closed) throw new AwsError("ServiceUnavailable", "The service is shutting down.", 503);
  }
}

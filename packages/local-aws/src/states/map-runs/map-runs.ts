import type { Clock } from "../clock.ts";
import { Cancelled, type ExecutionError } from "../interpreter/error.ts";
import type { ChildResult, ChildStatus, MapRunRequest, MapRuns } from "../interpreter/map/map-run.ts";
import type { MapRunRecord, MapRunStore } from "../store/map-run-store.ts";
import { childName } from "./child-name.ts";
import type { Children } from "./children.ts";
import { Driver, stopAll } from "./driver.ts";

/** All Map Runs of the service, running and ended. */
export class MapRunDirectory implements MapRuns {
  readonly #store: MapRunStore;
  readonly #clock: Clock;
  readonly #children: Children;
  readonly #records = new Map<string, MapRunRecord>();
  readonly #drivers = new Map<string, Driver>();
  #closed = false;

  constructor(store: MapRunStore, clock: Clock, children: Children) {
    this.#store = store;
    this.#clock = clock;
    this.#children = children;
    for (const record of store.load(clock.now())) this.#records.set(record.arn, record);
  }

  find(arn: string): MapRunRecord | undefined {
    return this.#records.get(arn);
  }

  /** Returns the Map Runs that an execution started, oldest first. */
  ofExecution(executionArn: string): readonly MapRunRecord[] {
    return [...this.#records.values()].filter((record) => record.executionArn === executionArn);
  }

  open(request: MapRunRequest): void {
    const { arn, executionArn, executionRedriveCount, machineArn, express, settings, redriveCount } = request;
    const known = this.#records.get(arn);
    const now = this.#clock.now();
    const begun = { redriveCount, executionRedriveCount, status: "RUNNING" } as const;
    if (known === undefined) {
      this.#save({ arn, executionArn, machineArn, express, startedAt: now, ...begun, ...settings });
    } else if (known.redriveCount < redriveCount) {
      const { stoppedAt: _, ...rest } = known;
      this.#save({ ...rest, ...begun, redrivenAt: now, written: false });
    }
  }

  async run(request: MapRunRequest): Promise<ExecutionError | undefined> {
    if (this.#closed || !this.running(request.arn)) throw new Cancelled();
    const driver = new Driver({
      request,
      children: this.#children,
      inputs: this.#store.inputs(request.arn),
      record: () => this.#need(request.arn),
      update: (fields) => this.#save({ ...this.#need(request.arn), ...fields }),
    });
    this.#drivers.set(request.arn, driver);
    try {
      return await driver.run();
    } finally {
      this.#drivers.delete(request.arn);
    }
  }

  *results(arn: string, wanted: (status: ChildStatus) => boolean): Generator<ChildResult> {
    const run = this.#need(arn);
    const begun = this.#children.childrenOf(arn);
    const inputs = this.#store.inputs(arn);
    for (let index = 0; index < (run.children ?? 0); index += 1) {
      const record = begun[index];
      if (!wanted(record?.status ?? "PENDING")) continue;
      if (record === undefined) {
        yield { ...childName(run, index), input: inputs.read(index).text, status: "PENDING", redriveCount: 0 };
        continue;
      }
      const events = this.#children.history(record.arn);
      const { name, arn: executionArn, machineArn, status, startedAt, stoppedAt, redriveCount } = record;
      yield {
        name,
        executionArn,
        machineArn,
        status,
        startedAt,
        redriveCount,
        input: String(events[0]?.details?.["input"]),
        ...(stoppedAt === undefined ? {} : { stoppedAt }),
        ...endingOf(events.at(-1)?.details),
      };
    }
  }

  end(arn: string, status: "SUCCEEDED" | "FAILED", written: boolean): void {
    if (this.running(arn)) this.#save({ ...this.#need(arn), status, written, stoppedAt: this.#clock.now() });
  }

  abort(arn: string): void {
    if (!this.running(arn)) return;
    this.#save({ ...this.#need(arn), status: "ABORTED", stoppedAt: this.#clock.now() });
    const driver = this.#drivers.get(arn);
    driver?.abort();
    // Without a driver, the children were started by an earlier process.
    if (driver === undefined) {
      const begun = this.#children.childrenOf(arn).flatMap((child) => child?.arn ?? []);
      void stopAll(begun, this.#children);
    }
  }

  running(arn: string): boolean {
    return this.#records.get(arn)?.status === "RUNNING";
  }

  endedOf(arn: string): MapRunRecord | undefined {
    const record = this.#records.get(arn);
    return record?.status === "FAILED" || record?.status === "ABORTED" ? record : undefined;
  }

  /** Changes the settings of a running Map Run. */
  update(arn: string, settings: Partial<MapRunRecord>): void {
    this.#save({ ...this.#need(arn), ...settings });
    this.#drivers.get(arn)?.wake();
  }

  /**
   * Aborts the running Map Runs of an execution that has ended; without an ARN, those of all executions that ended
   * before a restart.
   */
  abortEnded(executionArn?: string): void {
    for (const record of this.#records.values()) {
      if (record.status !== "RUNNING" || (executionArn !== undefined && record.executionArn !== executionArn)) continue;
      if (this.#children.find(record.executionArn)?.status !== "RUNNING") this.abort(record.arn);
    }
  }

  /** Starts no more children; the next process continues. */
  close(): void {
    this.#closed = true;
    for (const driver of this.#drivers.values()) driver.suspend();
  }

  #need(arn: string): MapRunRecord {
    const record = this.#records.get(arn);
    if (record === undefined) throw new Error(`There is no Map Run "${arn}".`);
    return record;
  }

  #save(record: MapRunRecord): void {
    this.#store.save(record);
    this.#records.set(record.arn, record);
  }
}

function endingOf(details: Readonly<Record<string, unknown>> = {}) {
  const text = (name: string) => (typeof details[name] === "string" ? { [name]: details[name] } : {});
  return { ...text("output"), ...text("error"), ...text("cause") };
}

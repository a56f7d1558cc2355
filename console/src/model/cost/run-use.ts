import type { ExecutedUse, FunctionUse } from "../../../../contract/cost/executed.ts";
import { transitionsOf } from "../../../../contract/cost/transitions.ts";
import type { HistoryEvent } from "../history/event.ts";
import type { History } from "../history/history.ts";
import type { StateRun } from "../history/run.ts";
import { attemptsOf } from "../logs/attempt.ts";
import type { Invocation } from "../logs/invocation.ts";

/** A function of the stack, as far as its cost depends on it. */
export interface PricedFunction {
  /** Name in AWS. */
  readonly name: string;
  readonly title: string;
  readonly logGroup: string;
  readonly memoryMb?: number | undefined;
}

/** What the history, the Map Runs and possibly the log say of an execution. */
export interface RunRecord {
  readonly runs: readonly StateRun[];
  readonly events: readonly HistoryEvent[];
  readonly eventOf: History["eventOf"];
  readonly definition: string;
  /** Seconds that an Express run took; undefined for a Standard execution. */
  readonly expressSeconds?: number | undefined;
  /** Child executions of the Map Runs. */
  readonly children: number;
  readonly functions: readonly PricedFunction[];
  readonly architecture: ExecutedUse["architecture"];
  /** The calls in the log; undefined until the log has been read. */
  readonly invocations: readonly Invocation[] | undefined;
}

const mbPerGb = 1_024;
/** Express executions are billed in steps of memory; one of this product fits into the first. */
const expressMb = 64;

/** What an execution used. Durations are billed ones if the log was read, otherwise those of the attempts. */
export function useOf(record: RunRecord): ExecutedUse {
  const { runs, children, definition, architecture, invocations } = record;
  const own = runs.reduce((sum, { attempts }) => sum + 1 + Math.max(0, attempts - 1), 0);
  const functions = invocations === undefined ? ofAttempts(record) : ofReports(invocations, record.functions);
  if (record.expressSeconds !== undefined) {
    const express = { executions: 1, gbSeconds: (record.expressSeconds * expressMb) / mbPerGb };
    return { transitions: 0, express, functions, architecture };
  }
  const { perChild, expressChildren } = transitionsOf(JSON.parse(definition), true);
  const seconds = functions.find(({ name }) => name === "classify")?.gbSeconds ?? 0;
  const memory = record.functions.find(({ title }) => title === "classify")?.memoryMb ?? mbPerGb;
  return {
    transitions: own + (expressChildren ? 0 : children * perChild),
    ...(expressChildren && children > 0
      ? { express: { executions: children, gbSeconds: (seconds * expressMb) / memory } }
      : {}),
    functions,
    architecture,
  };
}

function ofReports(invocations: readonly Invocation[], functions: readonly PricedFunction[]): readonly FunctionUse[] {
  const uses = new Map<string, FunctionUse>();
  for (const { group, report } of invocations) {
    if (report === undefined) continue;
    const name = functions.find(({ logGroup }) => logGroup === group)?.title ?? group;
    add(uses, name, (report.billedMs / 1_000) * (report.sizeMb / mbPerGb));
  }
  return [...uses.values()];
}

function ofAttempts({ runs, eventOf, functions }: RunRecord): readonly FunctionUse[] {
  const uses = new Map<string, FunctionUse>();
  for (const run of runs) {
    if (run.type !== "Task") continue;
    for (const { functionName, from, to } of attemptsOf(run, { eventOf })) {
      const found = functions.find(({ name }) => name === functionName);
      if (found === undefined || to === undefined) continue;
      add(uses, found.title, ((to - from) / 1_000) * ((found.memoryMb ?? 0) / mbPerGb));
    }
  }
  return [...uses.values()];
}

function add(uses: Map<string, FunctionUse>, name: string, gbSeconds: number): void {
  const known = uses.get(name);
  uses.set(name, { name, calls: (known?.calls ?? 0) + 1, gbSeconds: (known?.gbSeconds ?? 0) + gbSeconds });
}

import path from "node:path";
import { type FunctionName, functionDefinitions, functionPlaceholder } from "../contract/functions.ts";
import { type ExampleName, exampleNames } from "../contract/http.ts";
import { apiLimits, daySeconds } from "../contract/limits.ts";
import { checkFills, type Definition, type Fill, fillDefinition, loadDefinition } from "./definition.ts";
import { inPartition } from "./partition.ts";

/** The ASL files by name: their path below this folder, without `.asl.json`. */
export type WorkflowName =
  | "deep-learning-workflow"
  | "classify-now"
  | "notify"
  | "delayed-start"
  | `examples/${ExampleName}`;

export const workflowNames: readonly WorkflowName[] = [
  "deep-learning-workflow",
  "classify-now",
  "notify",
  "delayed-start",
  ...exampleNames.map((name) => `examples/${name}` as const),
];

/** @throws DefinitionError when the file is not JSON. */
export const loadWorkflow = (name: WorkflowName): Definition =>
  loadDefinition(path.join(import.meta.dirname, `${name}.asl.json`));

/** The stack's settings that appear in ASL files. Timeouts are those of the functions, in seconds. */
export interface WorkflowSettings {
  readonly inlineMapConcurrency: number;
  readonly distributedMapConcurrency: number;
  readonly distributedMapExecutionType: "STANDARD" | "EXPRESS";
  readonly mapTimeout: number;
  readonly classifyTimeout: number;
  readonly reduceTimeout: number;
  readonly notifyTimeout: number;
  readonly exampleTimeout: number;
  readonly workflowTimeout: number;
}

/**
 * Seconds that a Task waits beyond its function's own timeout: a cold start, which does not count there, and retries of a
 * throttled call inside Step Functions. So the function's own timeout is what ends a call that hangs.
 */
const graceSeconds = 45;

/** Three days: longer than all attempts of a webhook with their longest waits, and what records its failure. */
const notifyWorkflowSeconds = 3 * daySeconds;

/** The longest delay, and three days for starting: longer than all attempts with their longest waits. */
const delayedStartSeconds = apiLimits.delaySeconds + 3 * daySeconds;

/** Values of the placeholders that name a setting. */
function settingFills(settings: WorkflowSettings): Readonly<Record<string, Fill>> {
  return {
    InlineMapConcurrency: settings.inlineMapConcurrency,
    DistributedMapConcurrency: settings.distributedMapConcurrency,
    DistributedMapExecutionType: settings.distributedMapExecutionType,
    MapTimeoutSeconds: settings.mapTimeout + graceSeconds,
    ClassifyTimeoutSeconds: settings.classifyTimeout + graceSeconds,
    ReduceTimeoutSeconds: settings.reduceTimeout + graceSeconds,
    NotifyTimeoutSeconds: settings.notifyTimeout + graceSeconds,
    NotifyWorkflowTimeoutSeconds: notifyWorkflowSeconds,
    DelayedStartTimeoutSeconds: delayedStartSeconds,
    MaxDelaySeconds: apiLimits.delaySeconds,
    MaxDelayDays: apiLimits.delaySeconds / daySeconds,
    ExampleTimeoutSeconds: settings.exampleTimeout + graceSeconds,
    WorkflowTimeoutSeconds: settings.workflowTimeout,
  };
}

export interface WorkflowFills {
  readonly settings: WorkflowSettings;
  /** The ARN of the published version of each function. */
  readonly functionArns: Partial<Readonly<Record<FunctionName, string>>>;
  /** ARN on which a workflow starts executions of the main one. */
  readonly startArn?: string;
  /** Id of the release that the definition belongs to. */
  readonly release: string;
  /** @default aws */
  readonly partition?: string;
}

/** The functions that a workflow calls. */
export function calledFunctions({ placeholders }: Definition): readonly FunctionName[] {
  const names = Object.keys(functionDefinitions) as FunctionName[];
  return names.filter((name) => placeholders.includes(functionPlaceholder(name)));
}

/** Verifies before anything is known that every placeholder will have a value. @throws DefinitionError */
export function checkWorkflow(definition: Definition, { settings, functions, starts }: CheckArgs): void {
  const available = [
    ...Object.keys(settingFills(settings)),
    "Release",
    ...(starts ? ["StartArn"] : []),
    ...functions.map(functionPlaceholder),
  ];
  const used = available.filter((name) => definition.placeholders.includes(name));
  checkFills(definition, used);
}

interface CheckArgs {
  readonly settings: WorkflowSettings;
  readonly functions: readonly FunctionName[];
  /** Whether the machine starts executions of another one. */
  readonly starts: boolean;
}

/**
 * The ASL text for Step Functions. This is the only function that fills in a file, for the cloud, locally and in tests.
 * @throws DefinitionError
 */
export function fillWorkflow(definition: Definition, fills: WorkflowFills): string {
  const values: Record<string, Fill> = { ...settingFills(fills.settings), Release: fills.release };
  if (fills.startArn !== undefined) values["StartArn"] = fills.startArn;
  for (const name of calledFunctions(definition)) {
    const arn = fills.functionArns[name];
    if (arn !== undefined) values[functionPlaceholder(name)] = arn;
  }
  const used = Object.entries(values).filter(([name]) => definition.placeholders.includes(name));
  return inPartition(fillDefinition(definition, Object.fromEntries(used)), fills.partition ?? "aws");
}

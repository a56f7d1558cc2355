import { counted } from "../../lib/counted.ts";
import { type ServingFunctionName, servingFunctionNames } from "../functions.ts";
import { apiLimits } from "../limits.ts";
import { measured, perImageOn } from "./measured.ts";
import type { Cost } from "./money.ts";
import { type Precision, precisions } from "./precision.ts";
import { prices } from "./prices.ts";
import type { CostSettings } from "./settings.ts";
import { transitionsOf } from "./transitions.ts";

/** What the cost of an execution depends on. */
export interface RunCostInputs extends Omit<CostSettings, "notifyDefinition"> {
  /** The main workflow's ASL document. */
  readonly definition: unknown;
  /** The ASL document of the workflow that sends webhooks; undefined while its rule is disabled. */
  readonly notifyDefinition?: unknown;
}

/** What the cost of a stack depends on. */
export interface CostInputs extends RunCostInputs {
  /** Sandboxes that are always warm, each with its memory in MB. */
  readonly provisioned: readonly { readonly count: number; readonly memory: number }[];
  readonly alarms: number;
  readonly dashboards: number;
  /** Bytes that stay in the image repository and in the bucket. */
  readonly imageBytes: number;
  readonly bucketBytes: number;
}

/** MB of memory with which Lambda gives one whole processor (Lambda Developer Guide, "Configure Lambda function memory"). */
export const mbPerProcessor = 1_769;
const secondsPerMonth = 30 * 24 * 3_600;
/** Questions for the status until an execution has ended. */
const polls = 10;
/** What a function logs of one call, START and REPORT included. */
const logBytesPerCall = 1_000;
/** Characters of an image's URL, for the size of results. */
const referenceBytes = 100;

/** What is called once per execution: every function that serves users but the API and `classify`; `notify` if enabled. */
const onceCalledBy = ({ notifyDefinition }: RunCostInputs) =>
  servingFunctionNames
    .filter((name) => name !== "api" && name !== "classify")
    .filter((name) => name !== "notify" || notifyDefinition !== undefined);

const gb = (memoryMb: number): number => memoryMb / 1_024;

/** Seconds that one image takes in `classify`, all of whose processors are of the given class and busy. */
export function secondsPerImage(
  { memory, precision }: Pick<CostSettings, "memory" | "precision">,
  processor = measured.estimatedFor,
): number {
  const processors = memory.classify / mbPerProcessor;
  const perImage = perImageOn(processor);
  return (perImage.decode + perImage[precision]) / processors;
}

/** Seconds of the one call of a function in an execution with so many images. It cannot use more than one processor. */
export function callSeconds(name: ServingFunctionName, images: number, { memory }: Pick<CostInputs, "memory">): number {
  const { perCall, perImageInCall } = measured;
  const each = name === "map" || name === "reduce" ? perImageInCall[name] : 0;
  const fixed = name === "classify" ? 0 : perCall[name];
  return fixed + (images * each) / Math.min(1, memory[name] / mbPerProcessor);
}

const lambdaUsd = (architecture: CostSettings["architecture"], calls: number, seconds: number, memoryMb: number) =>
  (calls * prices.lambdaMillionRequests) / 1e6 +
  seconds * gb(memoryMb) * (architecture === "arm64" ? prices.lambdaArmGbSecond : prices.lambdaX86GbSecond);

/** What the calls of `classify` cost in one execution, by measured class of processors and by form of the model. */
export function classifyByProcessor(
  images: number,
  { memory, architecture, batchSize }: Pick<CostSettings, "memory" | "architecture" | "batchSize">,
): readonly { readonly processor: string; readonly precision: Precision; readonly usd: number }[] {
  return Object.keys(measured.perImage).flatMap((processor) =>
    precisions.map((precision) => {
      const seconds = images * secondsPerImage({ memory, precision }, processor);
      const usd = lambdaUsd(architecture, Math.ceil(images / batchSize), seconds, memory.classify);
      return { processor, precision, usd };
    }),
  );
}

/** What it costs to classify so many images in one execution. */
export function runCosts(images: number, inputs: RunCostInputs): readonly Cost[] {
  const { architecture, memory } = inputs;
  const lambda = (calls: number, seconds: number, memoryMb: number): number =>
    lambdaUsd(architecture, calls, seconds, memoryMb);
  const batches = Math.ceil(images / inputs.batchSize);
  const resultBytes =
    images *
    (apiLimits.resultOverheadBytes + apiLimits.resultBytesPerPrediction * apiLimits.defaultTopK + referenceBytes);
  const large = resultBytes > inputs.inlineLimit;
  const seconds = images * secondsPerImage(inputs);
  const { perCall } = measured;
  const requests = 1 + polls;
  // A large plan, and what the Map Run and the results are, are objects.
  const puts = large ? 2 + batches : 1;
  const onceCalled = onceCalledBy(inputs);
  const calls = batches + requests + onceCalled.length;
  const stored = (resultBytes / 1e9) * prices.s3GbMonth * (inputs.resultRetentionDays / 30);
  const states = statesCost(inputs, batches, seconds, large);
  return [
    {
      what: `Lambda \`classify\`: ${counted(batches, "call")}, ${seconds.toFixed(1)} s`,
      usd: lambda(batches, seconds, memory.classify),
    },
    states,
    {
      what: `API: one request and ${polls} for its status`,
      usd: (requests * prices.restApiMillionRequests) / 1e6 + lambda(requests, requests * perCall.api, memory.api),
    },
    {
      what: `Lambda ${onceCalled.map((name) => `\`${name}\``).join(" and ")}`,
      usd: onceCalled.reduce((sum, name) => sum + lambda(1, callSeconds(name, images, inputs), memory[name]), 0),
    },
    {
      what: `S3: ${counted(puts, "object")} written, results kept ${counted(inputs.resultRetentionDays, "day")}`,
      usd: (puts * (prices.s3ThousandPuts + prices.s3ThousandGets)) / 1e3 + stored,
    },
    { what: "logs", usd: ((calls * logBytesPerCall) / 1e9) * prices.logsGb },
  ];
}

function statesCost(
  { definition, notifyDefinition }: RunCostInputs,
  batches: number,
  seconds: number,
  large: boolean,
): Cost {
  const { fixed, perBatch, perChild, expressChildren } = transitionsOf(definition, large);
  const children = perChild > 0 ? batches : 0;
  // The workflow that sends the webhook is started for each execution. EventBridge does not charge for AWS's own events.
  const notifying = notifyDefinition === undefined ? 0 : transitionsOf(notifyDefinition, large).fixed + 1;
  const standard = fixed + notifying + batches * perBatch + (expressChildren ? 0 : children * perChild);
  const usd = (standard * prices.statesStandardThousandTransitions) / 1e3;
  if (!expressChildren || children === 0) return { what: `Step Functions: ${counted(standard, "transition")}`, usd };
  // Express executions are billed by request and by duration, in at least 64 MB.
  const express =
    (children * prices.statesExpressMillionRequests) / 1e6 + seconds * gb(64) * prices.statesExpressGbSecond;
  return {
    what: `Step Functions: ${counted(standard, "transition")} and ${counted(children, "Express execution")}`,
    usd: usd + express,
  };
}

/** What a month costs in which nobody asks anything. Free tiers of the account are not counted. */
export function idleCosts(inputs: CostInputs): readonly Cost[] {
  const warm = inputs.provisioned.reduce((sum, { count, memory }) => sum + count * gb(memory), 0);
  return [
    {
      what: `images in ECR: ${(inputs.imageBytes / 1e9).toFixed(2)} GB`,
      usd: (inputs.imageBytes / 1e9) * prices.ecrGbMonth,
    },
    {
      what: `objects that stay in the bucket: ${(inputs.bucketBytes / 1e9).toFixed(2)} GB`,
      usd: (inputs.bucketBytes / 1e9) * prices.s3GbMonth,
    },
    { what: counted(inputs.alarms, "alarm"), usd: inputs.alarms * prices.alarmMonth },
    { what: counted(inputs.dashboards, "dashboard"), usd: inputs.dashboards * prices.dashboardMonth },
    { what: `warm sandboxes: ${warm.toFixed(1)} GB`, usd: warm * secondsPerMonth * prices.lambdaProvisionedGbSecond },
  ];
}

/** Transitions that a delayed start adds to an execution: the start of the workflow that holds it, and its states. */
export const delayedStartTransitions = 4;

/** What an estimate assumes, and what it leaves out. */
export const costAssumptions: readonly string[] = [
  `${mbPerProcessor} MB of memory correspond to one processor of Lambda, and all processors are busy`,
  `processor time per image as measured in ${measured.date} on ${measured.estimatedFor}; if the precision is not fixed, that of float32, the slower native form`,
  `no delayed start ("notBefore"), which adds ${delayedStartTransitions} transitions of Step Functions per execution`,
  "not included: cold starts, waiting for the servers of images, transfer out of AWS, traces, free tiers, taxes",
];

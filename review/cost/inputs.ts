import type { CostInputs } from "../../contract/cost/cost.ts";
import { precisionOf } from "../../contract/cost/settings.ts";
import { functionDefinitions, servingFunctionNames } from "../../contract/functions.ts";
import { inlineStateBytes } from "../../contract/limits.ts";
import type { CapturedResource, Program } from "../program/program.ts";

/**
 * Bytes of the images in addition to their staged contexts, compressed as in ECR. They include native TensorFlow and
 * the packages, but not AWS's base image, which is shared. Measured on a built image and rounded.
 */
const installedImageBytes = 200e6;

/**
 * Reads the inputs of the cost estimate from a program's declarations; undefined if it declares no workflow that
 * classifies.
 */
export function costInputsOf({ resources, images }: Program): CostInputs | undefined {
  const functions = resources.filter(({ type }) => type === "aws:lambda/function:Function");
  const byHandler = (name: keyof typeof functionDefinitions) =>
    functions.find((each) => commandOf(each) === functionDefinitions[name].handler);
  const [map, classify] = [byHandler("map"), byHandler("classify")];
  const machine = mainMachine(resources, classify);
  if (!classify || !machine) return undefined;
  const variables = { ...variablesOf(map), ...variablesOf(classify) };
  return {
    memory: Object.fromEntries(
      servingFunctionNames.map((name) => [name, memoryOf(byHandler(name))]),
    ) as CostInputs["memory"],
    architecture: (classify.inputs["architectures"] as string[] | undefined)?.[0] === "arm64" ? "arm64" : "x86_64",
    precision: precisionOf(variables["INFERENCE_ENGINE"], variables["INFERENCE_PRECISION"]),
    batchSize: Number(variables["BATCH_SIZE"] ?? 8),
    inlineLimit: Number(variables["INLINE_LIMIT_BYTES"] ?? inlineStateBytes),
    definition: JSON.parse(String(machine.inputs["definition"])),
    ...notifyOf(resources),
    resultRetentionDays: resultDays(resources),
    provisioned: provisionedOf(resources, functions),
    alarms: countOf(resources, "aws:cloudwatch/metricAlarm:MetricAlarm"),
    dashboards: countOf(resources, "aws:cloudwatch/dashboard:Dashboard"),
    imageBytes:
      installedImageBytes +
      images.flatMap(({ files }) => Object.values(files)).reduce((sum, { bytes }) => sum + bytes, 0),
    bucketBytes: objectBytes(resources),
  };
}

const commandOf = ({ inputs }: CapturedResource): unknown =>
  (inputs["imageConfig"] as { commands?: unknown[] } | undefined)?.commands?.[0];
const memoryOf = (resource: CapturedResource | undefined): number => Number(resource?.inputs["memorySize"] ?? 128);
const variablesOf = (resource: CapturedResource | undefined): Readonly<Record<string, string>> =>
  (resource?.inputs["environment"] as { variables?: Record<string, string> } | undefined)?.variables ?? {};
const countOf = (resources: readonly CapturedResource[], wanted: string): number =>
  resources.filter(({ type }) => type === wanted).length;

/**
 * The Standard workflow that calls `classify` and first plans its batches: of all Standard workflows that call
 * `classify`, the one with the largest definition.
 */
function mainMachine(
  resources: readonly CapturedResource[],
  classify: CapturedResource | undefined,
): CapturedResource | undefined {
  const arn = String(classify?.outputs["arn"]);
  return resources
    .filter(({ type, inputs }) => type === "aws:sfn/stateMachine:StateMachine" && inputs["type"] !== "EXPRESS")
    .filter(({ inputs }) => String(inputs["definition"]).includes(`${arn}:`))
    .sort((a, b) => String(b.inputs["definition"]).length - String(a.inputs["definition"]).length)[0];
}

/** The workflow that the program's enabled event rules start. */
function notifyOf(resources: readonly CapturedResource[]): Pick<CostInputs, "notifyDefinition"> {
  const ofType = (type: string) => resources.filter((each) => each.type === type);
  const enabled = ofType("aws:cloudwatch/eventRule:EventRule").filter(({ inputs }) => inputs["state"] !== "DISABLED");
  const target = ofType("aws:cloudwatch/eventTarget:EventTarget").find(({ inputs }) =>
    enabled.some(({ outputs }) => outputs["name"] === inputs["rule"]),
  );
  const machine = ofType("aws:sfn/stateMachine:StateMachine").find(
    ({ outputs }) => outputs["arn"] !== undefined && outputs["arn"] === target?.inputs["arn"],
  );
  return machine ? { notifyDefinition: JSON.parse(String(machine.inputs["definition"])) } : {};
}

function resultDays(resources: readonly CapturedResource[]): number {
  const rules = resources
    .filter(({ type }) => /bucketLifecycleConfiguration/i.test(type))
    .flatMap(
      ({ inputs }) =>
        (inputs["rules"] ?? []) as readonly { filter?: { prefix?: string }; expiration?: { days?: number } }[],
    );
  return rules.find(({ filter }) => filter?.prefix?.startsWith("results"))?.expiration?.days ?? 30;
}

function provisionedOf(
  resources: readonly CapturedResource[],
  functions: readonly CapturedResource[],
): CostInputs["provisioned"] {
  return resources
    .filter(({ type }) => type === "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig")
    .map(({ inputs }) => ({
      count: Number(inputs["provisionedConcurrentExecutions"] ?? 0),
      memory: memoryOf(functions.find(({ outputs }) => outputs["name"] === inputs["functionName"])),
    }));
}

/** Objects that the program itself uploads to the bucket: the sample photo, and possibly a model. */
function objectBytes(resources: readonly CapturedResource[]): number {
  return resources
    .filter(({ type }) => type === "aws:s3/bucketObjectv2:BucketObjectv2")
    .reduce((sum, { inputs }) => sum + Number((inputs["source"] as { bytes?: number } | undefined)?.bytes ?? 0), 0);
}

import { readFileSync } from "node:fs";
import * as z from "zod";
import { invokeErrorNames } from "./invoke-errors.ts";
import { s3OperationNames } from "./s3-operation.ts";

/** Exactly one of the three says which of the matching calls are affected. */
const when = {
  /** Share of the calls, from above 0 to 1; chance depends on the seed only. */
  probability: z.number().gt(0).max(1).optional(),
  /** The first calls, all of them. */
  firstCalls: z.int().min(1).optional(),
  /** All calls from the first one until so many seconds later. */
  forSeconds: z.number().gt(0).optional(),
  /** Maximum number of calls that are affected. */
  atMost: z.int().min(1).optional(),
};

const schemas = {
  lambda: z.strictObject({
    service: z.literal("lambda"),
    /** The folder of the handler, such as "orders", or the function's name; `*` is any text. */
    function: z.string().min(1).default("*"),
    error: z.enum([...invokeErrorNames, "Unknown", "Sandbox.Timedout", "SandboxKilled"]),
    /** `afterRun`: the function runs, and its result is lost. Not for "SandboxKilled". */
    timing: z.enum(["beforeRun", "afterRun"]).default("beforeRun"),
    /** For "SandboxKilled" only: milliseconds of the call within which the sandbox is killed. */
    withinMs: z.int().min(1).max(900_000).default(200),
    ...when,
  }),
  s3: z.strictObject({
    service: z.literal("s3"),
    operation: z.enum([...s3OperationNames, "*"]).default("*"),
    /** Beginning of the keys of the affected objects. */
    prefix: z.string().default(""),
    error: z.enum(["SlowDown", "ServiceUnavailable", "InternalError"]),
    ...when,
  }),
  states: z.strictObject({
    service: z.literal("states"),
    /** Name of an operation of the Step Functions API, such as "DescribeExecution". */
    operation: z
      .string()
      .regex(/^(\*|[A-Z]\w+)$/)
      .default("*"),
    error: z.enum(["ThrottlingException", "ExecutionLimitExceeded", "ServiceUnavailable", "InternalFailure"]),
    ...when,
  }),
  apigateway: z.strictObject({
    service: z.literal("apigateway"),
    /** Method and path as in "POST /orders"; `*` is any text. */
    route: z.string().min(1).default("*"),
    error: z.enum([
      "THROTTLED",
      "INTEGRATION_FAILURE",
      "INTEGRATION_TIMEOUT",
      "API_CONFIGURATION_ERROR",
      "DEFAULT_5XX",
    ]),
    ...when,
  }),
} as const;

export type FaultService = keyof typeof schemas;
export type FaultOf<Service extends FaultService> = z.infer<(typeof schemas)[Service]>;
export type Fault = { [Service in FaultService]: FaultOf<Service> }[FaultService];

/** What a fault file says, with defaults filled in. */
export interface FaultFile {
  readonly seed: number;
  readonly faults: readonly Fault[];
}

/** A fault file cannot be used; the message names each field, the problem and the remedy, one per line. */
export class FaultFileError extends Error {
  override readonly name = "FaultFileError";
  constructor(file: string, problems: readonly string[], options?: ErrorOptions) {
    super(`The fault file "${file}" cannot be used:\n${problems.map((problem) => `- ${problem}`).join("\n")}`, options);
  }
}

/** Reads and checks a fault file. @throws FaultFileError */
export function readFaults(file: string): FaultFile {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new FaultFileError(file, [`It cannot be read (${(cause as NodeJS.ErrnoException).code}): check the path.`], {
      cause,
    });
  }
  return parseFaults(text, file);
}

const Outer = z.strictObject({
  seed: z.int().min(0).default(1),
  faults: z.array(z.looseObject({ service: z.enum(Object.keys(schemas) as [FaultService, ...FaultService[]]) })).min(1),
});

/** @throws FaultFileError */
export function parseFaults(text: string, file: string): FaultFile {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new FaultFileError(file, [`It is not JSON: ${(cause as Error).message}.`], { cause });
  }
  const outer = Outer.safeParse(value);
  if (!outer.success)
    throw new FaultFileError(
      file,
      outer.error.issues.map((issue) => sentenceOf(issue, [])),
    );
  const read = outer.data.faults.map((given, index) => readFault(given, ["faults", index]));
  const problems = read.flatMap((each) => ("problems" in each ? each.problems : []));
  if (problems.length > 0) throw new FaultFileError(file, problems);
  return { seed: outer.data.seed, faults: read.flatMap((each) => ("fault" in each ? [each.fault] : [])) };
}

type Place = readonly (string | number)[];

function readFault(given: { readonly service: FaultService }, place: Place) {
  const { success, data, error } = schemas[given.service].safeParse(given);
  if (!success) return { problems: error.issues.map((issue) => sentenceOf(issue, place)) };
  const chosen = [data.probability, data.firstCalls, data.forSeconds].filter((each) => each !== undefined);
  if (chosen.length !== 1) {
    const found = chosen.length === 0 ? "none of them is given" : "more than one is given";
    return {
      problems: [`"${textOf(place)}" needs exactly one of "probability", "firstCalls" and "forSeconds"; ${found}.`],
    };
  }
  if (data.service === "lambda" && data.error === "SandboxKilled" && data.timing === "afterRun") {
    const problem = `"${textOf([...place, "timing"])}" has no effect with "SandboxKilled", which happens during the call: remove it.`;
    return { problems: [problem] };
  }
  return { fault: data };
}

function textOf(place: Place): string {
  return place.map((part, at) => (typeof part === "number" ? `[${part}]` : `${at === 0 ? "" : "."}${part}`)).join("");
}

function sentenceOf(issue: z.core.$ZodIssue, place: Place): string {
  const field = textOf([...place, ...(issue.path as (string | number)[])]);
  const name = field === "" ? "The file" : `"${field}"`;
  if (issue.code === "unrecognized_keys") {
    return `${name} has the unknown ${issue.keys.length === 1 ? "field" : "fields"} ${issue.keys.map((key) => `"${key}"`).join(", ")}: remove or correct it.`;
  }
  if (issue.code === "invalid_value") {
    return `${name} is not one of the allowed values: ${issue.values.map((value) => `"${String(value)}"`).join(", ")}.`;
  }
  return `${name} is wrong: ${issue.message}.`;
}

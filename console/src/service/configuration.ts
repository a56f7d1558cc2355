import { z } from "zod";
import { sampleKey } from "../../../contract/workflow.ts";
import { refused } from "./aws.ts";
import { ProblemError } from "./problem.ts";

const Machine = z.object({
  name: z.string(),
  arn: z.string(),
  type: z.enum(["STANDARD", "EXPRESS"]),
  /** What is logged of its executions, and in which log group; absent if nothing is logged. */
  log: z.object({ group: z.string(), level: z.string(), data: z.boolean() }).optional(),
});
export type Machine = z.infer<typeof Machine>;

/** The stack's configuration, which the server of this page provides. */
const Configuration = z.object({
  stack: z.string().default(""),
  region: z.string(),
  accountId: z.string(),
  stateMachines: z.array(Machine),
  /** The functions that the machines call, by their names in AWS. */
  functions: z
    .array(z.object({ name: z.string(), title: z.string(), logGroup: z.string(), memoryMb: z.number().optional() }))
    .default([]),
  /** The machine that `POST /classify` starts. */
  workflowArn: z.string().optional(),
  /** Of the functions' processors, which have different prices. */
  architecture: z.enum(["x86_64", "arm64"]).default("x86_64"),
  /** The machine that holds its executions until they may start. */
  delayedStartArn: z.string().optional(),
  buckets: z.array(z.string()).default([]),
  /** Present for a stack on AWS, absent for the one-machine runtime. */
  deployed: z
    .object({
      /** Whether the page may start, stop and redrive executions. */
      writable: z.boolean(),
      /** Address of the product's API. */
      api: z.string().optional(),
    })
    .optional(),
});
export type Configuration = z.infer<typeof Configuration>;

/** @throws ProblemError "NotConfigured", or the error with which `fetch` rejects */
export async function loadConfiguration(): Promise<Configuration> {
  const response = await fetch("/console/config.json");
  const text = await response.text();
  if (response.status === 401) throw refused(response.status, text);
  const parsed = Configuration.safeParse(parse(text));
  if (!response.ok || !parsed.success) {
    throw new ProblemError("NotConfigured", `The server did not return its configuration (${response.status}).`);
  }
  return parsed.data;
}

/** The sample photo; undefined if the page knows no bucket of the stack. */
export function sampleOf({ buckets: [bucket] }: Configuration): string | undefined {
  return bucket === undefined ? undefined : `s3://${bucket}/${sampleKey}`;
}

/** Whether the page may start, stop and redrive executions. */
export function canAct({ deployed }: Configuration): boolean {
  return deployed?.writable ?? true;
}

/** Machines whose executions Step Functions lists and keeps. Those of Express machines are only in a log. */
export function standardMachines({ stateMachines }: Configuration): readonly Machine[] {
  return stateMachines.filter(({ type }) => type === "STANDARD");
}

/** Whether an ARN is that of an Express run, of which Step Functions itself keeps nothing. */
export function isExpressRun(arn: string): boolean {
  return arn.includes(":express:");
}

/** The beginning of the ARNs of an Express machine's runs. */
export function expressRunsOf(machineArn: string): string {
  return `${machineArn.replace(":stateMachine:", ":express:")}:`;
}

/** The name of an execution: the last part of its ARN, and of an Express run its name and its id. */
export function executionName(arn: string): string {
  const parts = arn.split(":");
  return isExpressRun(arn) && parts.length > 8 ? parts.slice(-2).join(":") : (parts.at(-1) ?? arn);
}

/** The ARN of a machine's execution. */
export function executionArn(machineArn: string, name: string): string {
  // The names of executions have no colon, but an Express run is identified by its name and an id.
  const begin = name.includes(":")
    ? expressRunsOf(machineArn)
    : `${machineArn.replace(":stateMachine:", ":execution:")}:`;
  return `${begin}${name}`;
}

/** The ARN of an Express run of a machine, from its ARN or from its name and id; undefined for any other text. */
export function expressRunArn(machineArn: string, text: string): string | undefined {
  const wanted = text.trim();
  const arn = /^[\w-]+:[\w-]+$/.test(wanted) ? executionArn(machineArn, wanted) : wanted;
  return arn.startsWith(expressRunsOf(machineArn)) ? arn : undefined;
}

/** The ARN of the state machine to which an execution belongs. */
export function machineArnOf(arn: string): string {
  return arn.slice(0, -executionName(arn).length - 1).replace(/:(execution|express):/, ":stateMachine:");
}

/** Whether an execution, or the parent of a child execution, is one of the machine that `POST /classify` starts. */
export function isOfMainWorkflow({ workflowArn }: Configuration, arn: string): boolean {
  return machineArnOf(arn).split("/", 1)[0] === workflowArn;
}

/** Whether an execution is an Express child, of which no history is kept: it cannot be opened. */
export function isExpressChild(arn: string): boolean {
  return /:express:[^:]+\//.test(arn);
}

/** The name of a machine without the stack's prefix and Pulumi's suffix: `workflow` for `dlw-dev-workflow-acc32f4`. */
export function machineTitle({ name }: Machine, { stack }: Configuration): string {
  const plain = name.replace(/-[0-9a-f]{7}$/, "");
  const at = plain.indexOf(`-${stack}-`);
  return at < 0 || stack === "" ? plain : plain.slice(at + stack.length + 2);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

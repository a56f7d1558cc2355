import { z } from "zod";
import { ProblemError } from "./problem.ts";

const Machine = z.object({ name: z.string(), arn: z.string(), type: z.enum(["STANDARD", "EXPRESS"]) });
export type Machine = z.infer<typeof Machine>;

/** How the services are reached: what the server of this page says about itself. */
const Configuration = z.object({
  stack: z.string().default(""),
  region: z.string(),
  accountId: z.string(),
  endpoint: z.string(),
  credentials: z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }),
  apiKey: z.string().optional(),
  stateMachines: z.array(Machine),
  /** The machine that `POST /classify` starts. */
  workflowArn: z.string().optional(),
  buckets: z.array(z.string()).default([]),
});
export type Configuration = z.infer<typeof Configuration>;

/** @throws ProblemError "NotConfigured"; what `fetch` rejects with */
export async function loadConfiguration(origin: string): Promise<Configuration> {
  const response = await fetch("/console/config.json");
  const parsed = Configuration.safeParse(await response.json().catch(() => undefined));
  if (!response.ok || !parsed.success) {
    throw new ProblemError("NotConfigured", `The server does not say how to reach its services (${response.status}).`);
  }
  const { data } = parsed;
  // One server under two names: under the page's own, no request is one to another origin.
  return samePort(data.endpoint, origin) ? { ...data, endpoint: origin } : data;
}

function samePort(endpoint: string, origin: string): boolean {
  const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);
  const [one, other] = [new URL(endpoint), new URL(origin)];
  return one.port === other.port && loopback.has(one.hostname) && loopback.has(other.hostname);
}

/** Machines whose executions can be listed and have a history: Express ones have neither. */
export function standardMachines({ stateMachines }: Configuration): readonly Machine[] {
  return stateMachines.filter(({ type }) => type === "STANDARD");
}

/** The name of an execution, the last part of its ARN. */
export function executionName(arn: string): string {
  return arn.split(":").at(-1) ?? arn;
}

/** The ARN of a machine's execution. */
export function executionArn(machineArn: string, name: string): string {
  return `${machineArn.replace(":stateMachine:", ":execution:")}:${name}`;
}

/** The machine of an execution's ARN. */
export function machineArnOf(arn: string): string {
  return arn.replace(":execution:", ":stateMachine:").split(":").slice(0, -1).join(":");
}

/** `dlw-dev-workflow-acc32f4` as its readers call it, without what the stack and the engine added. */
export function machineTitle({ name }: Machine, { stack }: Configuration): string {
  const plain = name.replace(/-[0-9a-f]{7}$/, "");
  const at = plain.indexOf(`-${stack}-`);
  return at < 0 || stack === "" ? plain : plain.slice(at + stack.length + 2);
}

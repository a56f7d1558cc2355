import type { DoorCall } from "../door-keeper.ts";
import { Refusal } from "../refusal.ts";

/** The resources of one deployed stack that its console may use. */
export interface Scope {
  /** Unqualified ARNs. */
  readonly machineArns: readonly string[];
  /** Roles of the state machines, which a tried state uses. */
  readonly roleArns: readonly string[];
  /** Log groups of the state machines and of the functions that they call. */
  readonly logGroups: readonly string[];
  /** The stack's bucket, and the prefixes of the pictures in it. */
  readonly pictures: { readonly bucket: string; readonly prefixes: readonly string[] } | undefined;
  /** The prefix of the plans in the same bucket. */
  readonly plans: string;
  /** Whether there is an API to call. */
  readonly hasApi: boolean;
  /** Whether operations that change something are allowed. */
  readonly writable: boolean;
}

/** A tried state calls its function or service, so it counts as a change. */
const writing: readonly string[] = ["StartExecution", "StopExecution", "RedriveExecution", "TestState"];

/** What the page reads of the API. GET is not enough: GET /examples/branch-map-reduce starts an execution. */
const readPath = /^\/executions\/[^/?]+(\?|$)/;

/** Whether a call changes something. */
export function isWriting({ service, operation, input }: DoorCall): boolean {
  if (service !== "execute-api") return writing.includes(operation);
  if (operation === "ReadResults") return false;
  return fieldOf(input, "method") !== "GET" || !readPath.test(String(fieldOf(input, "path")));
}

/** @throws Refusal for a call that changes something in a console that only reads, or that names a foreign resource */
export function checkScope(call: DoorCall, scope: Scope): void {
  if (isWriting(call) && !scope.writable) {
    const message = "This console only reads: start it with --write to act on executions.";
    throw new Refusal(403, "ReadOnly", message);
  }
  if (!isInScope(call, scope)) {
    throw new Refusal(
      403,
      "ForeignResource",
      "This console shows only the resources of the stack that it was started for.",
    );
  }
}

function isInScope(
  { service, operation, input }: DoorCall,
  { machineArns, roleArns, logGroups, pictures, plans, hasApi }: Scope,
): boolean {
  if (service === "execute-api") return hasApi;
  if (service === "logs") return logGroups.includes(String(fieldOf(input, "logGroupName")));
  if (service === "s3") {
    const key = String(fieldOf(input, "Key") ?? "");
    if (pictures === undefined || fieldOf(input, "Bucket") !== pictures.bucket) return false;
    const prefixes = operation === "ReadPlan" ? [plans] : pictures.prefixes;
    return prefixes.some((prefix) => key.startsWith(prefix));
  }
  if (operation === "TestState") return roleArns.includes(String(fieldOf(input, "roleArn")));
  const arns = Object.entries(input ?? {}).filter(([name]) => name.endsWith("Arn"));
  return arns.length > 0 && arns.every(([, arn]) => machineArns.includes(machineArnOf(String(arn)) ?? ""));
}

/**
 * The state machine to which an ARN belongs: of the machine, its versions and aliases, its executions, Map Runs and
 * their child executions. Undefined for any other ARN.
 */
export function machineArnOf(arn: string): string | undefined {
  const [, service, kind = "", name] =
    /^(arn:[^:]+:states:[^:]*:[^:]*):(stateMachine|execution|express|mapRun):([^:/]+)/.exec(arn) ?? [];
  return kind === "" ? undefined : `${service}:stateMachine:${name}`;
}

function fieldOf(input: unknown, name: string): unknown {
  return (input as Readonly<Record<string, unknown>> | null | undefined)?.[name];
}

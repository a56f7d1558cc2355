import { statesLimits } from "../limits.ts";
import type { Definition } from "./asl/definition.ts";

/** Whether an ARN belongs to an execution of an Express workflow. */
export function isExpress(arn: string): boolean {
  return arn.includes(":express:");
}

/**
 * Returns the timeout of an execution in seconds, as its definition specifies; for an Express execution, at most AWS's
 * limit.
 */
export function timeoutOf(arn: string, { TimeoutSeconds: declared }: Definition): number | undefined {
  return isExpress(arn) ? Math.min(declared ?? Infinity, statesLimits.expressSeconds) : declared;
}

import { statesLimits } from "../limits.ts";
import type { Definition } from "./asl/definition.ts";

/** Whether an execution is of an Express workflow, by its ARN. */
export function isExpress(arn: string): boolean {
  return arn.includes(":express:");
}

/** Seconds that an execution may take: what its definition says, and of an Express one at most what AWS allows. */
export function timeoutOf(arn: string, { TimeoutSeconds: declared }: Definition): number | undefined {
  return isExpress(arn) ? Math.min(declared ?? Infinity, statesLimits.expressSeconds) : declared;
}

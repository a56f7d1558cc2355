import type { Answer } from "../lambda/instance/instance.ts";
import { TooManyRequests } from "../lambda/throttle.ts";
import { AwsError } from "../service.ts";
import type { FaultOf } from "./fault-file.ts";
import { type InvokeErrorName, invokeErrors } from "./invoke-errors.ts";

export interface DrawnFault {
  readonly fault: FaultOf<"lambda">;
  /** From 0 to below 1. */
  readonly chance: number;
}

/**
 * Calls a function under a fault. `run` calls it; with a number it kills the sandbox that many milliseconds after the
 * call has begun, unless the call has ended before.
 * @throws AwsError if the fault is a refusal
 */
export async function underFault(
  drawn: DrawnFault | undefined,
  run: (killAfterMs?: number) => Promise<Answer>,
): Promise<Answer> {
  if (!drawn) return run();
  const { fault, chance } = drawn;
  if (fault.error === "SandboxKilled") return run(Math.floor(chance * fault.withinMs));
  // The function may fail as well; the fault hides that.
  if (fault.timing === "afterRun") await run().catch(() => undefined);
  if (fault.error === "Unknown") return failed({ errorMessage: "The function failed without a named error." });
  if (fault.error === "Sandbox.Timedout") {
    return failed({ errorType: fault.error, errorMessage: "Error: Task timed out: a fault of the fault file." });
  }
  throw refusalOf(fault.error);
}

function refusalOf(name: InvokeErrorName): AwsError {
  const [status, message] = invokeErrors[name];
  if (name === "TooManyRequestsException") return new TooManyRequests("ConcurrentInvocationLimitExceeded", message);
  return new AwsError(name, message, status);
}

function failed(error: { readonly errorType?: string; readonly errorMessage: string }): Answer {
  return { payload: JSON.stringify(error), failed: true, logTail: "" };
}

import { AwsError } from "../service.ts";

/** Lambda's refusal of a call that it will not queue. `reason` travels in the answer's body. */
export class TooManyRequests extends AwsError {
  readonly reason: "ReservedFunctionConcurrentInvocationLimitExceeded" | "ConcurrentInvocationLimitExceeded";

  constructor(reason: TooManyRequests["reason"], message: string) {
    super("TooManyRequestsException", message, 429);
    this.reason = reason;
  }
}

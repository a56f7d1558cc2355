import { AwsError } from "../service.ts";

/** Lambda's error for a call that it does not queue. `reason` is sent in the response body. */
export class TooManyRequests extends AwsError {
  readonly reason: "ReservedFunctionConcurrentInvocationLimitExceeded" | "ConcurrentInvocationLimitExceeded";

  constructor(reason: TooManyRequests["reason"], message: string) {
    super("TooManyRequestsException", message, 429);
    this.reason = reason;
  }
}

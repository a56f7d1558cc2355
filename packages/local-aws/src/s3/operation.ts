import { type Authorizer, AwsError, type Caller } from "../service.ts";
import type { Buckets, Target } from "./buckets.ts";

/** A request to S3 and its caller. The target is the service itself, a bucket or an object. */
export interface Operation {
  readonly request: Request;
  readonly caller: Caller;
  readonly authorizer: Authorizer;
  readonly region: string;
  /** All served buckets. */
  readonly buckets: Buckets;
  readonly target?: Target;
  readonly key?: string;
}

export function notOffered(request: Request): AwsError {
  const { search } = new URL(request.url);
  return new AwsError("NotImplemented", `${request.method} ${search} is not among the operations offered here.`, 501);
}

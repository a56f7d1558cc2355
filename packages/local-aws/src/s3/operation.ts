import { type Authorizer, AwsError, type Caller } from "../service.ts";
import type { Buckets, Target } from "./buckets.ts";

/** A request to S3 with its caller: to the service itself, to a bucket, or to an object of it. */
export interface Operation {
  readonly request: Request;
  readonly caller: Caller;
  readonly authorizer: Authorizer;
  readonly region: string;
  /** All buckets that are served. */
  readonly buckets: Buckets;
  readonly target?: Target;
  readonly key?: string;
}

export function notOffered(request: Request): AwsError {
  const { search } = new URL(request.url);
  return new AwsError("NotImplemented", `${request.method} ${search} is not among the operations offered here.`, 501);
}

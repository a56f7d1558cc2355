import { errorResponse } from "../s3/error.ts";
import type { S3 } from "../s3/s3.ts";
import { AwsError, type Service } from "../service.ts";
import type { Faults } from "./faults.ts";
import { s3OperationOf } from "./s3-operation.ts";

const statesErrors = {
  ThrottlingException: [400, "Rate exceeded"],
  ExecutionLimitExceeded: [400, "The maximum number of running executions has been reached."],
  ServiceUnavailable: [503, "The service is temporarily unavailable."],
  InternalFailure: [500, "The request processing has failed because of an unknown error."],
} as const;

const s3Errors = {
  SlowDown: [503, "Please reduce your request rate."],
  ServiceUnavailable: [503, "Reduce your request rate."],
  InternalError: [500, "We encountered an internal error. Please try again."],
} as const;

/** S3 as clients see it under faults. Other services of the runtime use S3 itself, as they retry inside AWS. */
export function faultyS3(s3: S3, faults: Faults): S3 {
  const refusal = (request: Request): Response | undefined => {
    const operation = s3OperationOf(request);
    const fault = operation && faults.s3(operation.name, operation.key);
    if (!fault) return undefined;
    const [status, message] = s3Errors[fault.error];
    return errorResponse(new AwsError(fault.error, message, status), request);
  };
  return {
    service: async (request, caller) => refusal(request) ?? s3.service(request, caller),
    anonymous: async (request) => refusal(request) ?? s3.anonymous(request),
    publicObject: (bucket, key, request) => s3.publicObject(bucket, key, request),
    store: (bucket) => s3.store(bucket),
    update: (declared) => s3.update(declared),
    close: () => s3.close(),
  };
}

/** The Step Functions API under faults. @throws AwsError, which the server serialises */
export function faultyStates(handle: Service, faults: Faults): Service {
  return async (request, caller) => {
    const operation = request.headers.get("x-amz-target")?.split(".").at(-1) ?? "";
    const fault = faults.states(operation);
    if (!fault) return handle(request, caller);
    const [status, message] = statesErrors[fault.error];
    throw new AwsError(fault.error, message, status);
  };
}

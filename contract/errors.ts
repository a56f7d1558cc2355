import * as z from "zod";

/**
 * Why one image has no prediction. The codes are API: clients switch on them, so a code is never renamed or reused.
 */
export const imageErrorCodes = [
  "InvalidImageReference",
  "HostNotAllowed",
  "HostNotFound",
  "ConnectionFailed",
  "FetchTimeout",
  "ImageNotFound",
  "AccessDenied",
  "TooManyRequests",
  "UpstreamError",
  "TooManyRedirects",
  "ImageTooLarge",
  "TooManyPixels",
  "NotAnImage",
  "UnsupportedImageFormat",
  "CorruptImage",
  "ClassificationTimeout",
  "ClassificationFailed",
] as const;
export type ImageErrorCode = (typeof imageErrorCodes)[number];

/** The codes of errors that may not occur again: what `POST /executions/{id}/retry` classifies again. */
export const transientImageErrorCodes: readonly ImageErrorCode[] = [
  "TooManyRequests",
  "UpstreamError",
  "FetchTimeout",
  "ConnectionFailed",
  "HostNotFound",
  "ClassificationTimeout",
  "ClassificationFailed",
];
export const isTransient = (code: ImageErrorCode): boolean => transientImageErrorCodes.includes(code);

/**
 * Errors with which Lambda refuses a call because the function is not ready yet, and whose documented remedy is to wait
 * (Lambda API Reference, Invoke, "Errors", with the prefix of Step Functions). A container-image function that was idle
 * for weeks is ready after 40 to 106 seconds (measured on AWS). docs/operations.md has the source of each error.
 */
export const notReadyErrors = [
  "Lambda.CodeArtifactUserPendingException",
  "Lambda.CodeArtifactUserDeletedException",
  "Lambda.ResourceNotReadyException",
  "Lambda.ResourceConflictException",
  "Lambda.ENINotReadyException",
  "Lambda.SnapStartNotReadyException",
  "Lambda.SnapStartRegenerationFailureException",
] as const;

/**
 * Errors with which Lambda refuses a call, or fails to run it, for a moment only: throttling, and what Step Functions'
 * best practices call transient service errors. docs/operations.md has the source of each error.
 */
export const refusedErrors = [
  "Lambda.TooManyRequestsException",
  "Lambda.ServiceException",
  "Lambda.SdkClientException",
  "Lambda.ClientExecutionTimeoutException",
  "Lambda.EC2ThrottledException",
  "Lambda.SnapStartTimeoutException",
] as const;

/** Retried like `refusedErrors`, but not reported as busy: Step Functions uses this name for missing permissions, too. */
export const unclearError = "Lambda.AWSLambdaException";

/** Errors of a call that ended without a result of its function: the sandbox was killed, or the failure has no name. */
export const brokenErrors = ["Lambda.Unknown", "Runtime.ExitError"] as const;

/** The function could not reach the bucket, after the retries of the SDK. */
export const storageError = "StorageUnavailable";

/** The receiver of a webhook did not take it; the function `notify` throws this if another attempt may succeed. */
export const undeliveredError = "WebhookNotDelivered";

/**
 * Errors of Step Functions' integration with itself that another try cannot change, because the name is taken or the call
 * is wrong. AWS's documentation names errors of this integration with and without "Exception" at their end.
 */
export const startErrors = [
  "StepFunctions.ExecutionAlreadyExistsException",
  "StepFunctions.ExecutionAlreadyExists",
  "StepFunctions.InvalidArnException",
  "StepFunctions.InvalidExecutionInputException",
  "StepFunctions.InvalidNameException",
  "StepFunctions.StateMachineDoesNotExistException",
] as const;

/** Seconds after which a client may retry a call of a function that is not ready. */
export const notReadySeconds = 30;

/** Seconds after which a client may retry a call that was refused for a moment. */
export const busySeconds = 2;

/** Error codes of API requests with their HTTP status. */
export const apiErrorStatus = {
  InvalidJson: 400,
  InvalidRequest: 400,
  BucketNotAllowed: 400,
  UnsupportedMediaType: 415,
  Forbidden: 403,
  NotFound: 404,
  NotifyNotAllowed: 400,
  MethodNotAllowed: 405,
  IdempotencyConflict: 409,
  ExecutionNotFinished: 409,
  NothingToRetry: 409,
  ResultsExpired: 409,
  PayloadTooLarge: 413,
  TooManyImages: 413,
  TooManyRequests: 429,
  InternalError: 500,
  ServiceUnavailable: 503,
  TimedOut: 504,
} as const;
export type ApiErrorCode = keyof typeof apiErrorStatus;

/** The body of every error response. */
export const ApiError = z.object({
  code: z.enum(Object.keys(apiErrorStatus) as [ApiErrorCode, ...ApiErrorCode[]]),
  message: z.string(),
  details: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type ApiError = z.infer<typeof ApiError>;

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

/**
 * Errors with which Lambda refuses a call because the function is not ready yet (Lambda API Reference, Invoke,
 * "Errors", with Step Functions' names). A container-image function that was idle for weeks is ready after 40 to 106
 * seconds (measured on AWS).
 */
export const notReadyErrors = [
  "Lambda.CodeArtifactUserPendingException",
  "Lambda.ResourceNotReadyException",
  "Lambda.ResourceConflictException",
  "Lambda.SnapStartNotReadyException",
] as const;

/** Seconds after which a client may retry a call of such a function. */
export const notReadySeconds = 30;

/** Error codes of API requests with their HTTP status. */
export const apiErrorStatus = {
  InvalidJson: 400,
  InvalidRequest: 400,
  UnsupportedMediaType: 415,
  Forbidden: 403,
  NotFound: 404,
  MethodNotAllowed: 405,
  IdempotencyConflict: 409,
  ExecutionNotFinished: 409,
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

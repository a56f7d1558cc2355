/**
 * Errors with which Lambda refuses a call, or does not run it: HTTP status and message. Names and statuses: Lambda API
 * Reference, Invoke, "Errors". The last three are names that Step Functions gives to a call that did not reach Lambda
 * or came back without an error of Lambda's (Step Functions Developer Guide, "Handle transient Lambda service
 * exceptions").
 */
export const invokeErrors = {
  CodeArtifactUserPendingException: [409, "Lambda is initializing your function. It will be ready to invoke shortly."],
  CodeArtifactUserDeletedException: [
    409,
    "The code artifact user of the function was deleted: it is provisioned again.",
  ],
  ResourceNotReadyException: [502, "The function is inactive and its VPC connection is no longer available."],
  ResourceConflictException: [409, "The operation cannot be performed at this time: the function is being updated."],
  ENINotReadyException: [502, "The network interface of the function's VPC connection is not ready."],
  SnapStartNotReadyException: [409, "Lambda is initializing your function."],
  SnapStartRegenerationFailureException: [409, "The snapshot of the function could not be made again."],
  TooManyRequestsException: [429, "Rate Exceeded."],
  ServiceException: [500, "The AWS Lambda service encountered an internal error."],
  EC2ThrottledException: [502, "Amazon EC2 throttled Lambda while the function was initialised."],
  SnapStartTimeoutException: [408, "Lambda couldn't restore the snapshot within the timeout limit."],
  SdkClientException: [500, "Unable to execute HTTP request: the connection was reset."],
  ClientExecutionTimeoutException: [500, "Client execution did not complete before the specified timeout."],
  AWSLambdaException: [500, "The call failed, and the response does not name an error."],
} as const satisfies Readonly<Record<string, readonly [status: number, message: string]>>;

export type InvokeErrorName = keyof typeof invokeErrors;

export const invokeErrorNames = Object.keys(invokeErrors) as [InvokeErrorName, ...InvokeErrorName[]];

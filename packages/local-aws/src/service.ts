/** The identity that makes a call: the operator, or code that runs under a captured role. */
export interface Caller {
  readonly accessKeyId: string;
  readonly arn: string;
  /** Absent for the operator, whose access is not restricted. */
  readonly roleArn?: string;
  /**
   * An AWS service that calls on its own behalf, such as API Gateway invoking a function. Only resource policies decide
   * on such calls.
   */
  readonly service?: { readonly principal: string; readonly sourceArn: string };
}

/** An AWS service: handles a request of an authenticated caller in the service's own protocol. */
export type Service = (request: Request, caller: Caller) => Promise<Response>;

/** IAM as seen by the services. Throws `AwsError` "AccessDeniedException", which names the missing statement. */
export interface Authorizer {
  authorize(
    caller: Caller,
    action: string,
    resource: string,
    context?: Readonly<Record<string, string | readonly string[]>>,
  ): void;
}

/** The result of a Lambda invocation, as the Invoke API returns it. `payload` is JSON text. */
export interface Invocation {
  readonly requestId: string;
  readonly payload: string;
  readonly executedVersion: string;
  /** Present if the function failed; the payload is then `{errorType, errorMessage, stackTrace?}`. */
  readonly functionError?: "Unhandled";
  /** The last lines of the invocation's log, if available. */
  readonly logTail?: string;
}

/**
 * Invokes functions by alias or function ARN. Rejects with an `AwsError` if the Invoke API itself would fail
 * ("TooManyRequestsException", "ResourceNotFoundException", "RequestTooLargeException", "AccessDeniedException").
 */
export interface Invoker {
  invoke(request: {
    readonly functionArn: string;
    readonly payload: string;
    readonly caller: Caller;
    readonly signal?: AbortSignal;
    /** Exempts the call from the faults of this run. */
    readonly undisturbed?: boolean;
  }): Promise<Invocation>;
}

/** The destination of service logs: each line or record becomes one entry, as in CloudWatch Logs. */
export interface LogSink {
  write(
    group: string,
    stream: string,
    messages: readonly { readonly timestamp: number; readonly message: string }[],
  ): void;
}

/** An error of an AWS API: code, message and HTTP status. Each service serialises it in its own protocol. */
export class AwsError extends Error {
  readonly status: number;
  constructor(name: string, message: string, status = 400, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
    this.status = status;
  }
}

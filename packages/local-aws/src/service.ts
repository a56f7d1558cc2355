/** Who makes a call: the operator, or something that runs under a captured role. */
export interface Caller {
  readonly accessKeyId: string;
  readonly arn: string;
  /** Absent for the operator, who is not restricted. */
  readonly roleArn?: string;
  /** An AWS service that calls on its own behalf (API Gateway invoking a function): resource policies alone decide. */
  readonly service?: { readonly principal: string; readonly sourceArn: string };
}

/** One AWS service: a request whose caller is known already, in that service's own protocol. */
export type Service = (request: Request, caller: Caller) => Promise<Response>;

/** IAM as the services see it. Throws `AwsError` "AccessDeniedException" that names the missing statement. */
export interface Authorizer {
  authorize(
    caller: Caller,
    action: string,
    resource: string,
    context?: Readonly<Record<string, string | readonly string[]>>,
  ): void;
}

/** The answer of a Lambda invocation, as the Invoke API gives it. `payload` is JSON text. */
export interface Invocation {
  readonly requestId: string;
  readonly payload: string;
  readonly executedVersion: string;
  /** Present when the function failed; the payload is then `{errorType, errorMessage, stackTrace?}`. */
  readonly functionError?: "Unhandled";
  /** The last lines of the call's log, as far as they are known. */
  readonly logTail?: string;
}

/**
 * Invokes functions by alias or function ARN. Rejects with `AwsError` where the Invoke API itself would fail
 * ("TooManyRequestsException", "ResourceNotFoundException", "RequestTooLargeException", "AccessDeniedException").
 */
export interface Invoker {
  invoke(request: {
    readonly functionArn: string;
    readonly payload: string;
    readonly caller: Caller;
    readonly signal?: AbortSignal;
  }): Promise<Invocation>;
}

/** Where services write logs: one line or record an entry, as CloudWatch Logs keeps them. */
export interface LogSink {
  write(
    group: string,
    stream: string,
    messages: readonly { readonly timestamp: number; readonly message: string }[],
  ): void;
}

/** An error of an AWS API: its code, the sentence, the HTTP status. Each service writes it in its own protocol. */
export class AwsError extends Error {
  readonly status: number;
  constructor(name: string, message: string, status = 400, options?: ErrorOptions) {
    super(message, options);
    this.name = name;
    this.status = status;
  }
}

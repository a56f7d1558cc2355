/** The services in the list of calls, by their names in AWS's command line. */
export type ServiceName = "stepfunctions" | "lambda" | "logs" | "s3api" | "sts";

export interface Call {
  readonly service: ServiceName;
  /** AWS's name of the operation, such as `StartExecution`. */
  readonly operation: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** The result of a call: the response as the client read it, or the error's code as the client shows it. */
export type Outcome =
  | { readonly response: Readonly<Record<string, unknown>>; readonly problems: readonly string[] }
  | { readonly error: string; readonly message: string; readonly exit?: number };

/** An unmodified AWS client that gets only the settings that `npm start` prints. */
export interface Client {
  readonly name: string;
  /** Whether this version of the client supports the operation and all its parameters. */
  knows(call: Call): boolean;
  /** Whether this version of the client supports a member of a service's responses. */
  shows(service: ServiceName, member: string): boolean;
  send(call: Call): Promise<Outcome>;
  close(): Promise<void>;
}

/** Whether a parameter contains bytes. The list of calls contains them as text. */
export function isBytes(operation: string, parameter: string): boolean {
  return ["PutObject Body", "UploadPart Body", "Invoke Payload"].includes(`${operation} ${parameter}`);
}

/** Members of a response that contain bytes, which each client reads differently. */
export const byteMembers = ["Body", "Payload"];

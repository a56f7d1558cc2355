/** The services of the written list, as AWS's command line calls them. */
export type ServiceName = "stepfunctions" | "lambda" | "logs" | "s3api" | "sts";

export interface Call {
  readonly service: ServiceName;
  /** AWS's name of the operation: `StartExecution`. */
  readonly operation: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** How a call ended: what the client read from the response, or the error's code as it shows it. */
export type Outcome =
  | { readonly response: Readonly<Record<string, unknown>>; readonly problems: readonly string[] }
  | { readonly error: string; readonly message: string; readonly exit?: number };

/** An unchanged client of AWS that was given what `npm start` prints, and nothing else. */
export interface Client {
  readonly name: string;
  /** Whether this version of the client knows the operation and all parameters. */
  knows(call: Call): boolean;
  /** Whether this version of the client knows a member of a service's responses. */
  shows(service: ServiceName, member: string): boolean;
  send(call: Call): Promise<Outcome>;
  close(): Promise<void>;
}

/** Parameters that carry bytes; the list writes them as text. */
export function isBytes(operation: string, parameter: string): boolean {
  return ["PutObject Body", "UploadPart Body", "Invoke Payload"].includes(`${operation} ${parameter}`);
}

/** Members of a response that contain bytes, which each client reads differently. */
export const byteMembers = ["Body", "Payload"];

import { parseJson } from "./words.ts";

/** An exception in readable form: its message, and its stack frames if it has any. */
export interface Exception {
  readonly message: string;
  readonly stack: readonly string[];
}

/**
 * Reads the `Cause` of a failure, which is either Lambda's JSON document with `errorMessage` and `trace`, or any text.
 */
export function readException(cause: string | undefined): Exception {
  const document = parseJson(cause);
  if (typeof document !== "object" || document === null) return { message: cause ?? "", stack: [] };
  const { errorMessage, trace, stackTrace } = document as Record<string, unknown>;
  // Of a service that Step Functions called: its description of a failed job, for example.
  if (typeof errorMessage !== "string") return { message: "", stack: JSON.stringify(document, null, 2).split("\n") };
  const given = [trace, stackTrace].find(Array.isArray) ?? [];
  const lines = given.flatMap((line) => String(line).trimEnd().split("\n"));
  // In Node and Java, the first lines of a stack repeat the message; a Python stack has no such frames.
  const frames = lines.filter((line) => /^\s*at /.test(line)).map((line) => line.trim());
  return { message: errorMessage, stack: frames.length > 0 ? frames : lines };
}

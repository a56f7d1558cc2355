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
  if (typeof errorMessage !== "string") return { message: cause ?? "", stack: [] };
  const lines = [trace, stackTrace].find(Array.isArray) ?? [];
  const stack = lines.flatMap((line) => (Array.isArray(line) ? line : [line])).map(String);
  // The first lines of a stack repeat the message.
  return { message: errorMessage, stack: stack.filter((line) => /^\s*at /.test(line)).map((line) => line.trim()) };
}

import { parseJson } from "./words.ts";

/** An exception as people read it: its message, and the frames of its stack where there are any. */
export interface Exception {
  readonly message: string;
  readonly stack: readonly string[];
}

/** Reads the `Cause` of a failure: Lambda's JSON document with `errorMessage` and `trace`, or any text. */
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

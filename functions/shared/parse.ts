import type { z } from "zod";
import { type Problem, problemsOf } from "./issues.ts";

/**
 * A function's event does not have the form that its state machine should send. A Catch can match the error by its
 * name.
 */
export class InvalidInput extends Error {
  override readonly name = "InvalidInput";
  constructor(functionName: string, problems: readonly Problem[]) {
    const places = problems.slice(0, 5).map(({ path, message }) => `${where(path)}: ${message}`);
    super(`The function "${functionName}" cannot read its input: ${places.join("; ")}.`);
  }
}

function where(path: readonly PropertyKey[]): string {
  return path.length === 0 ? "the input" : `"${path.join(".")}"`;
}

/** Reads an event. @throws InvalidInput */
export function parseEvent<T extends z.ZodType>(functionName: string, schema: T, event: unknown): z.infer<T> {
  const { success, data, error } = schema.safeParse(event);
  if (!success) throw new InvalidInput(functionName, problemsOf(error.issues, event));
  return data;
}

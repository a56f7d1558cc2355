import type { z } from "zod";

/**
 * A function's event does not have the form that its state machine should send. A Catch can match the error by its
 * name.
 */
export class InvalidInput extends Error {
  override readonly name = "InvalidInput";
  constructor(functionName: string, issues: readonly { path: PropertyKey[]; message: string }[]) {
    const places = issues.slice(0, 5).map(({ path, message }) => `"${path.join(".")}": ${message}`);
    super(`The function "${functionName}" cannot read its input: ${places.join("; ")}.`);
  }
}

/** Reads an event. @throws InvalidInput */
export function parseEvent<T extends z.ZodType>(functionName: string, schema: T, event: unknown): z.infer<T> {
  const { success, data, error } = schema.safeParse(event);
  if (!success) throw new InvalidInput(functionName, error.issues);
  return data;
}

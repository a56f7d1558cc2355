/** A problem with a definition, in the format that ValidateStateMachineDefinition returns. */
export interface Diagnostic {
  readonly severity: "ERROR" | "WARNING";
  readonly code: string;
  readonly message: string;
  /** Location of the problem, such as `/States/Wait/Seconds`; absent if the problem has no location. */
  readonly location?: string;
}

export function problem(code: string, message: string, location?: string): Diagnostic {
  return { severity: "ERROR", code, message, ...(location === undefined ? {} : { location }) };
}

/** A field that AWS does not support at this location. */
export function notSupported(field: string, location: string): Diagnostic {
  return malformed(`Field '${field}' is not supported`, location);
}

/** A definition that does not conform to the Amazon States Language. */
export function malformed(message: string, location?: string): Diagnostic {
  return problem("SCHEMA_VALIDATION_FAILED", message, location);
}

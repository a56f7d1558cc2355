/** A problem of a definition, in the shape that ValidateStateMachineDefinition returns. */
export interface Diagnostic {
  readonly severity: "ERROR" | "WARNING";
  readonly code: string;
  readonly message: string;
  /** Where the problem is, such as `/States/Wait/Seconds`; absent where there is no place. */
  readonly location?: string;
}

export function problem(code: string, message: string, location?: string): Diagnostic {
  return { severity: "ERROR", code, message, ...(location === undefined ? {} : { location }) };
}

/** A field that AWS does not know at a place. */
export function notSupported(field: string, location: string): Diagnostic {
  return malformed(`Field '${field}' is not supported`, location);
}

/** A definition that does not have the form of the states language. */
export function malformed(message: string, location?: string): Diagnostic {
  return problem("SCHEMA_VALIDATION_FAILED", message, location);
}

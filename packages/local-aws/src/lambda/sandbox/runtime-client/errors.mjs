import { types } from "node:util";

/** Errors of the runtime. Their payloads use Lambda's names, so that retries can match them. */
class RuntimeError extends Error {
  constructor(name, message, options) {
    super(message, options);
    this.name = `Runtime.${name}`;
  }
}
const runtimeError = (name) =>
  class extends RuntimeError {
    constructor(message, options) {
      super(name, message, options);
    }
  };

export const ImportModuleError = runtimeError("ImportModuleError");
export const HandlerNotFound = runtimeError("HandlerNotFound");
export const MalformedHandlerName = runtimeError("MalformedHandlerName");
export const UserCodeSyntaxError = runtimeError("UserCodeSyntaxError");

export class UnhandledPromiseRejection extends RuntimeError {
  constructor(reason) {
    super("UnhandledPromiseRejection", String(reason));
    this.reason = reason;
  }
}

/**
 * Converts a thrown value to an error payload. Any value can be thrown, including one that is not an Error or that
 * cannot be converted to text.
 */
export function errorBody(error) {
  try {
    if (types.isNativeError(error) || (error?.name && error?.message && error?.stack)) {
      return { errorType: error.name, errorMessage: error.message, trace: String(error.stack).split("\n") };
    }
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  } catch {
    return {
      errorType: "handled",
      errorMessage: "The thrown value's name, message or stack cannot be read.",
      trace: [],
    };
  }
}

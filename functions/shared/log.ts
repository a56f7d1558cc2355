import { printable, withoutSecrets } from "../../lib/printable.ts";
import { currentRequestId } from "./current-call.ts";

/**
 * Logs one structured line, which CloudWatch Logs Insights reads as fields. Lambda does not change lines on standard
 * output. Control characters that JSON leaves as they are get escaped: fields may contain text from outside.
 */
export function log(level: "INFO" | "WARN" | "ERROR", message: string, fields: Readonly<Record<string, unknown>> = {}) {
  const requestId = currentRequestId();
  process.stdout.write(`${printable(JSON.stringify({ level, message, requestId, ...fields }))}\n`);
}

/** The log fields of a caught error: never the whole object, which may contain a request with its key. */
export function errorFields(error: unknown): Readonly<Record<string, unknown>> {
  if (!(error instanceof Error)) return { error: shown(String(error)) };
  const cause = error.cause instanceof Error ? { cause: shown(`${error.cause.name}: ${error.cause.message}`) } : {};
  return {
    error: error.name,
    detail: shown(error.message),
    stack: error.stack && withoutSecrets(error.stack),
    ...cause,
  };
}

function shown(text: string): string {
  return printable(withoutSecrets(text));
}

import { printable, withoutSecrets } from "../../lib/printable.ts";

/** One structured line, which CloudWatch Logs Insights reads as fields. Standard out: Lambda keeps it as it is. */
export function log(level: "INFO" | "WARN" | "ERROR", message: string, fields: Readonly<Record<string, unknown>> = {}) {
  process.stdout.write(`${JSON.stringify({ level, message, ...fields })}\n`);
}

/** What a log line says of something caught: never the whole object, which may carry a request with its key. */
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

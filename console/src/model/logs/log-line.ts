import { parseJson } from "../words.ts";

/** A line of a function's log in readable form. */
export interface LogLine {
  /** `platform`: a line that Lambda writes before and after a call. */
  readonly level: "error" | "warn" | "info" | "platform";
  readonly text: string;
  readonly stack: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

const ofPlatform =
  /^(INIT_START|INIT_REPORT|RESTORE_START|RESTORE_REPORT|START|END|REPORT|EXTENSION|TELEMETRY|LOGS|XRAY)\b/;
/** Lambda's runtime client writes console calls and errors as time, request id, level and text, separated by tabs. */
const ofClient = /^\d{4}-\d\d-\d\dT[\d:.]+Z\t([^\t]*)\t(TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\t([\s\S]*)$/;
const timedOut = /Task timed out after [\d.]+ seconds/;
/** `_aws` repeats fields for CloudWatch's metrics; the others are shown elsewhere. */
const hidden = ["level", "message", "stack", "requestId", "_aws"];

/** Reads a line: a structured one of this product, one of Lambda's runtime client, one of Lambda itself, or any text. */
export function readLine(message: string): LogLine {
  const text = message.trimEnd();
  if (timedOut.test(text)) return { level: "error", text, stack: [] };
  if (ofPlatform.test(text)) {
    const failed = /\bStatus: (error|timeout)\b/.test(text);
    return { level: failed ? "error" : "platform", text: text.replaceAll("\t", " "), stack: [] };
  }
  const [, , level, said = ""] = ofClient.exec(text) ?? [];
  if (level !== undefined) return ofRuntimeClient(level, said);
  return structured(fieldsOf(text)) ?? { level: "info", text, stack: [] };
}

/** The request id in a line; undefined if the line names none. */
export function requestIdIn(message: string): string | undefined {
  const [, ofReport] = /\bRequestId: ([0-9a-f-]{8,})/.exec(message) ?? [];
  if (ofReport !== undefined) return ofReport;
  const [, ofLine] = ofClient.exec(message) ?? [];
  if (ofLine !== undefined && ofLine !== "undefined") return ofLine;
  const { requestId } = fieldsOf(message) ?? {};
  return typeof requestId === "string" ? requestId : /^\S+Z ([0-9a-f-]{36}) Task timed out/.exec(message)?.[1];
}

function ofRuntimeClient(level: string, said: string): LogLine {
  const at = said.indexOf("{");
  const { errorType, errorMessage, stack, ...rest } = (at < 0 ? undefined : fieldsOf(said.slice(at))) ?? {};
  if (typeof errorMessage === "string") {
    const text = [said.slice(0, at).trim(), `${String(errorType ?? "Error")}: ${errorMessage}`].join(" ").trim();
    return { level: levelOf(level), text, stack: framesOf(stack) };
  }
  const inner = at === 0 ? structured({ errorType, errorMessage, stack, ...rest }) : undefined;
  return inner ?? { level: levelOf(level), text: said.replaceAll("\r", "\n"), stack: [] };
}

function structured(fields: Fields | undefined): LogLine | undefined {
  if (fields === undefined) return undefined;
  const others = Object.entries(fields)
    .filter(([name, value]) => !hidden.includes(name) && value !== undefined)
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  const { level, message, stack } = fields;
  return {
    level: levelOf(String(level ?? "INFO")),
    text: [...(typeof message === "string" ? [message] : []), ...others].join(" "),
    stack: framesOf(stack),
  };
}

function levelOf(level: string): LogLine["level"] {
  if (level === "ERROR" || level === "FATAL") return "error";
  return level === "WARN" ? "warn" : "info";
}

/** The frames of a stack, whose first lines repeat the message. */
function framesOf(stack: unknown): readonly string[] {
  const lines = Array.isArray(stack) ? stack.map(String) : typeof stack === "string" ? stack.split("\n") : [];
  return lines.filter((line) => /^\s*at /.test(line)).map((line) => line.trim());
}

/** The fields of a text that is a JSON object. */
export function fieldsOf(text: string): Fields | undefined {
  if (!text.startsWith("{")) return undefined;
  const value = parseJson(text);
  return typeof value === "object" && value !== null ? (value as Fields) : undefined;
}

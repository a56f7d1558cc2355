import pc from "picocolors";
import type { Graph } from "#local-aws";
import type { MapStack } from "../console/server/source-map.ts";
import { printable } from "../lib/printable.ts";

/** Lambda's own lines, such as the duration of a call; they are in the log group and in the console. */
const ofLambda = /^(INIT_START|INIT_REPORT|START RequestId|END RequestId|REPORT RequestId|EXTENSION|TELEMETRY)\b/;
/** Lambda's runtime client writes console calls and errors as time, request, level and text, separated by tabs. */
const ofClient = /^\d{4}-\d\d-\d\dT[\d:.]+Z\t[^\t]*\t(TRACE|DEBUG|INFO|WARN|ERROR|FATAL)\t([\s\S]*)$/;
const longestLine = 2_000;
/** TensorFlow's library says at each start which processor it is for; no variable silences that. */
const ofLibrary = /^(WARNING: All log messages before absl::|I\d{4} \d\d:\d\d:)/;

/**
 * One line of a function's log for the terminal of `npm start`, with the function's name; undefined for lines that
 * Lambda or a library adds, for successful polls, and for lines that are not from a function.
 */
export function functionLine(
  message: string,
  group: string,
  { functions }: Pick<Graph, "functions">,
  mapStack: MapStack = (text) => text,
): string | undefined {
  const source = functions.find(({ logGroupName }) => logGroupName === group);
  if (!source || isNoise(message)) return undefined;
  const { level, text } = read(message);
  const name = source.command[0]?.split("/").slice(0, -1).join("/") ?? source.name;
  const line = oneLine(mapStack(text)).slice(0, longestLine);
  const shown = /^(ERROR|FATAL)$/.test(level) ? pc.red(`${level} ${line}`) : `${level} ${line}`.trim();
  return `${pc.dim(`${name}:`)} ${shown}`;
}

const isNoise = (message: string): boolean =>
  message.trim() === "" || ofLambda.test(message) || ofLibrary.test(message) || isPoll(message);

/** A client that waits asks many times a second: what it asked successfully would hide everything else. */
function isPoll(message: string): boolean {
  const { message: said, method, status } = object(ofClient.exec(message)?.[2] ?? message) ?? {};
  return said === "request" && method === "GET" && typeof status === "number" && status < 400;
}

interface Line {
  readonly level: string;
  readonly text: string;
}

function read(message: string): Line {
  const client = ofClient.exec(message);
  if (client) {
    const [, level = "", text = ""] = client;
    const error = errorText(text);
    if (error !== undefined) return { level, text: error };
    const inner = structured(text);
    return inner ? { level, text: inner.text } : { level, text };
  }
  return structured(message) ?? { level: "", text: message };
}

/** A structured line: its level and message, then its other fields. */
function structured(message: string): Line | undefined {
  const fields = object(message);
  if (!fields) return undefined;
  // "_aws" repeats the fields for CloudWatch's metrics.
  const { level, message: said, stack, _aws, ...rest } = fields;
  const others = Object.entries(rest).map(
    ([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  const frame = typeof stack === "string" ? [firstFrame(stack)] : [];
  return { level: String(level ?? ""), text: [said ?? "", ...others, ...frame].map(String).join(" ").trim() };
}

/** An error as Lambda's client reports it: `Invoke Error \t{"errorType":…,"errorMessage":…,"stack":[…]}`. */
function errorText(text: string): string | undefined {
  const at = text.indexOf("{");
  const fields = at < 0 ? undefined : object(text.slice(at));
  if (!fields || !("errorMessage" in fields)) return undefined;
  const { errorType = "Error", errorMessage, stack } = fields;
  const location = Array.isArray(stack) ? firstFrame(stack.join("\n")) : "";
  return `${text.slice(0, at).trim()} ${errorType}: ${errorMessage} ${location}`.trim();
}

/** The innermost stack frame in the project; a terminal line has room for only one. */
function firstFrame(stack: string): string {
  const frames = stack.split("\n").filter((line) => /^\s*at /.test(line));
  const own = frames.find((line) => !/node:|node_modules/.test(line)) ?? frames[0] ?? "";
  return own.trim();
}

function object(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** A text of several lines as one; what could control the terminal is escaped. */
function oneLine(text: string): string {
  return printable(text.replace(/\s*[\r\n]+\s*/g, " | ").replace(/\t/g, " "));
}

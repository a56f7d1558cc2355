import { format } from "node:util";

let requestId;

export function setRequestId(id) {
  requestId = id;
}

/**
 * Writes a console call as one log event: time, request id, level and text. Line breaks are encoded as carriage
 * returns.
 */
function write(level, args) {
  const line = `${new Date().toISOString()}\t${requestId}\t${level}\t${format(...args)}`;
  process.stdout.write(`${line.replaceAll("\n", "\r")}\n`);
}

export function patchConsole() {
  const levels = { trace: "TRACE", debug: "DEBUG", info: "INFO", log: "INFO", warn: "WARN", error: "ERROR" };
  for (const [method, level] of Object.entries(levels)) {
    console[method] = (...args) => write(level, args);
  }
}

/** Logs an error with all its properties, as one line of JSON after a title. */
export function logError(title, error) {
  write("ERROR", [title, `\t${describe(error)}`]);
}

function describe(error) {
  const value = error instanceof Error ? error : new Error(String(error));
  const { name: errorType, message: errorMessage, code, stack } = value;
  try {
    return JSON.stringify({ errorType, errorMessage, code, ...value, stack: String(stack).split("\n") });
  } catch {
    return JSON.stringify({ errorType, errorMessage, stack: String(stack).split("\n") });
  }
}

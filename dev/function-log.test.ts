import { describe, expect, it } from "vitest";
import { functionLine } from "./function-log.ts";

const functions = [
  { name: "dlw-dev-api-1a2b", logGroupName: "/aws/lambda/dlw-dev-api-1a2b", command: ["api/handler.handler"] },
];
const graph = { functions } as unknown as Parameters<typeof functionLine>[2];
const line = (message: string, group = "/aws/lambda/dlw-dev-api-1a2b") =>
  // Colours only occur on a terminal.
  functionLine(message, group, graph, (text) => text.replace("handler.mjs:3:1", "handler.ts:7:2"))?.replace(
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is removed
    /\u001b\[\d+m/g,
    "",
  );

describe("functionLine", () => {
  it("names the function and shows what it printed", () => {
    expect(line("plain text")).toBe("api: plain text");
    expect(line("2026-01-01T00:00:00.000Z\tid\tINFO\thello there")).toBe("api: INFO hello there");
  });

  it("shows level, message and fields of a structured line, in either form", () => {
    const json = JSON.stringify({ level: "WARN", message: "slow", ms: 12, of: { a: 1 } });
    expect(line(json)).toBe('api: WARN slow ms=12 of={"a":1}');
    expect(line(`2026-01-01T00:00:00.000Z\tid\tWARN\t${json}`)).toBe('api: WARN slow ms=12 of={"a":1}');
  });

  it("shows requests that change something or fail, and a metric's fields once", () => {
    const request = { level: "INFO", message: "request", method: "POST", status: 202 };
    expect(line(JSON.stringify(request))).toBe("api: INFO request method=POST status=202");
    expect(line(JSON.stringify({ ...request, method: "GET", status: 404 }))).toBe(
      "api: INFO request method=GET status=404",
    );
    const metric = { level: "INFO", message: "ready", Starts: 1, _aws: { CloudWatchMetrics: [] } };
    expect(line(JSON.stringify(metric))).toBe("api: INFO ready Starts=1");
    expect(line("E0000 00:00:1795687770.99 27216 x.cc:1] no memory")).toBe(
      "api: E0000 00:00:1795687770.99 27216 x.cc:1] no memory",
    );
  });

  it("shows an error that a handler threw as one line with its location in the TypeScript", () => {
    const error = {
      errorType: "TypeError",
      errorMessage: "x is not a function",
      stack: ["TypeError: x is not a function", "    at node:internal/x:1:1", "    at f (file:///w/handler.mjs:3:1)"],
    };
    expect(line(`2026-01-01T00:00:00.000Z\tid\tERROR\tInvoke Error \t${JSON.stringify(error)}`)).toBe(
      "api: ERROR Invoke Error TypeError: x is not a function at f (file:///w/handler.ts:7:2)",
    );
  });

  it("stays on one line and cannot control the terminal", () => {
    expect(line("a\nb\u001b[2J\tc")).toBe("api: a | b\\u001b[2J c");
    expect(line("x".repeat(10_000))?.length).toBeLessThan(2_100);
  });

  it.each([
    "START RequestId: 1 Version: 1",
    "END RequestId: 1",
    "REPORT RequestId: 1\tDuration: 1 ms",
    "INIT_START Runtime Version: node:22",
    " ",
    "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR",
    "I0000 00:00:1795687770.999875   27216 port.cc:153] oneDNN custom operations are on.",
    JSON.stringify({ level: "INFO", message: "request", method: "GET", path: "/executions/1", status: 200, ms: 3 }),
    `2026-01-01T00:00:00.000Z\tid\tINFO\t${JSON.stringify({ message: "request", method: "GET", status: 302 })}`,
  ])("leaves out %j", (message) => {
    expect(line(message)).toBeUndefined();
  });

  it("omits lines that are not from a function, such as the log of an Express workflow", () => {
    expect(line("{}", "/aws/vendedlogs/states/x")).toBeUndefined();
  });
});

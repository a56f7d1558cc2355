import { afterEach, describe, expect, it, vi } from "vitest";
import { errorFields, log } from "./log.ts";

afterEach(() => vi.restoreAllMocks());

/** What is written to standard output meanwhile. */
function written(work: () => void): string {
  const write = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  work();
  return write.mock.calls.map(([text]) => String(text)).join("");
}

const hostile = "a\u001b[2J\r\nb\u009b2J\u202ec\u2028d";
// biome-ignore lint/suspicious/noControlCharactersInRegex: these must not reach a log.
const control = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;

describe("a line of the log", () => {
  it("is one line of JSON without control characters, and its fields keep their values", () => {
    const line = written(() => log("INFO", hostile, { path: hostile, list: [hostile] }));
    expect(line.endsWith("\n")).toBe(true);
    expect(line.slice(0, -1)).not.toMatch(control);
    expect(JSON.parse(line)).toEqual({ level: "INFO", message: hostile, path: hostile, list: [hostile] });
  });

  it("shows the URLs of an error without credentials and query, in its cause and its stack, too", () => {
    const url = "https://user:secret@example.com/a.jpg?X-Amz-Signature=secret#secret";
    const error = new Error(`cannot fetch ${url}`, { cause: new Error(`connecting to ${url}`) });
    const line = written(() => log("ERROR", "failed", errorFields(error)));
    expect(line).not.toContain("secret");
    expect(line.match(/https:\/\/example\.com\/a\.jpg\?…/g)?.length).toBeGreaterThanOrEqual(3);
  });

  it("takes whatever was thrown", () => {
    expect(errorFields("https://h/a?secret")).toEqual({ error: "https://h/a?…" });
  });

  it("has of an error its name, message, stack and cause", () => {
    const error = new TypeError("It is too large.", { cause: new RangeError("65") });
    expect(errorFields(error)).toEqual({
      error: "TypeError",
      detail: "It is too large.",
      stack: expect.stringContaining("log.test.ts"),
      cause: "RangeError: 65",
    });
    expect(errorFields("text")).toEqual({ error: "text" });
  });
});

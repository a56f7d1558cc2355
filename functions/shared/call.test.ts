import { readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CallLine } from "../../contract/call-line.ts";
import { functionDefinitions } from "../../contract/functions.ts";
import { called } from "./call.ts";
import { log } from "./log.ts";

const call = { execution: "arn:aws:states:eu-west-1:1:execution:workflow:one", state: "Classify", attempt: 2 };
const context = { awsRequestId: "request-1" };
let lines: string[];

beforeEach(() => {
  lines = [];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => lines.push(String(text)) > 0);
});
afterEach(() => void vi.restoreAllMocks());

const logged = (): readonly unknown[] => lines.map((line) => JSON.parse(line));

describe("the line of a call", () => {
  it.each<[string, object, object]>([
    [
      "a batch",
      { BatchInput: { executionId: "one" }, Items: [{ index: 32 }, { index: 40 }], call },
      { ...call, executionId: "one", firstIndex: 32, images: 2 },
    ],
    ["a plan", { executionId: "one", input: [], call }, { ...call, executionId: "one" }],
    ["a merge", { classified: { executionId: "one" }, call }, { ...call, executionId: "one" }],
    ["a call without an origin", { numbers: [1] }, {}],
  ])("of %s", async (_what, event, fields) => {
    await called(async (_event: unknown, _context: object) => "done")(event, context);
    expect(logged()).toEqual([{ level: "INFO", message: "call", requestId: "request-1", ...fields }]);
    expect(CallLine.safeParse(logged()[0]).success).toBe(true);
  });

  it.each([null, "text", 7, [], { call: { execution: 1 } }, { Items: [null], BatchInput: "x" }])(
    "is written before an event of a wrong form is refused: %j",
    async (event) => {
      const handler = called(async (_event: unknown, _context: object) => Promise.reject(new Error("refused")));
      await expect(handler(event, context)).rejects.toThrow("refused");
      expect(logged()).toMatchObject([{ message: "call", requestId: "request-1" }]);
    },
  );
});

it("gives its request id to every line of the call, and to no other", async () => {
  const handler = called(async (name: string, _context: object) => {
    await new Promise((resolve) => setTimeout(resolve, name === "slow" ? 5 : 1));
    log("INFO", name);
  });
  await Promise.all([handler("slow", { awsRequestId: "a" }), handler("fast", { awsRequestId: "b" })]);
  log("INFO", "outside");
  expect(logged()).toEqual(
    expect.arrayContaining([
      { level: "INFO", message: "slow", requestId: "a" },
      { level: "INFO", message: "fast", requestId: "b" },
      { level: "INFO", message: "outside" },
    ]),
  );
});

it.each(Object.entries(functionDefinitions).filter(([name]) => name !== "api"))(
  "the function %s logs its calls; only the API has a line of another form",
  (_name, { handler }) => {
    const file = path.resolve(import.meta.dirname, "..", handler.replace(/\.handler$/, ".ts"));
    expect(readFileSync(file, "utf8")).toContain("export const handler = called(");
  },
);

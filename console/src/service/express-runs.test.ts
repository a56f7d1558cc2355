import { describe, expect, it } from "vitest";
import { ExpressRuns } from "./express-runs.ts";
import type { LogPage, LogRequest } from "./logs.ts";

const base = "arn:aws:states:eu-west-1:123456789012";
const machineArn = `${base}:stateMachine:now`;
const machine = (log?: { group: string; level: string; data: boolean }) => ({
  name: "now",
  arn: machineArn,
  type: "EXPRESS" as const,
  log,
});
const logged = machine({ group: "/aws/vendedlogs/states/now", level: "ALL", data: true });
const run = (id: string) => `${base}:express:now:name:${id}`;
const line = (id: number, type: string, executionArn: string, details: object = {}) =>
  JSON.stringify({
    id: String(id),
    type,
    details,
    previous_event_id: String(id - 1),
    event_timestamp: String(1_000 * id),
    execution_arn: executionArn,
  });

const messages = [
  line(1, "ExecutionStarted", run("a"), { input: "[1]" }),
  line(1, "ExecutionStarted", run("b"), { input: "[2]" }),
  line(2, "TaskStateEntered", run("a"), { name: "Map images", input: "[1]" }),
  line(4, "ExecutionFailed", run("a"), { error: "Broken", cause: "why" }),
  "not a line of Step Functions",
];

/** CloudWatch Logs with these lines, one per page. */
function logs(requests: LogRequest[] = []) {
  return {
    events: async (request: LogRequest): Promise<LogPage> => {
      requests.push(request);
      const terms = (request.pattern ?? "").split(" ").map((term) => term.replace(/^\?|"/g, "").replaceAll('"', ""));
      const found = messages.filter((message) => terms.some((term) => message.includes(term)));
      const at = Number(request.nextToken ?? 0);
      const events = found
        .slice(at, at + 1)
        .map((message) => ({ id: String(at), group: request.group, stream: "s", at, message }));
      return { events, nextToken: at + 1 < found.length ? String(at + 1) : undefined };
    },
  };
}

describe("Express runs", () => {
  it("of the last hour are listed from the log, newest first", async () => {
    const requests: LogRequest[] = [];
    const { rows } = await new ExpressRuns(logs(requests), [logged]).list(machineArn, undefined);
    expect(rows.map(({ arn, status, name }) => [arn, status, name])).toEqual([
      [run("a"), "FAILED", "name:a"],
      [run("b"), "RUNNING", "name:b"],
    ]);
    expect(Date.now() - (requests[0]?.from ?? 0)).toBeLessThan(3_700_000);
  });

  it("can be listed by status", async () => {
    const { rows } = await new ExpressRuns(logs(), [logged]).list(machineArn, "RUNNING");
    expect(rows.map(({ arn }) => arn)).toEqual([run("b")]);
  });

  it("have a description and a history by their id", async () => {
    const runs = new ExpressRuns(logs(), [logged]);
    expect(await runs.describe(run("a"))).toMatchObject({
      status: "FAILED",
      input: "[1]",
      error: "Broken",
      cause: "why",
      startedAt: 1_000,
      stoppedAt: 4_000,
      redrivable: false,
    });
    const { events } = await runs.pagesOf(run("a"))({ maxResults: 10, reverseOrder: true, nextToken: undefined });
    expect(events.map(({ id, type }) => [id, type])).toEqual([
      [4, "ExecutionFailed"],
      [2, "TaskStateEntered"],
      [1, "ExecutionStarted"],
    ]);
  });

  it("are read once after they have ended", async () => {
    const requests: LogRequest[] = [];
    const runs = new ExpressRuns(logs(requests), [logged]);
    await runs.describe(run("a"));
    const { length } = requests;
    await runs.describe(run("a"));
    expect(requests).toHaveLength(length);
  });

  it("that the log does not have do not exist, also further back than an hour", async () => {
    const requests: LogRequest[] = [];
    const runs = new ExpressRuns(logs(requests), [logged]);
    await expect(runs.describe(run("zz"))).rejects.toMatchObject({
      code: "ExecutionDoesNotExist",
      message: expect.stringContaining("14 days"),
    });
    expect(requests).toHaveLength(2);
  });

  it("of a log that is too long are said to be missing, and not that they do not exist", async () => {
    const endless = { events: async (): Promise<LogPage> => ({ events: [], nextToken: "more" }) };
    const runs = new ExpressRuns(endless, [logged]);
    expect((await runs.list(machineArn, undefined)).note).toMatch(/more than 20 pages.*missing/);
    await expect(runs.describe(run("a"))).rejects.toMatchObject({ code: "LogTooLong" });
    expect((await new ExpressRuns(logs(), [logged]).list(machineArn, undefined)).note).toBeUndefined();
  });

  it.each([
    ["nothing", machine(), /logs nothing.*level to ALL/],
    ["failures only", machine({ group: "g", level: "ERROR", data: false }), /level ERROR only.*level to ALL/],
  ])("of a machine that logs %s are a sentence", async (_what, each, sentence) => {
    const runs = new ExpressRuns(logs(), [each]);
    await expect(runs.list(machineArn, undefined)).rejects.toMatchObject({
      code: "NotLogged",
      message: expect.stringMatching(sentence),
    });
  });

  it("are known by their ARNs", () => {
    const runs = new ExpressRuns(logs(), [logged]);
    expect(
      [machineArn, run("a"), run("a").replace(":now:", ":now2:"), machineArn.replace("now", "standard")].map((arn) =>
        runs.has(arn),
      ),
    ).toEqual([true, true, false, false]);
  });
});

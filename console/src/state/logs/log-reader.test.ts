import { expect, it } from "vitest";
import { History } from "../../model/history/history.ts";
import type { Attempt } from "../../model/logs/attempt.ts";
import type { Configuration } from "../../service/configuration.ts";
import type { LogRequest } from "../../service/logs.ts";
import { Recording } from "../../test-support/recording.ts";
import type { FollowedExecution } from "../followed-execution.ts";
import { LogReader } from "./log-reader.ts";

const functions = ["map", "classify", "classify-2"].map((title) => ({
  name: `dlw-${title}`,
  title,
  logGroup: `/aws/lambda/dlw-${title}-logs`,
}));
const configuration = { functions } as unknown as Configuration;

function reader() {
  const requests: LogRequest[] = [];
  const events = async (request: LogRequest) => {
    requests.push(request);
    return { events: [], nextToken: undefined };
  };
  const services = { logs: { events }, changed: () => {}, sleep: async () => {}, visible: () => true };
  return { logs: new LogReader(configuration, services), requests };
}
const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

const followed = {
  arn: "arn:one",
  history: new History(),
  description: { startedAt: 100_000, stoppedAt: 160_000 },
  ended: true,
  definition: '{"FunctionName":"arn:aws:lambda:eu-west-1:123456789012:function:dlw-classify:7"}',
} as unknown as FollowedExecution;

it("reads the log of an execution when it is opened, of the functions in its definition, a little around its time", async () => {
  const { logs, requests } = reader();
  await settle();
  expect(requests).toEqual([]);
  logs.openExecution(followed);
  await settle();
  expect(new Set(requests.map(({ group }) => group))).toEqual(new Set(["/aws/lambda/dlw-classify-logs"]));
  expect(requests[0]).toMatchObject({ from: 98_000, to: 170_000 });
  expect([logs.ofExecution("arn:one") !== undefined, logs.ofExecution("arn:two")]).toEqual([true, undefined]);
  logs.close();
  expect(logs.ofExecution("arn:one")).toBeUndefined();
});

it("reads the log of one attempt at a time, of its function only", async () => {
  const { logs, requests } = reader();
  const recording = new Recording();
  recording.enter("Task", "Classify");
  const history = new History();
  history.append(recording.events);
  const [run] = history.runs;
  if (run === undefined) throw new Error("The recording has one run.");
  const attempt = (from: number, functionName = "dlw-map"): Attempt => ({
    number: 0,
    from,
    to: from + 1_000,
    functionName,
    requestId: undefined,
    error: undefined,
  });
  const [first, second] = [attempt(10_000), attempt(20_000)];
  logs.openAttempt(run, first, () => first);
  logs.openAttempt(run, second, () => second);
  await settle();
  expect([logs.ofAttempt(run, first), logs.ofAttempt(run, second) !== undefined]).toEqual([undefined, true]);
  expect(requests.at(-1)).toMatchObject({ group: "/aws/lambda/dlw-map-logs", to: 31_000 });
  logs.closeAttempt();
  logs.openAttempt(run, attempt(1, "foreign"), () => undefined);
  expect(logs.ofAttempt(run, attempt(1, "foreign"))).toBeUndefined();
});

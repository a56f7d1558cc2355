import { expect, it } from "vitest";
import { Recording } from "../../test-support/recording.ts";
import { History } from "../history/history.ts";
import { attemptsOf } from "./attempt.ts";

const arn = "arn:aws:lambda:eu-west-1:123456789012:function:dlw-dev-classify-0a1b2c3:7";

it("lists the calls of a task with their function, the request id of a successful one, and the errors of the others", () => {
  const recording = new Recording();
  recording.enter("Task", "Classify");
  const parameters = JSON.stringify({ FunctionName: arn, Payload: {} });
  recording.add("TaskScheduled", { parameters });
  recording.add("TaskStarted");
  recording.add("TaskFailed", { error: "Lambda.Unknown" });
  recording.add("TaskScheduled", { parameters });
  recording.add("TaskSucceeded", { output: JSON.stringify({ SdkResponseMetadata: { RequestId: "request-2" } }) });
  recording.add("TaskScheduled", { parameters: JSON.stringify({ QueueUrl: "no function" }) });
  const history = new History();
  history.append(recording.events);
  const [run] = history.runs;
  expect(run && attemptsOf(run, history)).toMatchObject([
    { number: 0, functionName: "dlw-dev-classify-0a1b2c3", requestId: undefined, error: "Lambda.Unknown" },
    { number: 1, functionName: "dlw-dev-classify-0a1b2c3", requestId: "request-2", error: undefined },
    { number: 2, functionName: undefined, to: undefined },
  ]);
});

it("knows the function of a task whose resource is the function itself", () => {
  const recording = new Recording();
  recording.enter("Task", "Work");
  recording.add("LambdaFunctionScheduled", { resource: arn.replace(/:7$/, "") });
  recording.add("LambdaFunctionTimedOut", { error: "States.Timeout" });
  const history = new History();
  history.append(recording.events);
  const [run] = history.runs;
  expect(run && attemptsOf(run, history)).toMatchObject([
    { functionName: "dlw-dev-classify-0a1b2c3", error: "States.Timeout" },
  ]);
});

it("lists the calls of a history that was exported in part", () => {
  const recording = new Recording();
  recording.enter("Task", "Before");
  recording.enter("Task", "Work");
  recording.add("LambdaFunctionScheduled", { resource: arn });
  recording.add("LambdaFunctionFailed", { error: "Lambda.Unknown" });
  const history = new History();
  history.append(recording.events.slice(-3));
  const [run] = history.runs;
  expect(run && attemptsOf(run, history)).toMatchObject([
    { functionName: "dlw-dev-classify-0a1b2c3", error: "Lambda.Unknown" },
  ]);
});

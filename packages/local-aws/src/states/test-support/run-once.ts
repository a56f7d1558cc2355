import type { HistoryEvent } from "@aws-sdk/client-sfn";
import type { Service } from "../../service.ts";
import type { Definition } from "../asl/definition.ts";
import { TaskTokens } from "../callbacks/task-tokens.ts";
import { type Json, parseJson } from "../data/json.ts";
import type { End } from "../history/end.ts";
import { inputDetails, toApi } from "../history/event.ts";
import { Journal } from "../history/journal.ts";
import { Execution } from "../interpreter/execution.ts";
import type { MapRuns } from "../interpreter/map/map-run.ts";
import { JsonataEvaluator } from "../jsonata/evaluator.ts";
import { objectsOf } from "../objects.ts";
import { accountId, fakeInvoker, type Handlers, machine, noBuckets, region } from "./harness.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** Map Runs need the whole service, so the harness runs definitions that contain any. */
const none: MapRuns = {
  open: notHere,
  run: notHere,
  results: notHere,
  end: notHere,
  abort: notHere,
  running: () => false,
  endedOf: () => undefined,
};

/** Starting another machine needs the whole service too. */
const noStarts: Service = async () => notHere();

function notHere(): never {
  throw new Error("This runs only in a service.");
}

/**
 * Runs a definition to its end in memory. Returns how it ended, its history as the API shows it, and the recorded calls
 * and waits.
 */
export async function runOnce(definition: object | string, input: unknown, handlers: Handlers = {}) {
  const clock = new VirtualClock();
  const jsonata = new JsonataEvaluator();
  const invoker = fakeInvoker(handlers);
  const { arn, name, roleArn } = machine(definition);
  const text = JSON.stringify(input);
  const started = new Journal({ clock, write() {} });
  started.append("", "ExecutionStarted", 0, { ...inputDetails(text), roleArn });
  const journal = new Journal({ clock, write() {}, entries: started.entries });
  const parsed = (typeof definition === "string" ? JSON.parse(definition) : definition) as Definition;
  let end: End | undefined;
  const caller = () => ({ accessKeyId: "machine", arn: roleArn, roleArn });
  await new Execution({
    run: {
      arn: `${arn.replace(":stateMachine:", ":execution:")}:one`,
      name: "one",
      machineArn: arn,
      machineName: name,
      roleArn,
      region,
      accountId,
      startedAt: clock.now(),
      redriveCount: 0,
      input: parseJson(text),
      clock,
      invoker,
      stepFunctions: noStarts,
      caller,
      mapRuns: none,
      authorize() {},
      tokens: new TaskTokens(),
      evaluate: (evaluation) => {
        const results = jsonata.evaluate(evaluation);
        clock.during(results);
        return results;
      },
      ...(parsed.QueryLanguage === undefined ? {} : { queryLanguage: parsed.QueryLanguage }),
      objects: objectsOf(noBuckets, caller),
    },
    definition: parsed,
    timeoutSeconds: parsed.TimeoutSeconds,
    journal,
    onEnd: (given) => {
      end = given;
    },
  }).start();
  await jsonata.close();
  const events = journal.events.map((event) => toApi(event, true) as unknown as HistoryEvent);
  const output: Json | undefined = end?.output === undefined ? undefined : parseJson(end.output);
  return {
    status: end?.status,
    output,
    error: end?.error,
    cause: end?.cause,
    events,
    types: events.map(({ type }) => type),
    calls: invoker.calls,
    slept: clock.slept,
    waiting: clock.waiting,
  };
}

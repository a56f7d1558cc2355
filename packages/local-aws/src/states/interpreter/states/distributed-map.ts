import { itemProcessor, type MapState } from "../../asl/definition.ts";
import { selectInput, stateOutput } from "../../data/flow.ts";
import type { Json } from "../../data/json.ts";
import type { Details, HistoryEvent } from "../../history/event.ts";
import { abortable } from "../branch.ts";
import { Cancelled, ExecutionError, RuntimeFailure } from "../error.ts";
import type { Frame, Outcome } from "../frame.ts";
import { childInputs, type ItemSource, itemSource, itemsOf } from "../map/map-items.ts";
import { outputsOf } from "../map/map-outputs.ts";
import type { MapRunSettings } from "../map/map-run.ts";
import { authorizeChildren, authorizeRedrive, machineOf, mapRunArn } from "../map/map-run-identity.ts";
import { settingsOf } from "../map/map-run-settings.ts";
import { type Destination, destinationOf, manifestKey, prepareWriter, writeResults } from "../map/result-writer.ts";
import { recover } from "../recovery.ts";
import { GroupEnd } from "./group-end.ts";
import { withoutSelector } from "./map.ts";

interface Plan {
  readonly source: ItemSource;
  readonly settings: MapRunSettings;
  readonly destination: Destination | undefined;
}

/** A Distributed Map: every item, or batch of items, is an execution of its own, and all of them are a Map Run. */
export function runDistributedMap(state: MapState, frame: Frame, input: Json): Promise<Outcome> {
  const { branch } = frame;
  const end = new GroupEnd(branch, "MapState");
  const work = async () => {
    const scope = frame.scope(selectInput(state, frame.scope(input)));
    // Items of an ItemReader are counted only by the Map Run itself.
    const length = state.ItemReader === undefined ? itemsOf(state, scope).length : 0;
    await branch.record("MapStateStarted", { length });
    // AWS evaluates the settings behind this event.
    const plan = {
      source: itemSource(state, scope, frame.random),
      settings: settingsOf(state, scope),
      destination: state.ResultWriter && destinationOf(state.ResultWriter, scope, frame.random),
    };
    const result = await end.run(() => performRun(state, frame, scope.data, plan));
    return stateOutput(withoutSelector(state), frame.scope(input), result, frame.random);
  };
  return recover(state, frame, input, work, () => end.lost());
}

async function performRun(
  state: MapState,
  frame: Frame,
  data: Json,
  { source, settings, destination }: Plan,
): Promise<Json> {
  const { branch, run } = frame;
  const { mapRuns } = run;
  const started = await branch.record("MapRunStarted", { mapRunArn: mapRunArn(state, frame) });
  const arn = String(started.details?.["mapRunArn"]);
  branch.inMapRun = true;
  try {
    let redriveCount = 0;
    for (; branch.upcoming()?.type === "MapRunRedriven"; redriveCount += 1) await branch.record("MapRunRedriven");
    const recorded = branch.upcoming();
    const error = recorded === undefined ? await live(redriveCount) : remembered(recorded);
    if (error === undefined) await branch.record("MapRunSucceeded");
    else await branch.record("MapRunFailed", error.details as Details);
    branch.inMapRun = false;
    const written = error === undefined || error.name === "States.ExceedToleratedFailureThreshold";
    mapRuns.end(arn, error === undefined ? "SUCCEEDED" : "FAILED", written && destination !== undefined);
    if (error !== undefined) throw error;
  } catch (error) {
    // An execution that has ended or is suspended says itself what becomes of its Map Runs.
    if (error instanceof Cancelled && !branch.closed) mapRuns.abort(arn);
    throw error;
  }
  if (destination === undefined)
    return outputsOf(
      mapRuns.results(arn, () => true),
      frame.name,
    );
  const { bucket } = destination;
  return { MapRunArn: arn, ResultWriterDetails: { Bucket: bucket, Key: manifestKey(destination, arn) } };

  async function live(redrives: number): Promise<ExecutionError | undefined> {
    await branch.live();
    const before = mapRuns.endedOf(arn);
    // It was given up with this branch, and a crash came before the history said so: the branch waits for its own end.
    if (before?.executionRedriveCount === run.redriveCount) await abortable(new Promise(() => {}), branch.signal);
    const again = before !== undefined && before.redriveCount >= redrives;
    const redriveCount = again ? before.redriveCount + 1 : redrives;
    if (again) await branch.record("MapRunRedriven", { mapRunArn: arn, redriveCount });
    const request = {
      arn,
      redriveCount,
      settings,
      machineArn: machineOf(run),
      roleArn: run.roleArn,
      executionArn: run.arn,
      executionRedriveCount: run.redriveCount,
      processor: itemProcessor(state),
      express: itemProcessor(state).ProcessorConfig?.ExecutionType === "EXPRESS",
      inputs: () => childInputs(state, frame, data, source),
    };
    mapRuns.open(request);
    try {
      authorizeChildren(run);
      if (again) authorizeRedrive(run, arn);
      if (destination) prepareWriter(run, destination, arn);
      const failure = await abortable(mapRuns.run(request), branch.signal);
      if (destination) await abortable(writeResults(run, destination, arn), branch.signal);
      return failure;
    } catch (error) {
      if (error instanceof RuntimeFailure) return new ExecutionError("States.Runtime", error.message, { cause: error });
      if (error instanceof ExecutionError) return error;
      throw error;
    }
  }
}

/** How a Map Run ended whose end is on record. */
function remembered({ type, details = {} }: HistoryEvent): ExecutionError | undefined {
  if (type === "MapRunSucceeded") return undefined;
  const cause = details["cause"];
  return new ExecutionError(String(details["error"]), cause === undefined ? cause : String(cause));
}

import { type Definition, itemProcessor, type MapState, type StatesScope } from "../../asl/definition.ts";
import type { Json } from "../../data/json.ts";
import type { Details, HistoryEvent } from "../../history/event.ts";
import { abortable } from "../branch.ts";
import { Cancelled, ExecutionError, RuntimeFailure } from "../error.ts";
import type { Frame, Outcome, Run } from "../frame.ts";
import { childInputs, type ItemSource, itemSource } from "../map/map-items.ts";
import { outputsOf } from "../map/map-outputs.ts";
import type { MapRunSettings } from "../map/map-run.ts";
import { authorizeChildren, authorizeRedrive, machineOf, mapRunArn } from "../map/map-run-identity.ts";
import { settingsOf } from "../map/map-run-settings.ts";
import { type Destination, destinationOf, manifestKey, prepareWriter, writeResults } from "../map/result-writer.ts";
import type { Query } from "../query/query.ts";
import { queryOf } from "../query/query-of.ts";
import { recover } from "../recovery.ts";
import { GroupEnd } from "./group-end.ts";

interface Plan {
  readonly source: ItemSource;
  readonly settings: MapRunSettings;
  readonly destination: Destination | undefined;
}

/**
 * Runs a Distributed Map: every item or batch of items is processed by a separate execution, and all of them form a Map
 * Run.
 */
export function runDistributedMap(state: MapState, frame: Frame, input: Json): Promise<Outcome> {
  const { branch } = frame;
  const end = new GroupEnd(branch, "MapState");
  const query = queryOf(state, frame, input);
  const work = async () => {
    // The items of an ItemReader are counted by the Map Run itself.
    const items = state.ItemReader === undefined ? await end.begin(() => query.items()) : undefined;
    await branch.record("MapStateStarted", { length: items?.length ?? 0 });
    // AWS evaluates the settings after this event.
    const plan = {
      source: await itemSource(state, items, query),
      settings: await settingsOf(state, query),
      destination: state.ResultWriter && (await destinationOf(state.ResultWriter, query)),
    };
    return query.output(await end.run(() => performRun(state, frame, query, plan)));
  };
  return recover(state, frame, query, work, () => end.lost());
}

async function performRun(
  state: MapState,
  frame: Frame,
  query: Query,
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
    // If the execution has ended or is suspended, the execution itself decides what happens to its Map Runs.
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
    // The Map Run was aborted together with this branch, but a crash prevented the history from recording it: the
    // branch waits until it is aborted.
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
      processor: inLanguage(itemProcessor(state), run),
      express: itemProcessor(state).ProcessorConfig?.ExecutionType === "EXPRESS",
      inputs: () => childInputs(state, query, source, frame.run.objects),
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

/**
 * Returns the definition that the children run, in the query language of the whole machine: they do not inherit the
 * language of the Map state.
 */
function inLanguage(processor: StatesScope, { queryLanguage }: Run): Definition {
  return queryLanguage === undefined ? processor : { ...processor, QueryLanguage: queryLanguage };
}

/** Returns how a Map Run ended if its end is already on record. */
function remembered({ type, details = {} }: HistoryEvent): ExecutionError | undefined {
  if (type === "MapRunSucceeded") return undefined;
  const cause = details["cause"];
  return new ExecutionError(String(details["error"]), cause === undefined ? cause : String(cause));
}

import type { Service } from "../service.ts";
import type { Definition } from "./asl/definition.ts";
import type { TaskTokens } from "./callbacks/task-tokens.ts";
import type { Clock } from "./clock.ts";
import { parseJson } from "./data/json.ts";
import type { Run } from "./interpreter/frame.ts";
import type { MapRuns } from "./interpreter/map/map-run.ts";
import type { Evaluate } from "./jsonata/evaluator.ts";
import { objectsOf } from "./objects.ts";
import type { StatesOptions } from "./options.ts";
import type { ExecutionRecord } from "./store/execution-store.ts";

/** The services and settings that an execution uses. */
export interface Surroundings {
  readonly options: StatesOptions;
  readonly clock: Clock;
  readonly mapRuns: MapRuns;
  readonly evaluate: Evaluate;
  readonly tokens: TaskTokens;
  /** The Step Functions API, for the calls that machines make. */
  readonly stepFunctions: Service;
}

/** Creates the interpreter's view of an execution. All calls to other services are made as the machine's role. */
export function runOf(
  record: Omit<ExecutionRecord, "definitionHash" | "status">,
  input: string,
  around: Surroundings,
  { QueryLanguage }: Pick<Definition, "QueryLanguage">,
): Run {
  const { accountId, region, invoker, authorizer, s3, credentialsFor } = around.options;
  const caller = () => credentialsFor(record.roleArn);
  return {
    ...record,
    accountId,
    region,
    invoker,
    stepFunctions: around.stepFunctions,
    caller,
    clock: around.clock,
    mapRuns: around.mapRuns,
    evaluate: around.evaluate,
    tokens: around.tokens,
    ...(QueryLanguage === undefined ? {} : { queryLanguage: QueryLanguage }),
    machineName: record.machineArn.split(":").at(-1) ?? "",
    input: parseJson(input),
    inputText: input,
    authorize: (action, resource) => authorizer.authorize(caller(), action, resource),
    objects: objectsOf(s3, caller),
  };
}

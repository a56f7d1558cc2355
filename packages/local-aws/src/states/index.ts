import type { StateMachineResource } from "../graph.ts";
import type { Caller, Service } from "../service.ts";
import { aliasOperations } from "./api/aliases.ts";
import { callbackOperations } from "./api/callbacks.ts";
import { machineOperations } from "./api/machine.ts";
import { manageOperations } from "./api/manage.ts";
import { mapRunOperations } from "./api/map-run.ts";
import { jsonService } from "./api/protocol.ts";
import { readOperations } from "./api/read.ts";
import { redriveOperations } from "./api/redrive.ts";
import { startOperations } from "./api/start.ts";
import { stopOperations } from "./api/stop.ts";
import { tagOperations } from "./api/tags.ts";
import { testStateOperations } from "./api/test-state.ts";
import { TaskTokens } from "./callbacks/task-tokens.ts";
import { systemClock } from "./clock.ts";
import { Executions } from "./executions.ts";
import { type Evaluate, JsonataEvaluator } from "./jsonata/evaluator.ts";
import { MachineStore } from "./machines/machine-store.ts";
import { Machines } from "./machines.ts";
import type { StatesOptions } from "./options.ts";
import { ExecutionStore } from "./store/execution-store.ts";
import { MapRunStore } from "./store/map-run-store.ts";
import { StateTester } from "./test-state/state-tester.ts";

export type { Clock } from "./clock.ts";
export { InvalidDefinitions } from "./machines.ts";
export type { StatesOptions } from "./options.ts";

/** Step Functions on one machine. */
export interface StatesService {
  /**
   * The Step Functions API (AWS JSON 1.0). For StartSyncExecution, AWS's SDKs put `sync-` before the host name: a
   * server that routes by host must accept that name too, or clients must set `disableHostPrefix`.
   */
  readonly service: Service;
  /**
   * Replaces the state machines. Running executions continue with the definition with which they started. Throws
   * `InvalidDefinitions`.
   */
  update(stateMachines: readonly StateMachineResource[]): void;
  /** Resumes the Standard executions that were running when the previous process ended. */
  recover(): void;
  /** Stops accepting requests. Running executions stay on disk, and the next process resumes them with `recover`. */
  close(): Promise<void>;
}

/** Reads the executions on disk. Nothing runs before `recover` or a request. Throws `InvalidDefinitions`. */
export function createStates(options: StatesOptions): StatesService {
  const clock = options.clock ?? systemClock;
  const now = clock.now.bind(clock);
  const store = new ExecutionStore(options.dataDir);
  const machines = new Machines(new MachineStore(options.dataDir, store));
  machines.replace(options.stateMachines, now(), options.accepted);
  const own = new JsonataEvaluator();
  const jsonata = options.jsonata ?? own;
  const evaluate: Evaluate = (evaluation) => {
    const results = jsonata.evaluate(evaluation);
    clock.during?.(results);
    return results;
  };
  const tokens = new TaskTokens();
  const stepFunctions = (request: Request, caller: Caller) => (options.integration ?? service)(request, caller);
  const surroundings = { options, clock, evaluate, tokens, stepFunctions };
  const executions = new Executions(surroundings, machines, store, new MapRunStore(options.dataDir));
  const { authorizer, region, accountId } = options;
  const tester = new StateTester({ clock, runOf: (test) => executions.express.runOfTest(test) });
  const service = jsonService({
    ...startOperations(machines, executions, authorizer),
    ...readOperations(machines, executions, authorizer, now, options),
    ...mapRunOperations(executions, authorizer),
    ...stopOperations(executions, authorizer),
    ...redriveOperations(executions, authorizer, now),
    ...machineOperations(machines, authorizer, options),
    ...manageOperations(machines, authorizer, { region, accountId, now }),
    ...aliasOperations(machines, authorizer, now),
    ...tagOperations(machines, authorizer),
    ...testStateOperations(authorizer, tester),
    ...callbackOperations(tokens, authorizer),
  });
  return {
    service,
    update: (stateMachines) => machines.replace(stateMachines, now()),
    recover: () => executions.recover(),
    async close() {
      const closing = executions.close();
      // All executions are suspended by now, so no state waits for an expression.
      await own.close();
      await closing;
    },
  };
}

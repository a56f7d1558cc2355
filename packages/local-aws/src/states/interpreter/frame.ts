import { createHash } from "node:crypto";
import type { Caller, Invoker, Service } from "../../service.ts";
import type { QueryLanguage, StateType } from "../asl/definition.ts";
import type { TaskTokens } from "../callbacks/task-tokens.ts";
import type { Clock } from "../clock.ts";
import type { Given } from "../data/flow.ts";
import type { Random } from "../data/intrinsic-arguments.ts";
import type { Json, JsonObject } from "../data/json.ts";
import type { Scope } from "../data/path.ts";
import type { Evaluate } from "../jsonata/evaluator.ts";
import type { Objects } from "../objects.ts";
import type { Branch } from "./branch.ts";
import type { MapRuns } from "./map/map-run.ts";

/** The values that are constant for a whole execution. */
export interface Run {
  readonly arn: string;
  readonly name: string;
  readonly machineArn: string;
  readonly machineName: string;
  readonly roleArn: string;
  readonly region: string;
  readonly accountId: string;
  readonly startedAt: number;
  readonly redriveCount: number;
  readonly redrivenAt?: number;
  readonly input: Json;
  /** The input text as it was received, because the event of the first state shows it unchanged. */
  readonly inputText?: string;
  /** The default query language of the states. */
  readonly queryLanguage?: QueryLanguage;
  readonly clock: Clock;
  readonly invoker: Invoker;
  /** The Step Functions API, for the machine's own calls. */
  readonly stepFunctions: Service;
  /**
   * Returns the state machine's role, which makes the machine's calls. It is looked up for each call, because an update
   * of the program may remove the role.
   */
  caller(): Caller;
  /** Checks the role's permissions. Throws `AwsError` "AccessDeniedException". */
  authorize(action: string, resource: string): void;
  /** S3 with the permissions of that role. */
  readonly objects: Objects;
  readonly mapRuns: MapRuns;
  /** Evaluates JSONata outside the event loop. */
  readonly evaluate: Evaluate;
  /** The tasks that wait for a callback. */
  readonly tokens: TaskTokens;
}

/** The outcome of a state: its output and the next state, which is absent for the last state. */
export interface Outcome extends Given {
  readonly next: string | undefined;
  /** The JSON text of the output if the value was passed on unchanged, so that numbers keep their notation. */
  readonly text?: string | undefined;
}

const retried: ReadonlySet<StateType> = new Set(["Task", "Map", "Parallel"]);

/** One visit to a state. */
export class Frame {
  readonly run: Run;
  readonly branch: Branch;
  readonly name: string;
  readonly enteredId: number;
  /** Id of the event that precedes the state's first event. */
  readonly enteredBehind: number;
  readonly enteredAt: number;
  readonly type: StateType;
  /** `Map` in the context object, for states inside an iteration. */
  readonly mapContext: JsonObject | undefined;
  retryCount = 0;
  /** Token of the current attempt, if the task waits for a callback. */
  taskToken: string | undefined;
  #draws = 0;

  constructor(
    run: Run,
    branch: Branch,
    name: string,
    type: StateType,
    entered: { readonly id: number; readonly previousEventId: number; readonly timestamp: number },
    mapContext: JsonObject | undefined,
  ) {
    this.run = run;
    this.branch = branch;
    this.name = name;
    this.type = type;
    this.enteredId = entered.id;
    this.enteredBehind = entered.previousEventId;
    this.enteredAt = entered.timestamp;
    this.mapContext = mapContext;
  }

  /**
   * Random numbers that are derived from the position in the execution, so that a resumed execution draws the same
   * ones.
   */
  readonly random: Random = () => {
    this.#draws += 1;
    return this.#draw(String(this.#draws));
  };

  /**
   * A separate sequence of random numbers for work that a resumed execution may skip, so that skipping it does not
   * shift the other random numbers.
   */
  chance(purpose: string): Random {
    let draws = 0;
    return () => {
      draws += 1;
      return this.#draw(`${this.retryCount} ${purpose} ${draws}`);
    };
  }

  #draw(location: string): number {
    const seed = `${this.run.arn} ${this.enteredId} ${location}`;
    return createHash("sha256").update(seed).digest().readUIntBE(0, 6) / 2 ** 48;
  }

  scope(data: Json, mapContext = this.mapContext): Scope {
    return { data, context: this.#context(mapContext), variables: this.branch.variables };
  }

  /** Builds the context object, `$$`. */
  #context(mapContext: JsonObject | undefined): JsonObject {
    const { run } = this;
    // Only states that can be retried have a retry count.
    const retries = retried.has(this.type) ? { RetryCount: this.retryCount } : {};
    return {
      Execution: {
        Id: run.arn,
        Input: run.input,
        Name: run.name,
        RoleArn: run.roleArn,
        StartTime: new Date(run.startedAt).toISOString(),
        RedriveCount: run.redriveCount,
        ...(run.redrivenAt === undefined ? {} : { RedriveTime: new Date(run.redrivenAt).toISOString() }),
      },
      ...(mapContext === undefined ? {} : { Map: mapContext }),
      State: { Name: this.name, EnteredTime: new Date(this.enteredAt).toISOString(), ...retries },
      StateMachine: { Id: run.machineArn, Name: run.machineName },
      ...(this.taskToken === undefined ? {} : { Task: { Token: this.taskToken } }),
    };
  }
}

import { createHash } from "node:crypto";
import type { Caller, Invoker } from "../../service.ts";
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

/** What stays the same for a whole execution. */
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
  /** The input as it was given: the first state shows it so. */
  readonly inputText?: string;
  /** The default query language of the states. */
  readonly queryLanguage?: QueryLanguage;
  readonly clock: Clock;
  readonly invoker: Invoker;
  /** The state machine's role, which makes its calls. Asked at each: a role can vanish from the program meanwhile. */
  caller(): Caller;
  /** Asks whether that role may. Throws `AwsError` "AccessDeniedException". */
  authorize(action: string, resource: string): void;
  /** S3 with the rights of that role. */
  readonly objects: Objects;
  readonly mapRuns: MapRuns;
  /** Evaluates JSONata, outside the event loop. */
  readonly evaluate: Evaluate;
  /** The tasks that wait for a callback. */
  readonly tokens: TaskTokens;
}

/** What a state ends with: its output, and the state that comes next unless this was the last one. */
export interface Outcome extends Given {
  readonly next: string | undefined;
  /** The JSON text of the output, where the value was passed on as it came: numbers keep their form. */
  readonly text?: string | undefined;
}

const retried: ReadonlySet<StateType> = new Set(["Task", "Map", "Parallel"]);

/** One visit to one state. */
export class Frame {
  readonly run: Run;
  readonly branch: Branch;
  readonly name: string;
  readonly enteredId: number;
  /** The event that the state's own first event follows. */
  readonly enteredBehind: number;
  readonly enteredAt: number;
  readonly type: StateType;
  /** `Map` of the context object, inside an iteration. */
  readonly mapContext: JsonObject | undefined;
  retryCount = 0;
  /** Of the attempt under way, where the task waits for a callback. */
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

  /** Chance that a resumed execution meets again: it comes from the place, not from the moment. */
  readonly random: Random = () => {
    this.#draws += 1;
    return this.#draw(String(this.#draws));
  };

  /** Separate randomness for work that a resumed execution may not repeat, so that other random values stay the same. */
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

  /** The context object, `$$`. */
  #context(mapContext: JsonObject | undefined): JsonObject {
    const { run } = this;
    // Only a state that can be retried has a count of its retries.
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

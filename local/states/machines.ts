import type { StateMachineResource } from "../graph.ts";
import { AwsError } from "../service.ts";
import type { Definition } from "./asl/definition.ts";
import { diagnoseOnce } from "./asl/validate.ts";

/** A state machine as it is declared now. */
export interface Machine {
  readonly resource: StateMachineResource;
  readonly definition: Definition;
  readonly createdAt: number;
}

/** Definitions that cannot run: every problem of every machine, thrown once. */
export class InvalidDefinitions extends Error {
  override readonly name = "InvalidDefinitions";
}

/** The declared state machines by ARN. */
export class Machines {
  #byArn = new Map<string, Machine>();

  /** Replaces all machines at once, or throws `InvalidDefinitions` and changes nothing. `accepted`: they were judged before. */
  replace(resources: readonly StateMachineResource[], now: number, accepted = false): void {
    const problems = (accepted ? [] : resources).flatMap(({ name, definition, type }) =>
      diagnoseOnce(definition, type).map(
        ({ code, message, location }) =>
          `state machine "${name}"${location ? ` at ${location}` : ""}: ${message} (${code})`,
      ),
    );
    if (problems.length > 0) {
      throw new InvalidDefinitions(
        `These definitions cannot run:\n${problems.map((line) => `  - ${line}`).join("\n")}`,
      );
    }
    this.#byArn = new Map(
      resources.map((resource) => [
        resource.arn,
        {
          resource,
          definition: JSON.parse(resource.definition) as Definition,
          createdAt: this.#byArn.get(resource.arn)?.createdAt ?? now,
        },
      ]),
    );
  }

  get all(): readonly Machine[] {
    return [...this.#byArn.values()];
  }

  find(arn: string): Machine | undefined {
    return this.#byArn.get(arn);
  }

  /** Throws "StateMachineDoesNotExist". */
  get(arn: string): Machine {
    const machine = this.#byArn.get(arn);
    if (machine === undefined) throw new AwsError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
    return machine;
  }
}

import { inputProblem } from "../model/example-input.ts";
import { type Problem, problemOf } from "../service/problem.ts";
import type { StepFunctions } from "../service/step-functions.ts";

/** The action that the user is about to perform, until it is performed or cancelled. */
export type Pending =
  | { readonly kind: "start"; readonly machineArn: string; readonly input: string }
  | { readonly kind: "stop" | "redrive"; readonly executionArn: string };

export interface ActionServices {
  readonly stepFunctions: Pick<StepFunctions, "start" | "stop" | "redrive">;
  readonly changed: () => void;
  /** Called with the ARN of the execution that was started, stopped or redriven. */
  readonly done: (executionArn: string) => void;
}

/** Actions on executions. Each is confirmed in a dialog. If an action is refused, only the dialog changes. */
export class Actions {
  pending: Pending | undefined;
  problem: Problem | undefined;
  busy = false;
  readonly #services: ActionServices;
  /** The last input that was sent, by machine ARN. */
  readonly #inputs = new Map<string, string>();

  constructor(services: ActionServices) {
    this.#services = services;
  }

  lastInput(machineArn: string): string | undefined {
    return this.#inputs.get(machineArn);
  }

  propose(pending: Pending): void {
    this.pending = pending;
    this.problem = undefined;
    this.#services.changed();
  }

  edit(input: string): void {
    if (this.pending?.kind !== "start") return;
    this.pending = { ...this.pending, input };
    this.problem = undefined;
    this.#services.changed();
  }

  cancel(): void {
    if (this.pending === undefined) return;
    this.pending = undefined;
    this.#services.changed();
  }

  async confirm(): Promise<void> {
    const { pending } = this;
    if (pending === undefined || this.busy) return;
    const wrong = pending.kind === "start" ? inputProblem(pending.input) : undefined;
    if (wrong !== undefined) {
      this.problem = { code: "InvalidJson", message: wrong };
      return this.#services.changed();
    }
    this.busy = true;
    this.#services.changed();
    try {
      const arn = await this.#perform(pending);
      this.pending = undefined;
      this.#services.done(arn);
    } catch (error) {
      this.problem = problemOf(error);
    } finally {
      this.busy = false;
      this.#services.changed();
    }
  }

  async #perform(pending: Pending): Promise<string> {
    const { stepFunctions } = this.#services;
    if (pending.kind === "start") {
      const arn = await stepFunctions.start(pending.machineArn, pending.input);
      this.#inputs.set(pending.machineArn, pending.input);
      return arn;
    }
    await stepFunctions[pending.kind](pending.executionArn);
    return pending.executionArn;
  }
}

import { inputProblem } from "../model/example-input.ts";
import { type Problem, problemOf } from "../service/problem.ts";
import type { Description, StepFunctions, TriedState } from "../service/step-functions.ts";
import type { Drafts } from "./drafts.ts";
import { LastInputs } from "./last-inputs.ts";

/** The action that the user is about to perform, until it is performed or cancelled. */
export type Pending =
  | { readonly kind: "start"; readonly machineArn: string; readonly input: string }
  | { readonly kind: "stop" | "redrive"; readonly executionArn: string }
  | { readonly kind: "try"; readonly execution: TriedExecution; readonly state: string; readonly input: string };

/** The execution whose definition contains the state that is tried. */
export type TriedExecution = Pick<Description, "arn" | "name" | "startedAt">;

export interface ActionServices {
  readonly stepFunctions: Pick<StepFunctions, "start" | "stop" | "redrive" | "tryState">;
  readonly drafts: Drafts;
  readonly changed: () => void;
  /** Called with the ARN of the execution that was started, stopped or redriven. */
  readonly done: (executionArn: string) => void;
}

/** Actions on executions. Each is confirmed in a dialog. If an action is refused, only the dialog changes. */
export class Actions {
  pending: Pending | undefined;
  problem: Problem | undefined;
  /** What became of the state that was tried last in this dialog. */
  tried: TriedState | undefined;
  busy = false;
  readonly #services: ActionServices;
  readonly #inputs: LastInputs;
  /** Counts the dialogs: the outcome of an action does not belong into one that was opened after it. */
  #dialog = 0;

  constructor(services: ActionServices) {
    this.#services = services;
    this.#inputs = new LastInputs(services.drafts);
  }

  /** The inputs with which executions of a machine were started last, newest first. */
  lastInputs(machineArn: string): readonly string[] {
    return this.#inputs.of(machineArn);
  }

  /** What was typed but not sent, or else what was sent last. */
  lastInput(machineArn: string): string | undefined {
    return this.#services.drafts.read(`start ${machineArn}`) || this.#inputs.of(machineArn)[0];
  }

  /** What was typed in this dialog before and not sent, if it is not what the dialog shows. */
  get draft(): string | undefined {
    if (this.pending === undefined || !("input" in this.pending)) return undefined;
    const typed = this.#services.drafts.read(fieldOf(this.pending));
    return typed === "" || typed === this.pending.input ? undefined : typed;
  }

  propose(pending: Pending): void {
    this.#show(pending);
  }

  edit(input: string): void {
    if (this.pending?.kind !== "start" && this.pending?.kind !== "try") return;
    this.pending = { ...this.pending, input };
    this.problem = undefined;
    this.#services.drafts.write(fieldOf(this.pending), input);
    this.#services.changed();
  }

  cancel(): void {
    if (this.pending !== undefined) this.#show(undefined);
  }

  async confirm(): Promise<void> {
    const { pending } = this;
    if (pending === undefined || this.busy) return;
    const wrong = "input" in pending ? inputProblem(pending.input) : undefined;
    if (wrong !== undefined) {
      this.problem = { code: "InvalidJson", message: wrong };
      return this.#services.changed();
    }
    const dialog = this.#dialog;
    const outcome = await this.#outcomeOf(pending);
    if (dialog !== this.#dialog) return;
    this.busy = false;
    if ("problem" in outcome) this.problem = outcome.problem;
    else if ("tried" in outcome) this.tried = outcome.tried;
    else this.pending = undefined;
    this.#services.changed();
  }

  /** Performs an action. One that succeeds is shown on the page even if its dialog has been closed. */
  async #outcomeOf(pending: Pending): Promise<Outcome> {
    this.busy = true;
    this.problem = undefined;
    this.#services.changed();
    try {
      if (pending.kind === "try") {
        const { execution, state, input } = pending;
        return { tried: await this.#services.stepFunctions.tryState(execution, state, input) };
      }
      const arn = await this.#perform(pending);
      this.#services.done(arn);
      return {};
    } catch (error) {
      return { problem: problemOf(error) };
    }
  }

  async #perform(pending: Exclude<Pending, { readonly kind: "try" }>): Promise<string> {
    const { stepFunctions, drafts } = this.#services;
    if (pending.kind === "start") {
      const field = fieldOf(pending);
      const draft = drafts.read(field);
      const arn = await stepFunctions.start(pending.machineArn, pending.input);
      this.#inputs.add(pending.machineArn, pending.input);
      // What was typed while the execution was being started has not been sent.
      if (drafts.read(field) === draft) drafts.write(field, "");
      return arn;
    }
    await stepFunctions[pending.kind](pending.executionArn);
    return pending.executionArn;
  }

  #show(pending: Pending | undefined): void {
    this.#dialog += 1;
    this.pending = pending;
    this.problem = undefined;
    this.tried = undefined;
    this.busy = false;
    this.#services.changed();
  }
}

/** What became of an action. */
type Outcome = { readonly problem: Problem } | { readonly tried: TriedState } | Readonly<Record<string, never>>;

/** The name of the draft of an action's input. */
function fieldOf(pending: Extract<Pending, { readonly input: string }>): string {
  return pending.kind === "start" ? `start ${pending.machineArn}` : `try ${pending.execution.arn} ${pending.state}`;
}

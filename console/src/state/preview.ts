import { readDefinition } from "../model/workflow/definition.ts";
import { type Drawing, drawGraph } from "../model/workflow/layout.ts";
import { type Problem, problemOf } from "../service/problem.ts";
import type { StepFunctions } from "../service/step-functions.ts";

/** The workflow that would run next on the state machine that is chosen. */
export class Preview {
  /** The ASL document. */
  definition: string | undefined;
  drawing: Drawing | undefined;
  /** Why the workflow cannot be drawn. */
  problem: Problem | undefined;
  readonly #stepFunctions: Pick<StepFunctions, "currentDefinition">;
  readonly #changed: () => void;
  #machineArn = "";

  constructor(stepFunctions: Pick<StepFunctions, "currentDefinition">, changed: () => void) {
    this.#stepFunctions = stepFunctions;
    this.#changed = changed;
  }

  async draw(machineArn: string): Promise<void> {
    this.#machineArn = machineArn;
    this.definition = undefined;
    this.drawing = undefined;
    this.problem = undefined;
    try {
      const definition = await this.#stepFunctions.currentDefinition(machineArn);
      const drawing = drawGraph(readDefinition(definition));
      if (machineArn === this.#machineArn) {
        this.definition = definition;
        this.drawing = drawing;
      }
    } catch (error) {
      if (machineArn === this.#machineArn) this.problem = problemOf(error);
    }
    this.#changed();
  }
}

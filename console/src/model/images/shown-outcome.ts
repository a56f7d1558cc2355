import { Outcome } from "../../../../contract/workflow.ts";

/** The output of an execution, without the release: executions of earlier versions of the product do not include it. */
export const ShownOutcome = Outcome.omit({ release: true });

import { Outcome } from "../../../../contract/workflow.ts";

/** The output of an execution as this page reads it: executions of earlier releases do not name their release. */
export const ShownOutcome = Outcome.omit({ release: true });

import { AnyOutcome } from "../../../../contract/any-release.ts";

/** The output of an execution, without the release: executions of earlier versions of the product do not include it. */
export const ShownOutcome = AnyOutcome.omit({ release: true });

import type { WorkflowName } from "../../../statemachine/workflow.ts";
import { testWorkflow } from "../../support/workflows.ts";

/** moto's account, so that both sides use the same ARNs. */
export const account = "123456789012";
export const region = "us-east-1";
export const functionArn = (name: string): string => `arn:aws:lambda:${region}:${account}:function:${name}:1`;

/** A workflow of the product, filled in the same way as the program fills it. */
export const definitionOf = (name: WorkflowName): string => testWorkflow(name, functionArn, { workflowTimeout: 300 });

/**
 * Fields that only the one-machine runtime executes, because moto does not support them: the batches of a Distributed
 * Map, and a percentage of 100.
 */
const unknownToMoto = ["ItemBatcher", "ToleratedFailurePercentage"];

export function definitionForMoto(name: WorkflowName): string {
  return JSON.stringify(JSON.parse(definitionOf(name)), (key, value: unknown) =>
    unknownToMoto.includes(key) ? undefined : value,
  );
}

import { type FunctionName, functionDefinitions } from "../../contract/functions.ts";
import { fillWorkflow, loadWorkflow, type WorkflowName, type WorkflowSettings } from "../../statemachine/workflow.ts";

/** Settings that keep executions short, for tests and lanes that run the product's workflows. */
export const testSettings: WorkflowSettings = {
  inlineMapConcurrency: 2,
  distributedMapConcurrency: 2,
  distributedMapExecutionType: "STANDARD",
  mapTimeout: 15,
  classifyTimeout: 15,
  reduceTimeout: 15,
  notifyTimeout: 15,
  exampleTimeout: 15,
  workflowTimeout: 3_600,
};

/** On which the workflow that starts executions later starts them. */
export const startArn = "arn:aws:states:us-east-1:000000000000:stateMachine:main:live";

/**
 * A workflow of the product as it ships, filled by the program's own filler. `functionArn` determines the ARN of each
 * function.
 */
export function testWorkflow(
  name: WorkflowName,
  functionArn: (name: FunctionName) => string,
  settings: Partial<WorkflowSettings> = {},
): string {
  const names = Object.keys(functionDefinitions) as FunctionName[];
  return fillWorkflow(loadWorkflow(name), {
    settings: { ...testSettings, ...settings },
    functionArns: Object.fromEntries(names.map((each) => [each, functionArn(each)])),
    startArn,
    release: "0123456789ab",
  });
}

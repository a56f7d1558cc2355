import { functionPlaceholder } from "../../contract/functions.ts";
import { functionArn } from "../../packages/local-aws/src/states/test-support/harness.ts";
import { testWorkflow } from "../../test/support/workflows.ts";
import type { WorkflowName } from "../workflow.ts";

/** A workflow as it ships, its functions named after their placeholders. */
export const shippedWorkflow = (name: WorkflowName) =>
  testWorkflow(name, (each) => functionArn(functionPlaceholder(each).replace(/FunctionArn$/, "")));

import { AwsError } from "../../service.ts";
import type { Executions } from "../executions.ts";
import type { ExecutionRecord } from "../store/execution-store.ts";
import { arnKind } from "./arn.ts";
import type { Fields } from "./protocol.ts";

/**
 * Returns the record of the execution that a request names. Throws AWS's errors for Express executions and for
 * executions that do not exist.
 */
export function executionOf(fields: Fields, executions: Executions): ExecutionRecord {
  const arn = fields.text("executionArn");
  const record = executions.find(arn);
  if (record === undefined) throw new AwsError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
  return record;
}

/**
 * Reads the ARN of a Standard execution from a request. Express executions do not support the operations that use it.
 */
export function standardArn(fields: Fields): string {
  const arn = fields.text("executionArn");
  if (arnKind(arn, "execution", "express") === "express") {
    throw new AwsError("InvalidArn", `Invalid Arn: 'Resource type not valid in this context: express' (${arn})`);
  }
  return arn;
}

/**
 * Reads the ARN of an execution that can be described: a Standard execution, or an Express child of a Map Run. Other
 * Express executions cannot be described.
 */
export function describableArn(fields: Fields, executions: Executions): string {
  const arn = fields.text("executionArn");
  if (arnKind(arn, "execution", "express") === "express" && executions.find(arn) === undefined) standardArn(fields);
  return arn;
}

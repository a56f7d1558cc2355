import { AwsError } from "../../service.ts";
import type { Executions } from "../executions.ts";
import type { ExecutionRecord } from "../store/execution-store.ts";
import { arnKind } from "./arn.ts";
import type { Fields } from "./protocol.ts";

/** The record of the execution that a request names. Throws AWS's errors for Express ones and those that do not exist. */
export function executionOf(fields: Fields, executions: Executions): ExecutionRecord {
  const arn = fields.text("executionArn");
  const record = executions.find(arn);
  if (record === undefined) throw new AwsError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
  return record;
}

/** The execution ARN of a request, if it is one of a Standard execution: Express ones have no such API. */
export function standardArn(fields: Fields): string {
  const arn = fields.text("executionArn");
  if (arnKind(arn, "execution", "express") === "express") {
    throw new AwsError("InvalidArn", `Invalid Arn: 'Resource type not valid in this context: express' (${arn})`);
  }
  return arn;
}

/** The execution ARN of a request, of a Standard execution or of a Map Run's Express child, which alone of its kind can be described. */
export function describableArn(fields: Fields, executions: Executions): string {
  const arn = fields.text("executionArn");
  if (arnKind(arn, "execution", "express") === "express" && executions.find(arn) === undefined) standardArn(fields);
  return arn;
}

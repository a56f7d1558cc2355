import type { FunctionResource } from "../graph.ts";
import { AwsError, type Invoker } from "../service.ts";

/** A function as a caller refers to it. */
export interface FunctionReference {
  readonly definition: FunctionResource;
  /** The function's ARN, including the alias or version if the caller named one. A policy's Resource must match it. */
  readonly arn: string;
  readonly qualifier?: string;
  readonly executedVersion: string;
}

/**
 * A call of a function, with the parameters that the Lambda API has in addition to those of an invocation by another
 * service.
 */
export type InvokeRequest = Parameters<Invoker["invoke"]>[0] & {
  readonly qualifier?: string;
  readonly clientContext?: string;
};

/** Accepts name, name:qualifier, account:function:name, or a full ARN, each with an optional qualifier. */
const form = /^(?:arn:aws:lambda:([a-z0-9-]+):)?(?:(\d{12}):)?(?:function:)?([A-Za-z0-9_-]+)(?::([A-Za-z0-9$_-]+))?$/;

/**
 * Returns the function that a reference names. If several functions have the name, the first in the list is returned:
 * current functions precede older versions.
 * @throws AwsError "ResourceNotFoundException" or "InvalidParameterValueException"
 */
export function resolveFunction(
  functions: Iterable<FunctionResource>,
  reference: string,
  explicitQualifier?: string,
): FunctionReference {
  const [, region, account, name, ownQualifier] = form.exec(reference) ?? [];
  if (name === undefined) {
    throw new AwsError("InvalidParameterValueException", `"${reference}" is neither a function name nor its ARN.`);
  }
  if (ownQualifier !== undefined && explicitQualifier !== undefined && ownQualifier !== explicitQualifier) {
    const message = `The qualifier "${explicitQualifier}" is not that of the function name "${reference}".`;
    throw new AwsError("InvalidParameterValueException", message);
  }
  const qualifier = ownQualifier ?? explicitQualifier;
  for (const definition of functions) {
    const [, , , ownRegion, ownAccount] = definition.arn.split(":");
    if (definition.name !== name) continue;
    if ((region ?? ownRegion) !== ownRegion || (account ?? ownAccount) !== ownAccount) continue;
    const executedVersion = versionOf(definition, qualifier);
    if (executedVersion === undefined) continue;
    if (qualifier === undefined) return { definition, arn: definition.arn, executedVersion };
    return { definition, arn: `${definition.arn}:${qualifier}`, qualifier, executedVersion };
  }
  const full = qualifier === undefined || ownQualifier !== undefined ? reference : `${reference}:${qualifier}`;
  throw new AwsError("ResourceNotFoundException", `Function not found: ${full}`, 404);
}

function versionOf({ aliases, version: published }: FunctionResource, qualifier = "$LATEST"): string | undefined {
  if (qualifier === "$LATEST" || qualifier === published) return qualifier;
  return aliases.find(({ name, version }) => name === qualifier || version === qualifier)?.version;
}

interface Entry {
  readonly type: string;
  readonly identifiers: readonly string[];
}
interface Condition {
  readonly test: string;
  readonly variable: string;
  readonly values: readonly string[];
}
interface Statement {
  readonly sid?: string;
  readonly effect?: string;
  readonly actions?: readonly string[];
  readonly notActions?: readonly string[];
  readonly resources?: readonly string[];
  readonly notResources?: readonly string[];
  readonly principals?: readonly Entry[];
  readonly notPrincipals?: readonly Entry[];
  readonly conditions?: readonly Condition[];
}

/** Builds the result of `aws.iam.getPolicyDocument`: the policy document that its arguments describe is in `json`. */
export function policyDocument(inputs: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { statements = [], version = "2012-10-17" } = inputs as { statements?: readonly Statement[]; version?: string };
  const json = JSON.stringify({ Version: version, Statement: statements.map(statementOf) });
  return { ...inputs, id: "policy", json, minifiedJson: json };
}

function statementOf(statement: Statement): Readonly<Record<string, unknown>> {
  const {
    sid,
    effect = "Allow",
    actions,
    notActions,
    resources,
    notResources,
    principals,
    notPrincipals,
    conditions,
  } = statement;
  const Condition: Record<string, Record<string, readonly string[]>> = {};
  for (const { test, variable, values } of conditions ?? [])
    Condition[test] = { ...Condition[test], [variable]: values };
  return {
    ...(sid !== undefined && { Sid: sid }),
    Effect: effect,
    ...(actions && { Action: actions }),
    ...(notActions && { NotAction: notActions }),
    ...(resources && { Resource: resources }),
    ...(notResources && { NotResource: notResources }),
    ...(principals && { Principal: principalsOf(principals) }),
    ...(notPrincipals && { NotPrincipal: principalsOf(notPrincipals) }),
    ...(conditions && { Condition }),
  };
}

/** A principal of type `*` with identifier `*` means everyone. */
const principalsOf = (entries: readonly Entry[]): unknown =>
  entries.some(({ type }) => type === "*")
    ? "*"
    : Object.fromEntries(entries.map(({ type, identifiers }) => [type, identifiers]));

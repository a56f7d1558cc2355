import type { PolicyDocument } from "#local-aws";

/** One statement in a normalised form: each entry is a list, and the condition is canonical. */
export interface Statement {
  readonly effect: "Allow" | "Deny";
  /** "*", `AWS arn…` or `Service lambda.amazonaws.com`; empty in a policy of a role. */
  readonly principals: readonly string[];
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Canonical JSON; empty if there are no conditions. */
  readonly condition: string;
  /** Whether the statement uses NotAction, NotResource or NotPrincipal. */
  readonly negated: boolean;
}

const list = (value: unknown): readonly string[] => (value === undefined ? [] : [value].flat().map(String));

/** Reads a policy; undefined if the value is not a policy. */
export function documentOf(policy: unknown): PolicyDocument | undefined {
  try {
    const document = (typeof policy === "string" ? JSON.parse(policy) : policy) as Partial<PolicyDocument> | undefined;
    if (document?.Statement === undefined) return undefined;
    return { Version: document.Version ?? "2012-10-17", Statement: [document.Statement].flat() };
  } catch {
    return undefined;
  }
}

/**
 * The statements of a policy. `resource` is used for statements without a Resource, such as those of trust and
 * repository policies.
 */
export function statementsOf(document: PolicyDocument, resource = ""): readonly Statement[] {
  return document.Statement.map((statement): Statement => {
    const { Effect, Action, NotAction, Resource, NotResource, Principal, NotPrincipal, Condition } = statement;
    const resources = list(Resource ?? NotResource);
    return {
      effect: Effect === "Deny" ? "Deny" : "Allow",
      principals: [...principalsOf(Principal ?? NotPrincipal)].sort(),
      actions: [...list(Action ?? NotAction)].sort(),
      resources: resources.length > 0 ? [...resources].sort() : [resource],
      condition: conditionOf(Condition),
      negated: NotAction !== undefined || NotResource !== undefined || NotPrincipal !== undefined,
    };
  });
}

function principalsOf(principal: unknown): readonly string[] {
  if (principal === undefined) return [];
  if (principal === "*") return ["*"];
  return Object.entries(principal as Record<string, unknown>).flatMap(([kind, names]) =>
    list(names).map((name) => (name === "*" ? "*" : `${kind} ${name}`)),
  );
}

/** Sorts operators, keys and values, and turns a single value into a list. Condition keys are not case-sensitive. */
function conditionOf(condition: unknown): string {
  const operators = Object.entries((condition ?? {}) as Record<string, Record<string, unknown>>).map(
    ([operator, keys]) => {
      const sorted = Object.entries(keys).map(
        ([key, values]) => [key.toLowerCase(), [...list(values)].sort()] as const,
      );
      return [operator, Object.fromEntries(sorted.sort(([a], [b]) => (a < b ? -1 : 1)))] as const;
    },
  );
  return operators.length === 0
    ? ""
    : JSON.stringify(Object.fromEntries(operators.sort(([a], [b]) => (a < b ? -1 : 1))));
}

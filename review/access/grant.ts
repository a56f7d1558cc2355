import { expandActions } from "#local-aws";
import { type Statement, statementsOf } from "./document.ts";
import type { Policies } from "./policies.ts";

/** One combination that a statement allows or denies: a principal, an action, a resource pattern and conditions. */
export interface Grant {
  readonly principal: string;
  /** Spelled as in the Service Authorization Reference. */
  readonly action: string;
  readonly resource: string;
  /** Canonical JSON; empty if there are no conditions. */
  readonly condition: string;
  /** Whether the statement names the action with a pattern that also matches other actions. */
  readonly byPattern: boolean;
}

/**
 * The grants and denials of one owner of policies. For a role they apply to the role, for a resource to its callers.
 */
export interface Say {
  readonly allows: readonly Grant[];
  readonly denies: readonly Grant[];
  /** Statements with NotAction, NotResource or NotPrincipal, as canonical text with their effect. */
  readonly negated: readonly string[];
}

/** The grants and denials of each owner, by ARN: from policies of roles, and from policies of resources. */
export interface Says {
  readonly identities: ReadonlyMap<string, Say>;
  readonly resources: ReadonlyMap<string, Say>;
}

export async function saysOf(policies: Policies): Promise<Says> {
  const identities = new Map<string, Say>();
  for (const [arn, documents] of policies.identities) {
    identities.set(
      arn,
      await sayOf(
        Object.values(documents).flatMap((document) => statementsOf(document)),
        arn,
      ),
    );
  }
  const resources = new Map<string, Say>();
  for (const [arn, document] of policies.resources) resources.set(arn, await sayOf(statementsOf(document, arn)));
  return { identities, resources };
}

/** `self` is the principal of statements that do not name one. */
async function sayOf(statements: readonly Statement[], self?: string): Promise<Say> {
  const plain = statements.filter(({ negated }) => !negated);
  const grants = async (effect: Statement["effect"]) =>
    (await Promise.all(plain.filter((each) => each.effect === effect).map((each) => grantsOf(each, self)))).flat();
  return {
    allows: await grants("Allow"),
    denies: await grants("Deny"),
    negated: statements
      .filter(({ negated }) => negated)
      .map((each) => JSON.stringify(each))
      .sort(),
  };
}

async function grantsOf(statement: Statement, self?: string): Promise<readonly Grant[]> {
  const principals = statement.principals.length > 0 ? statement.principals : self === undefined ? [] : [self];
  const named = await Promise.all(
    statement.actions.map(async (pattern) => {
      const byPattern = /[*?]/.test(pattern);
      return (await expandActions([pattern])).map((action) => ({ action, byPattern }));
    }),
  );
  return principals.flatMap((principal) =>
    named
      .flat()
      .flatMap(({ action, byPattern }) =>
        statement.resources.map(
          (resource): Grant => ({ principal, action, resource, condition: statement.condition, byPattern }),
        ),
      ),
  );
}

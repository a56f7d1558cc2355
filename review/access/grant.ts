import { expandActions } from "#local-aws";
import { type Statement, statementsOf } from "./document.ts";
import type { Policies } from "./policies.ts";

/** One thing that one statement says: a principal, an action, a pattern of resources, conditions. */
export interface Grant {
  readonly principal: string;
  /** Spelled as the Service Authorization Reference does. */
  readonly action: string;
  readonly resource: string;
  /** Canonical JSON; empty without conditions. */
  readonly condition: string;
  /** The statement names more than this action by a pattern. */
  readonly byPattern: boolean;
}

/** What one holder of policies says: a role of itself, or a resource of those who come to it. */
export interface Say {
  readonly allows: readonly Grant[];
  readonly denies: readonly Grant[];
  /** Statements that name what they are not about, as canonical text with their effect. */
  readonly negated: readonly string[];
}

/** What each holder says, by ARN: policies of roles, and policies of resources. */
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

/** `self` is who a statement without a principal is about. */
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

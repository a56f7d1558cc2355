import type { PolicyDocument } from "../graph.ts";

/** A question to IAM: may this principal perform this action on this resource? */
export interface PolicyQuestion {
  /** ARN of a session, or name of a service. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly accountId: string;
  /** Values of condition keys. */
  readonly context: Readonly<Record<string, string | readonly string[]>>;
  /** Policies of the principal's role, by name. */
  readonly identityPolicies: Readonly<Record<string, PolicyDocument>>;
  /** Resource-based policy, such as a role's trust policy or a function's permissions. */
  readonly resourcePolicy?: PolicyDocument;
}

/** A statement that determined the result: the name of its policy, and its zero-based index in that policy. */
export interface DecisiveStatement {
  readonly policyType: string;
  readonly policy: string;
  readonly index: number;
}

export interface Verdict {
  readonly result: "Allowed" | "ExplicitlyDenied" | "ImplicitlyDenied";
  readonly grants: readonly DecisiveStatement[];
  readonly denials: readonly DecisiveStatement[];
}

/**
 * Evaluates policies by AWS's rules. It is synchronous because services authorise calls in the middle of other work.
 */
export interface PolicyEvaluator {
  /** Loads the evaluator ahead of the first question, so that no call has to wait for it. */
  prepare(): void;
  /** @throws Error if the question is invalid: an unknown action, an invalid policy, or an ARN of the wrong type */
  evaluate(question: PolicyQuestion): Verdict;
}

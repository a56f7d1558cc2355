import type { PolicyDocument } from "../graph.ts";

/** One question to IAM: may this principal do this? */
export interface PolicyQuestion {
  /** ARN of a session, or the name of a service. */
  readonly principal: string;
  readonly action: string;
  readonly resource: string;
  readonly accountId: string;
  /** Values of condition keys. */
  readonly context: Readonly<Record<string, string | readonly string[]>>;
  /** Policies of the principal's role, by name. */
  readonly identityPolicies: Readonly<Record<string, PolicyDocument>>;
  /** Policy of the resource: a role's trust policy, a function's permissions. */
  readonly resourcePolicy?: PolicyDocument;
}

/** A statement that decided: its policy's name and its index in it, from zero. */
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

/** Evaluates policies by AWS's rules, synchronously: services authorise in the middle of other work. */
export interface PolicyEvaluator {
  /** Loads ahead of the first question, so that no call waits for it. */
  prepare(): void;
  /** @throws Error when the question itself is wrong: an unknown action, an invalid policy, an ARN of another type */
  evaluate(question: PolicyQuestion): Verdict;
}

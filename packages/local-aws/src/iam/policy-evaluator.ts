import { cloudCopilotEvaluator } from "./cloud-copilot/evaluator.ts";
import type { PolicyEvaluator } from "./policy-question.ts";

/**
 * The evaluator that this package uses. The library behind it is under the AGPL and is imported only in its own folder:
 * to use an evaluator under another licence, replace this one line.
 */
export const policyEvaluator: PolicyEvaluator = cloudCopilotEvaluator;

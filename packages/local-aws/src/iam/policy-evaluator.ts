import { cloudCopilotEvaluator } from "./cloud-copilot/evaluator.ts";
import type { PolicyEvaluator } from "./policy-question.ts";

/**
 * The evaluator of this package. The library behind it is under the AGPL, and only its folder imports it: an evaluator
 * under another licence replaces this one line.
 */
export const policyEvaluator: PolicyEvaluator = cloudCopilotEvaluator;

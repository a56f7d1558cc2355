import { riskOf } from "../risk.ts";
import type { StackReview } from "../stack-review.ts";
import { plainText } from "./sentence.ts";

/** Version of the data's format, for programs that read it. */
export const dataVersion = 1;

/** The review as data: the same findings, costs and risks as the Markdown. */
export function dataOf(
  base: string,
  reviews: readonly StackReview[],
  failures: Readonly<Record<string, string>>,
): object {
  return {
    version: dataVersion,
    base,
    stacks: reviews.map(({ stack, risk, findings, cost, rebuilt, graphs }) => ({
      stack,
      risk,
      findings: findings.map((finding) => ({
        section: finding.section,
        rule: finding.rule,
        risk: riskOf(finding.rule),
        sentence: plainText(finding.sentence),
        parts: finding.sentence,
        ...(finding.consequence && { consequence: true }),
        ...(finding.details && { details: finding.details }),
        ...("witnesses" in finding && { witnesses: finding.witnesses }),
      })),
      ...(cost && { cost }),
      rebuilt,
      graphs,
    })),
    failures,
  };
}

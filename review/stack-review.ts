import { accessFindings } from "./access/compare.ts";
import { type CostChange, costChange, costFindings } from "./cost/compare.ts";
import type { Finding } from "./finding.ts";
import { apiFindings } from "./product/api.ts";
import { configurationFindings } from "./product/configuration.ts";
import { imageChanges } from "./product/image.ts";
import { limitFindings } from "./product/limits.ts";
import { modelFindings } from "./product/model.ts";
import type { Program } from "./program/program.ts";
import { say } from "./report/sentence.ts";
import { authenticationFindings } from "./resources/authentication.ts";
import { resourceFindings } from "./resources/compare.ts";
import { sidesOf } from "./resources/sides.ts";
import { highest, type Risk, riskOf } from "./risk.ts";
import { workflowChanges } from "./workflow/compare.ts";

/** The effects of a change on one stack. */
export interface StackReview {
  readonly stack: string;
  readonly risk: Risk;
  /** Findings with the highest risk first. */
  readonly findings: readonly Finding[];
  readonly graphs: readonly { readonly workflow: string; readonly mermaid: string }[];
  readonly cost?: CostChange;
  /** Images that are rebuilt, and functions that have cold starts because of that. */
  readonly rebuilt: { readonly images: readonly string[]; readonly functions: readonly string[] };
}

/** Compares two evaluated versions of a stack's program. */
export async function reviewStack(before: Program, after: Program): Promise<StackReview> {
  const sides = sidesOf(before, after);
  const images = imageChanges(sides);
  const workflows = workflowChanges(sides);
  const cost = costChange(sides, images.functions);
  const findings = [
    // First, because another region makes all other differences follow.
    ...configurationFindings(sides),
    ...authenticationFindings(sides),
    ...(await accessFindings(sides)),
    ...workflows.findings,
    ...images.findings,
    ...modelFindings(sides),
    ...apiFindings(sides),
    ...limitFindings(sides),
    ...resourceFindings(sides),
    ...costFindings(cost),
  ];
  return finished(after.stack, findings, {
    graphs: workflows.graphs,
    rebuilt: { images: images.rebuilt, functions: images.functions },
    ...(cost && { cost }),
  });
}

type Rest = Pick<StackReview, "graphs" | "rebuilt" | "cost">;

/** A review whose findings were made elsewhere: for a stack without a base to compare with, or from a file. */
export function notCompared(
  stack: string,
  findings: readonly Finding[],
  rest: Rest = { graphs: [], rebuilt: { images: [], functions: [] } },
): StackReview {
  return finished(stack, findings, rest);
}

function finished(stack: string, findings: readonly Finding[], rest: Rest): StackReview {
  const order: readonly Risk[] = ["high", "low", "none"];
  const unique = new Map(findings.map((finding) => [JSON.stringify([finding.section, finding.sentence]), finding]));
  const sorted = [...unique.values()].sort((a, b) => order.indexOf(riskOf(a.rule)) - order.indexOf(riskOf(b.rule)));
  return { stack, risk: highest(sorted.map(({ rule }) => riskOf(rule))), findings: sorted, ...rest };
}

/** The review of a stack whose base could not be evaluated. */
export const baseFails = (stack: string, message: string): StackReview =>
  notCompared(stack, [
    {
      section: "Configuration",
      rule: "not-compared",
      sentence: say`the base of stack ${stack} does not evaluate, so there is nothing to compare with: ${firstLine(message)}`,
    },
  ]);

/** The line of a stack trace that contains the error. */
function firstLine(text: string): string {
  const lines = text.trim().split("\n");
  return lines.find((line) => /^\S*Error\b/.test(line)) ?? lines[0] ?? "";
}

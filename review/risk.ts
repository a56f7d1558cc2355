import { readFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";

export const risks = ["none", "low", "high"] as const;
export type Risk = (typeof risks)[number];

const Table = z.object({ rules: z.record(z.string(), z.object({ risk: z.enum(risks), when: z.string() })) });

/** The rules that findings refer to. */
export const ruleNames = [
  "data-deleted",
  "retention-shorter",
  "protection-off",
  "secret-shown",
  "access-new-principal",
  "access-public",
  "access-broad",
  "access-undecided",
  "authentication-weaker",
  "authentication-changed",
  "cors-open",
  "api-breaking",
  "api-replaced",
  "timeout-below-function",
  "access-gained",
  "access-lost",
  "workflow-changed",
  "comments-only",
  "image-rebuilt",
  "model-changed",
  "api-changed",
  "resource-created",
  "resource-updated",
  "resource-replaced",
  "resource-deleted",
  "options-changed",
  "not-understood",
  "secret-changed",
  "limit-binds",
  "cost-up",
  "not-compared",
  "stack-removed",
  "configuration-changed",
  "outputs-changed",
  "same-meaning",
] as const;
export type RuleName = (typeof ruleNames)[number];

/** The table of docs/risk.json: the risk of each kind of change. */
export const riskTable: Readonly<Record<string, { readonly risk: Risk; readonly when: string }>> = Table.parse(
  JSON.parse(readFileSync(path.resolve(import.meta.dirname, "../docs/risk.json"), "utf8")),
).rules;

export function riskOf(rule: RuleName): Risk {
  const row = riskTable[rule];
  if (!row) throw new Error(`docs/risk.json has no rule "${rule}".`);
  return row.risk;
}

export const isAtLeast = (risk: Risk, least: Risk): boolean => risks.indexOf(risk) >= risks.indexOf(least);

export function highest(all: readonly Risk[]): Risk {
  return all.reduce((highestYet, each) => (isAtLeast(each, highestYet) ? each : highestYet), "none");
}

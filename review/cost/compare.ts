import { costAssumptions, idleCosts, runCosts } from "../../contract/cost/cost.ts";
import { costLabel, dollars, totalOf } from "../../contract/cost/money.ts";
import type { Finding } from "../finding.ts";
import { type Sentence, say, words } from "../report/sentence.ts";
import type { Sides } from "../resources/sides.ts";
import { costInputsOf } from "./inputs.ts";

/** Number of images for which the verdict gives an estimate. */
const images = 1_000;
/** An increase above this factor is a finding. */
const noticed = 1.1;

export interface CostChange {
  readonly per1000Images: { readonly before: number; readonly after: number };
  readonly perIdleMonth: { readonly before: number; readonly after: number };
  readonly label: string;
  readonly assumptions: readonly string[];
  /** Functions whose code changed. Their new duration was not measured. */
  readonly notMeasured: readonly string[];
}

/** Undefined if either side declares no workflow that classifies. */
export function costChange({ before, after }: Sides, changedFunctions: readonly string[]): CostChange | undefined {
  const [old, now] = [costInputsOf(before), costInputsOf(after)];
  if (!old || !now) return undefined;
  return {
    per1000Images: { before: totalOf(runCosts(images, old)), after: totalOf(runCosts(images, now)) },
    perIdleMonth: { before: totalOf(idleCosts(old)), after: totalOf(idleCosts(now)) },
    label: costLabel,
    assumptions: costAssumptions,
    notMeasured: changedFunctions,
  };
}

export function costFindings(cost: CostChange | undefined): readonly Finding[] {
  if (!cost) return [];
  return (
    [
      [cost.per1000Images, "per 1,000 images"],
      [cost.perIdleMonth, "per idle month"],
    ] as const
  )
    .filter(([{ before, after }]) => after > before * noticed)
    .map(([change, what]) => ({
      section: "Configuration",
      rule: "cost-up",
      sentence: say`the estimated cost ${words(what)} rises: ${move(change)}`,
    }));
}

const move = ({ before, after }: { readonly before: number; readonly after: number }): Sentence =>
  words(
    dollars(before) === dollars(after)
      ? `${dollars(after)} USD, unchanged`
      : `${dollars(before)} → ${dollars(after)} USD`,
  );

/** The line below the verdict. */
export function costLine(cost: CostChange): Sentence {
  const code = cost.notMeasured.length === 0 ? words("") : words("; not measured: code changed");
  return say`Cost: ${move(cost.per1000Images)} per 1,000 images; ${move(cost.perIdleMonth)} per idle month (${words(cost.label)}${code}).`;
}

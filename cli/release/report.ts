import { percent } from "./gate.ts";
import type { Rates } from "./rates.ts";
import type { RollEvent } from "./roll.ts";
import type { Situation } from "./situation.ts";

/** The share of traffic, one line per release. */
export function describeSituation({ current, candidate, incomplete, weight, waiting }: Situation): string {
  const lines = [`release ${current.id}  ${share(100 - weight)}`];
  if (candidate) {
    const state = weight === 0 ? "published" : "in progress";
    const missing = incomplete.length === 0 ? "" : `, but not of ${incomplete.join(" and ")}`;
    lines.push(`release ${candidate.id}  ${share(weight)}  ${state}${missing}`);
  }
  if (waiting) lines.push(`release ${waiting.id}  ${share(0)}  waits until the release in progress has ended`);
  return `${lines.join("\n")}\n`;
}

/** A readable line for an event of a release. */
export function describeEvent(event: RollEvent): string {
  switch (event.event) {
    case "traffic":
      return `Release ${event.release} gets ${event.weight} % of the traffic.\n`;
    case "watched":
      return `  new: ${ratesText(event.newer)}\n  old: ${ratesText(event.older)}\n`;
    case "waiting":
      return `  Only ${event.executions} of ${event.needed} executions of the new release have ended: waiting for more.\n`;
    case "returned":
      return `All traffic is back at release ${event.release}: ${event.why}. The new release is deleted.\n`;
    case "released":
      return `Release ${event.release} has all traffic.\n`;
  }
}

function ratesText({ executions, failedExecutions, images, failedImages }: Rates): string {
  return `${executions} executions, ${failedExecutions} failed; ${images} images, ${failedImages} failed${images === 0 ? "" : ` (${percent(failedImages / images)})`}`;
}

function share(weight: number): string {
  return `${weight} %`.padStart(5);
}

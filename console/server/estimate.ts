import { costAssumptions, type RunCostInputs, runCosts } from "../../contract/cost/cost.ts";
import { costLabel, totalOf } from "../../contract/cost/money.ts";
import { CostSettings } from "../../contract/cost/settings.ts";
import { Refusal } from "./refusal.ts";

/** Most images of an estimate: more than one request can have. */
const mostImages = 9_999_999;

/**
 * The estimate that `npm run cost` prints, for the page: what so many images cost in one execution.
 * @param images the number as text, from the request's address
 * @throws Refusal for another number, or for a stack that does not say what its cost depends on
 */
export function estimateOf(images: string | null, inputs: RunCostInputs | undefined): object {
  const count = Number(images);
  if (!/^\d{1,7}$/.test(images ?? "") || count < 1) {
    throw new Refusal(400, "InvalidRequest", `"images" must be a whole number from 1 to ${mostImages}.`);
  }
  if (inputs === undefined) {
    const message = 'The stack has no output "costSettings": run pulumi up with this version of the program.';
    throw new Refusal(404, "NoCostSettings", message);
  }
  const costs = runCosts(count, inputs);
  return { images: count, usd: totalOf(costs), costs, label: costLabel, assumptions: costAssumptions };
}

/** The inputs of an estimate from the stack's output `costSettings`; undefined if an older release wrote other outputs. */
export function costInputsOf(settings: unknown, definition: string | undefined): RunCostInputs | undefined {
  const { data } = CostSettings.safeParse(settings);
  if (data === undefined || definition === undefined) return undefined;
  const { notifyDefinition, ...others } = data;
  return {
    ...others,
    definition: JSON.parse(definition),
    ...(notifyDefinition === undefined ? {} : { notifyDefinition: JSON.parse(notifyDefinition) }),
  };
}

import type { Refusal } from "../../../packages/local-aws/src/iam/iam.ts";
import type { Mutant } from "./mutants.ts";
import { kindOf } from "./mutants.ts";
import type { Scenario } from "./scenario.ts";
import type { Testbed } from "./testbed.ts";

/** The results of running all scenarios with the complete program. */
export interface Baseline {
  readonly failures: readonly string[];
  /** Calls that a role made without having the grant; empty if the grants are sufficient. */
  readonly refusals: readonly Refusal[];
  /** Duration of each scenario, by title. */
  readonly milliseconds: ReadonlyMap<string, number>;
  /** The scenario in which a statement first allowed a call, by `role sid`. */
  readonly firstUse: ReadonlyMap<string, string>;
}

export const keyOf = ({ role, sid }: { readonly role: string; readonly sid: string }): string => `${role} ${sid}`;

export async function observe({ runtime, patience }: Testbed, scenarios: readonly Scenario[]): Promise<Baseline> {
  patience.observe(undefined);
  const failures: string[] = [];
  const milliseconds = new Map<string, number>();
  const firstUse = new Map<string, string>();
  for (const { title, run } of scenarios) {
    const started = performance.now();
    const failure = await failureOf(run);
    if (failure) failures.push(`${title}: ${failure}`);
    milliseconds.set(title, performance.now() - started);
    for (const { role, sid } of runtime.iam.usage().used) {
      const key = keyOf({ role: kindOf(role), sid });
      if (!firstUse.has(key)) firstUse.set(key, title);
    }
  }
  return { failures, refusals: runtime.iam.takeRefusals(), milliseconds, firstUse };
}

/** The scenario that noticed a missing grant, and the call that was refused. */
export interface Notice {
  readonly scenario: string;
  readonly refused: string;
}

/** Maximum number of runs of a scenario that fails although no call was refused, which may happen on a busy machine. */
const attempts = 2;

/**
 * Serves the program without the grant and runs scenarios until one fails because of it. A failure counts only if a
 * call of the role was refused in the meantime, so that a timeout on a busy machine is not taken as proof. A scenario that
 * fails without a refusal runs once more.
 */
export async function noticed(
  testbed: Testbed,
  mutant: Mutant,
  scenarios: readonly Scenario[],
  { milliseconds, firstUse }: Baseline,
): Promise<Notice | undefined> {
  const { patience } = testbed;
  await testbed.serve(mutant.graph, mutant.renew === undefined ? [] : [mutant.renew]);
  patience.observe(mutant.role);
  const rank = ({ title, about, starts }: Scenario): number => {
    if (mutant.renew !== undefined && starts === mutant.role) return -2;
    if (firstUse.get(keyOf(mutant)) === title) return -1;
    return about.includes(mutant.role) ? 0 : (milliseconds.get(title) ?? 0);
  };
  for (const { title, run } of [...scenarios].sort((one, other) => rank(one) - rank(other))) {
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      patience.begin(milliseconds.get(title) ?? 0);
      const failure = await failureOf(run);
      // The refusal may happen before the failure: a sandbox that may not write logs still serves requests.
      const [refused] = patience.refusals();
      if (failure === undefined) break;
      if (refused) return { scenario: title, refused: `${refused.action} on ${refused.resource}` };
      // A function's resource policy does not belong to a role. The refusal is visible in API Gateway's response.
      if (mutant.graph.roles === testbed.graph.roles && /\b500\b/.test(failure))
        return { scenario: title, refused: failure };
    }
  }
  return undefined;
}

async function failureOf(run: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await run();
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) return String(error);
    const cause = error.cause instanceof Error ? ` (${error.cause.message})` : "";
    return `${error.message.split("\n")[0]}${cause}`;
  }
}

import { ExecutionView } from "../../../contract/http.ts";
import type { Iam, Refusal } from "../../../packages/local-aws/src/iam/iam.ts";
import { call, type Target } from "../support/client.ts";
import { until } from "../support/until.ts";
import { kindOf } from "./mutants.ts";

/** Even a scenario that is fast with all grants has this many milliseconds after a refusal. */
const leastMs = 5_000;
/** How many times as long as with all grants a scenario may take after a refusal. */
const timesAsLong = 4;

/** A removed grant that nothing refuses costs this time in milliseconds, so it is shorter than that of `until`. */
const usualLimitMs = 90_000;

/**
 * The waits of the scenarios. Step Functions repeats some refused calls for minutes or a day, and nothing says that a
 * webhook will not come. Therefore a wait ends soon after the role that lost a grant was refused a call; without a
 * refusal it has its whole time, and with all grants as much as any machine needs.
 */
export class Patience {
  readonly #target: Target;
  readonly #iam: Pick<Iam, "takeRefusals">;
  #role: string | undefined;
  #refusals: Refusal[] = [];
  #refusalsBefore = 0;
  #refusedSince: number | undefined;
  #afterRefusalMs = 0;

  constructor(target: Target, iam: Pick<Iam, "takeRefusals">) {
    this.#target = target;
    this.#iam = iam;
  }

  /** From now on the refused calls of the role that lost a grant are kept; without a role, no grant is missing. */
  observe(role: string | undefined): void {
    this.#iam.takeRefusals();
    this.#role = role;
    this.#refusals = [];
    this.#refusedSince = undefined;
  }

  /** A scenario begins. @param usualMs its duration with all grants */
  begin(usualMs: number): void {
    this.#refusalsBefore = this.refusals().length;
    this.#refusedSince = undefined;
    this.#afterRefusalMs = Math.max(leastMs, timesAsLong * usualMs);
  }

  /** The refused calls of the role that lost a grant, in all scenarios since then. */
  refusals(): readonly Refusal[] {
    if (this.#role !== undefined) {
      this.#refusals.push(...this.#iam.takeRefusals().filter(({ role }) => kindOf(role) === this.#role));
    }
    return this.#refusals;
  }

  /** Like `until`, with less patience after a refusal. */
  until<Answer>(
    what: string,
    ask: () => Answer | Promise<Answer>,
    withinMs = usualLimitMs,
  ): Promise<NonNullable<Answer>> {
    const checked = () => {
      this.#check(what);
      return ask();
    };
    // With all grants, everything that is waited for happens.
    return until(what, checked, this.#role === undefined ? undefined : withinMs);
  }

  /** Waits until the execution has ended. */
  finish(executionId: string, withinMs: number): Promise<ExecutionView> {
    return this.until(
      `the end of execution "${executionId}"`,
      async () => {
        const response = await call(this.#target, `/executions/${executionId}`);
        const view = ExecutionView.parse(await response.json());
        return view.status === "RUNNING" || view.status === "SCHEDULED" ? undefined : view;
      },
      withinMs,
    );
  }

  #check(what: string): void {
    if (this.refusals().length > this.#refusalsBefore) this.#refusedSince ??= performance.now();
    if (this.#refusedSince === undefined) return;
    if (performance.now() - this.#refusedSince > this.#afterRefusalMs) {
      throw new Error(`${what}: not within ${this.#afterRefusalMs / 1_000} s of a refusal`);
    }
  }
}

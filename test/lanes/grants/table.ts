import Table from "cli-table3";
import type { Mutant } from "./mutants.ts";
import { keyOf, type Notice } from "./mutation.ts";
import { type Reason, reasons } from "./reasons.ts";

/** A removed grant or part of a grant, the scenario that noticed its removal, or the reason why none could. */
export interface TestedMutant {
  readonly mutant: Mutant;
  readonly notice: Notice | undefined;
  readonly reason: Reason | undefined;
}

/**
 * Prints one line per statement, with the number of its parts whose removal was noticed, then the reasons and the
 * totals.
 */
export function printTable(tested: readonly TestedMutant[]): void {
  const table = new Table({
    head: ["role", "grant", "noticed by", "parts noticed"],
    style: { head: [], border: [], compact: true },
  });
  const statements = tested.filter(({ mutant }) => mutant.part === undefined);
  const parts = tested.filter(({ mutant }) => mutant.part !== undefined);
  for (const { mutant, notice, reason } of statements) {
    const own = parts.filter((each) => keyOf(each.mutant) === keyOf(mutant));
    const by = notice?.scenario ?? (reason ? `(reason ${reasons.indexOf(reason) + 1})` : "NOBODY");
    const seen = own.length === 0 || reason ? "" : `${own.filter((each) => each.notice).length} of ${own.length}`;
    table.push([mutant.role, mutant.sid, by, seen]);
  }
  console.log(table.toString());
  for (const [at, { sid, reason }] of reasons.entries()) console.log(`reason ${at + 1}, ${sid}: ${reason}`);
  const count = (all: readonly TestedMutant[]): string => {
    const explained = all.filter(({ notice, reason }) => !notice && reason).length;
    return `${all.length}, ${all.filter(({ notice }) => notice).length} noticed, ${explained} with a reason`;
  };
  console.log(`statements: ${count(statements)}`);
  console.log(`their actions, resources and values of conditions, one by one: ${count(parts)}`);
}

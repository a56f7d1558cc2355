import { describe, expect, test } from "vitest";
import { opened } from "../support/opened.ts";
import { kindOf, type Mutant, mutantsOf } from "./mutants.ts";
import { keyOf, noticed, observe } from "./mutation.ts";
import { reasonFor, reasons } from "./reasons.ts";
import { scenariosOf } from "./scenarios.ts";
import { printTable, type TestedMutant } from "./table.ts";
import { openTestbed } from "./testbed.ts";

/** A testbed waits most of the time, so several share the grants: one for each file `grants-<part>.test.ts`. */
export const parts = 2;

/**
 * Proves least privilege: each grant of the program is removed in turn, and then an action of a user must fail. Tests
 * the grants of one part, from 1.
 */
export function proveGrants(part: number) {
  const testbed = opened(openTestbed, (each) => each.close());
  const scenarios = opened(async () => scenariosOf(testbed()));

  describe("with all grants", () => {
    const whole = opened(() => observe(testbed(), scenarios()));

    test("each scenario works", async ({ annotate }) => {
      await annotate(`${scenarios().length} scenarios`);
      expect(whole().failures).toEqual([]);
    });

    test("no role is refused anything", () => {
      expect(whole().refusals).toEqual([]);
    });

    test("every unused grant has a reason", async ({ annotate }) => {
      const unused = testbed()
        .runtime.iam.usage()
        .unused.map(({ role, sid }) => ({ role: kindOf(role), sid }));
      await annotate(`${unused.length} unused`);
      expect(unused.filter((grant) => !reasonFor(grant)).map(keyOf)).toEqual([]);
    });

    describe("but one", () => {
      const tested = opened(async () => {
        // An action that fails with all grants says nothing about a removed grant.
        expect(whole().failures).toEqual([]);
        return testMutants();
      });

      test("each grant, and each part of one, is missed by a scenario or has a reason", () => {
        printTable(tested());
        const survivors = tested().filter(({ notice, reason }) => !notice && !reason);
        expect(survivors.map(({ mutant }) => `${keyOf(mutant)} ${mutant.part ?? ""}`)).toEqual([]);
      });

      test("each reason meets a grant", () => {
        const met = new Set([...mutantsOf(testbed().graph)].map(reasonFor));
        expect(reasons.filter((reason) => !met.has(reason))).toEqual([]);
      });

      test("no reason is given for a grant that is noticed", () => {
        const needless = tested().filter(({ notice, reason }) => notice && reason);
        expect(needless.map(({ mutant }) => keyOf(mutant))).toEqual([]);
      });

      async function testMutants(): Promise<readonly TestedMutant[]> {
        const all: TestedMutant[] = [];
        for (const mutant of partOf([...mutantsOf(testbed().graph)], part)) {
          const reason = reasonFor(mutant);
          // If no scenario has used a grant, no scenario can notice its removal.
          const hopeless = reason !== undefined && !whole().firstUse.has(keyOf(mutant));
          const notice = hopeless ? undefined : await noticed(testbed(), mutant, scenarios(), whole());
          all.push({ mutant, notice, reason });
          process.stdout.write(notice ? "." : reason ? "r" : "!");
        }
        process.stdout.write("\n");
        return all;
      }
    });
  });

  return { testbed, scenarios };
}

/** Each statement belongs to one part, together with everything that is removed from it. */
export function partOf(mutants: readonly Mutant[], part: number): readonly Mutant[] {
  const statements = [...new Set(mutants.map(keyOf))];
  return mutants.filter((mutant) => statements.indexOf(keyOf(mutant)) % parts === part - 1);
}

import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import type { Graph } from "../../../packages/local-aws/src/graph.ts";
import { kindOf, mutantsOf, statementsOf } from "./mutants.ts";
import { keyOf } from "./mutation.ts";
import { partOf, parts } from "./prove.ts";
import { resourcePolicyRequests, unasked } from "./resource-policies.ts";
import { captured, withEveryGrant } from "./testbed.ts";

/** The program with all settings that add grants, as in the lane's other tests. */
const graph = await captured("dev", withEveryGrant("localhost"));

const requests = resourcePolicyRequests(graph).map(({ resource, sid, request, noticed }) => {
  return [`${resource} ${sid} decides on "${request}"`, noticed] as const;
});
test.each(requests)("%s", (_title, noticed) => {
  expect(noticed).toBe(true);
});

test("every resource policy is asked about", () => {
  expect(unasked(graph)).toEqual([]);
});

test("every grant belongs to one part, and every part has a file", () => {
  const numbers = Array.from({ length: parts }, (_, at) => at + 1);
  const mutants = [...mutantsOf(graph)];
  const taken = numbers.flatMap((part) => partOf(mutants, part));
  expect(taken).toHaveLength(mutants.length);
  expect(new Set(taken)).toEqual(new Set(mutants));
  const files = readdirSync(import.meta.dirname).filter((name) => /^grants-\d+\.test\.ts$/.test(name));
  expect(files.sort()).toEqual(numbers.map((part) => `grants-${part}.test.ts`));
});

/**
 * The other tests remove grants only from that program. The stacks without these settings, and a stack with IAM
 * authentication, must therefore not have any other grants.
 */
test.for([
  ["dev", "dev", {}],
  ["prod", "prod", {}],
  ["dev with IAM", "dev", { authentication: "iam" }],
] as const)("%s has only grants that are taken away here", async ([, stack, configuration]) => {
  const known = new Set(grantsOf(graph));
  const grants = grantsOf(await captured(stack, configuration));
  expect(grants).not.toEqual([]);
  expect(grants.filter((grant) => !known.has(grant))).toEqual([]);
});

function grantsOf({ roles }: Graph): readonly string[] {
  return roles.flatMap((role) => [...statementsOf(role)].map(({ sid }) => keyOf({ role: kindOf(role.name), sid })));
}

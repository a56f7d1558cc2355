import type { RuleName } from "../../../../review/risk.ts";
import { quick } from "../../support/quick.ts";
import { access } from "./access.ts";
import type { Change } from "./change.ts";
import { models } from "./model.ts";
import { product } from "./product.ts";
import { resources } from "./resources.ts";
import { workflows } from "./workflows.ts";

export const changes: readonly Change[] = [...workflows, ...access, ...resources, ...product, ...models];

const named = (title: string): Change => {
  const found = changes.find((each) => each.title === title);
  if (!found) throw new Error(`There is no change "${title}".`);
  return found;
};

/** Pairs of changes that are made together. The review must name both. */
export const pairs: readonly (readonly [Change, Change])[] = (
  [
    ["a state is renamed", "more memory"],
    ["a retry is removed", "a wildcard of resources"],
    ["retention is shorter", "a log level"],
    ["authentication is off", "an alarm's threshold"],
    ["a handler's code", "a principal is added to a trust policy"],
    ["access is taken away", "a catch is removed"],
    ["the bucket is replaced", "a tolerated failure share"],
    ["a response's field is optional", "the workflow's timeout"],
    ["a rate that is narrower", "the precision"],
    ["a timeout below its function's", "an output is removed"],
  ] as const
).map(([first, second]) => [named(first), named(second)] as const);

/** With the pairs, these make the review report every rule that a change of the program can trigger. */
const oncePerRule: readonly Change[] = [
  "a workflow's comment",
  "the public may read the bucket",
  "NotAction",
  "a condition is dropped",
  "authentication by signature",
  "CORS is opened",
  "a secret output is open",
  "removal protection is off",
  "a function that cannot be called",
  "warm capacity",
  "an order of creation is lost",
  "an unknown resource type",
  "a model with other labels",
  "the words of the API's description",
  "a secret setting",
].map(named);

/** The changes that are planted one at a time. */
export const testedAlone = quick ? oncePerRule : changes;

/** Rules that no change of a program triggers: two are about whole stacks, and one about what only the words of a file say. */
export const untriggerable: readonly RuleName[] = ["not-compared", "stack-removed", "same-meaning"];

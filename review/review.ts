import { openBase } from "./base/base.ts";
import { topFilesAt } from "./base/git.ts";
import { Checkout } from "./program/evaluate.ts";
import type { Program } from "./program/program.ts";
import { say } from "./report/sentence.ts";
import { baseFails, notCompared, reviewStack, type StackReview } from "./stack-review.ts";
import { listStacks } from "./stacks.ts";

export interface ReviewResult {
  readonly reviews: readonly StackReview[];
  /** Stacks of the working tree that cannot be evaluated, each with the reason. */
  readonly failures: Readonly<Record<string, string>>;
}

type Evaluated = { readonly program: Program } | { readonly error: string };

/**
 * Compares each stack of a checkout with a commit. All temporary files of the commit are removed afterwards.
 * @throws ReviewError
 */
export async function review(root: string, commit: string, chosen: readonly string[]): Promise<ReviewResult> {
  const stacks = listStacks(root, await topFilesAt(root, commit), chosen);
  const base = stacks.kept.length > 0 ? await openBase(root, commit) : undefined;
  try {
    // The base and the working tree are evaluated concurrently, so that two processors are used.
    const [before, after] = await Promise.all([
      base ? evaluateAll(base.checkout, stacks.kept) : new Map<string, Evaluated>(),
      evaluateAll(new Checkout(root), [...stacks.kept, ...stacks.added]),
    ]);
    const failures: Record<string, string> = {};
    const reviews: StackReview[] = [];
    for (const [stack, now] of after) {
      const old = before.get(stack);
      if ("error" in now) failures[stack] = now.error;
      else if (old === undefined) reviews.push(newStack(now.program));
      else if ("error" in old) reviews.push(baseFails(stack, old.error));
      else reviews.push(await reviewStack(old.program, now.program));
    }
    return { reviews: [...reviews, ...stacks.removed.map(removedStack)], failures };
  } finally {
    base?.remove();
  }
}

/** Evaluates stacks one after another, so that the images staged for the first stack can be reused for the second. */
async function evaluateAll(checkout: Checkout, stacks: readonly string[]): Promise<ReadonlyMap<string, Evaluated>> {
  const programs = new Map<string, Evaluated>();
  for (const stack of stacks) {
    const evaluated = checkout.evaluate(stack).then(
      (program) => ({ program }),
      (error: unknown) => ({ error: error instanceof Error ? error.message : String(error) }),
    );
    programs.set(stack, await evaluated);
  }
  return programs;
}

const newStack = ({ stack, resources }: Program): StackReview =>
  notCompared(stack, [
    {
      section: "Resources",
      rule: "not-compared",
      sentence: say`stack ${stack} is new, with ${resources.filter(({ custom }) => custom).length} resources: there is nothing to compare with`,
    },
  ]);

const removedStack = (stack: string): StackReview =>
  notCompared(stack, [
    {
      section: "Configuration",
      rule: "stack-removed",
      sentence: say`the file of stack ${stack} is removed: nothing deploys it any more, and its resources stay`,
    },
  ]);

import PQueue from "p-queue";
import type { Program } from "../../../review/program/program.ts";
import type { RuleName } from "../../../review/risk.ts";
import { reviewStack, type StackReview } from "../../../review/stack-review.ts";
import { type Plant, Workspace } from "./workspace.ts";

/** An evaluation keeps one core busy, and CI has two. */
const count = 2;

/** Several copies of the checkout, in which changes are planted and reviewed at the same time. */
export class Workspaces {
  readonly #all: readonly Workspace[];
  readonly #free: Workspace[];
  readonly #queue = new PQueue({ concurrency: count });
  readonly #bases = new Map<string, Promise<Program>>();
  /** The rules of the findings so far. */
  readonly reported = new Set<RuleName>();

  private constructor(all: readonly Workspace[]) {
    this.#all = all;
    this.#free = [...all];
  }

  static async open(): Promise<Workspaces> {
    const all: Workspace[] = [];
    for (let index = 0; index < count; index++) all.push(await Workspace.open());
    return new Workspaces(all);
  }

  /**
   * Compares the unchanged program, which is evaluated only once per stack and often in another folder, with the
   * program after these changes. `base` is planted before the base is evaluated.
   */
  async review(stack: string, plants: readonly Plant[], base?: Plant): Promise<StackReview> {
    const before = await (base ? this.#evaluate(stack, [base]) : this.#unchanged(stack));
    const review = await reviewStack(before, await this.#evaluate(stack, plants));
    for (const { rule } of review.findings) this.reported.add(rule);
    return review;
  }

  close(): void {
    for (const workspace of this.#all) workspace.close();
  }

  #unchanged(stack: string): Promise<Program> {
    const known = this.#bases.get(stack) ?? this.#evaluate(stack, []);
    this.#bases.set(stack, known);
    return known;
  }

  #evaluate(stack: string, plants: readonly Plant[]): Promise<Program> {
    return this.#queue.add(async () => {
      const workspace = this.#free.pop();
      if (!workspace) throw new Error(`There are ${count} workspaces for ${count} evaluations at once.`);
      try {
        return await workspace.evaluate(stack, plants);
      } finally {
        this.#free.push(workspace);
      }
    });
  }
}

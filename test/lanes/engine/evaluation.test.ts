import { expect, test } from "vitest";
import { capture } from "../../../packages/local-aws/src/capture/capture.ts";
import { copyProject } from "../../support/project-copy.ts";
import { median } from "../support/median.ts";
import { opened } from "../support/opened.ts";

/** Maximum seconds for evaluating an unchanged program on a busy machine. The target is 2. */
const mostSeconds = 10;

const project = opened(
  async () => copyProject(),
  (copy) => copy.remove(),
);

/**
 * Measures how long the program takes without an engine, for the first evaluation in a checkout and for a later one.
 */
test(`the unchanged program is evaluated in less than ${mostSeconds} s`, async ({ annotate }) => {
  const seconds: number[] = [];
  for (let run = 0; run < 4; run += 1) {
    const started = Date.now();
    await capture({ root: project().folder, stack: "dev" });
    seconds.push((Date.now() - started) / 1_000);
  }
  const [first = 0, ...again] = seconds;
  await annotate(
    `${first.toFixed(1)} s the first time in a checkout, then ${median(again).toFixed(1)} s (median of ${again.length})`,
  );
  expect(median(again)).toBeLessThan(mostSeconds);
});

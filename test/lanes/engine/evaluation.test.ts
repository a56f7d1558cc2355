import { expect, test } from "vitest";
import { capture } from "../../../packages/local-aws/src/capture/capture.ts";
import { copyProject } from "../../support/project-copy.ts";
import { median } from "../support/median.ts";
import { opened } from "../support/opened.ts";

/** Seconds that an unchanged program may take to be evaluated on a busy machine; 2 are the aim. */
const mostSeconds = 10;

const project = opened(
  async () => copyProject(),
  (copy) => copy.remove(),
);

/** How long the program takes by itself, without an engine: the first time in a checkout, and then. */
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

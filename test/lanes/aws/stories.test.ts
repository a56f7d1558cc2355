import { describe, expect, test } from "vitest";
import { opened } from "../support/opened.ts";
import { differences, withoutAbortOfFailedTask, withoutMotoWrapping } from "./compare.ts";
import { definitionForMoto } from "./definitions.ts";
import { type Threads, threadsOf } from "./history.ts";
import { localSide } from "./local-side.ts";
import { motoSide } from "./moto-side.ts";
import { type Ending, play, type Side } from "./side.ts";
import { plannedWith, stories } from "./stories.ts";

/**
 * Runs the same state machines, inputs and functions on moto, an independent implementation of AWS, and on the
 * one-machine runtime, through AWS's client. Histories are compared as a partial order: the events of each branch and
 * iteration, in order.
 */
const stop = (side: Side) => side.stop();
const ours = opened(localSide, stop);
const theirs = opened(motoSide, stop);

describe("both produce the same history", () => {
  const numbered = stories.map((story, number) => [story.title, { ...story, name: `story-${number}` }] as const);

  test.for(numbered)("%s", async ([, { name, workflow, definition, input, script }], { annotate }) => {
    const text = workflow === undefined ? JSON.stringify(definition) : definitionForMoto(workflow);
    const story = { name, definition: text, input, script };
    const [a, b] = await Promise.all([play(theirs(), story), play(ours(), story)]);
    expect(ending(b.end)).toEqual(ending(a.end));
    const ourThreads = withoutAbortOfFailedTask(timeless(threadsOf(b.events)));
    expect(differences(cleaned(threadsOf(a.events)), ourThreads)).toEqual([]);
    await annotate(`${b.events.length} events in ${Object.keys(threadsOf(b.events)).length} threads, ${b.end.status}`);
  });
});

test("the comparison is not blind: another order and another result are differences", async ({ annotate }) => {
  const [story, other] = await Promise.all([
    play(ours(), { name: "one", definition: definitionForMoto("classify-now"), ...plannedWith([0], [1]) }),
    play(theirs(), { name: "other", definition: definitionForMoto("classify-now"), ...plannedWith([1], [0]) }),
  ]);
  const found = differences(cleaned(threadsOf(other.events)), timeless(threadsOf(story.events)));
  await annotate(`${found.length} threads differ`);
  expect(found).not.toEqual([]);
});

function ending({ status, error, output }: Ending): unknown {
  return { status, error, output: withoutMotoWrapping(output && JSON.parse(output)) };
}

function cleaned(threads: Threads): Threads {
  return timeless(withoutMotoWrapping(threads) as Threads);
}

const time = /"\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)"/g;

/** Removes the times of the context object, because the two sides ran at different times. */
function timeless(threads: Threads): Threads {
  return JSON.parse(JSON.stringify(threads).replaceAll(time, '"(a time)"')) as Threads;
}

import { Verdict } from "../support/verdict.ts";
import { differences, withoutMotoWrapping } from "./compare.ts";
import { definitionForMoto } from "./definitions.ts";
import { type Threads, threadsOf } from "./history.ts";
import { localSide } from "./local-side.ts";
import { motoSide } from "./moto-side.ts";
import { judgeObjects } from "./objects.ts";
import { type Ending, tell } from "./side.ts";
import { plannedWith, stories } from "./stories.ts";

/**
 * The same state machines, inputs and functions under moto, an implementation of AWS that is not ours, and under the one-machine
 * runtime, through AWS's own client. Histories are compared as a partial order: what each branch and iteration tells, in its order.
 */
const verdict = new Verdict();
const ours = await localSide();
const theirs = await motoSide().catch(async (error: unknown) => {
  await ours.stop();
  throw error;
});
try {
  for (const [place, { title, workflow, definition, input, script }] of stories.entries()) {
    await verdict.check(`both tell the same story: ${title}`, async () => {
      const text = workflow === undefined ? JSON.stringify(definition) : definitionForMoto(workflow);
      const story = { name: `story-${place}`, definition: text, input, script };
      const [a, b] = await Promise.all([tell(theirs, story), tell(ours, story)]);
      const found = [...ends(a.end, b.end), ...differences(cleaned(threadsOf(a.events)), threadsOf(b.events))];
      if (found.length > 0) throw new Error(`\n  ${found.join("\n  ")}`);
      return `${b.events.length} events in ${Object.keys(threadsOf(b.events)).length} threads, ${b.end.status}`;
    });
  }
  await verdict.check("the comparison is not blind: another order and another result are differences", async () => {
    const [story, other] = await Promise.all([
      tell(ours, { name: "one", definition: definitionForMoto("classify-now"), ...plannedWith([0], [1]) }),
      tell(theirs, { name: "other", definition: definitionForMoto("classify-now"), ...plannedWith([1], [0]) }),
    ]);
    const found = differences(cleaned(threadsOf(other.events)), threadsOf(story.events));
    if (found.length === 0) throw new Error("no difference was seen");
    return `${found.length} threads differ`;
  });
} finally {
  await Promise.all([theirs.stop(), ours.stop()]);
}
await judgeObjects(verdict);
verdict.close();

function ends(a: Ending, b: Ending): readonly string[] {
  const of = ({ status, error, output }: Ending) =>
    JSON.stringify({ status, error, output: withoutMotoWrapping(output && JSON.parse(output)) });
  return of(a) === of(b) ? [] : [`the end:\n    moto: ${of(a)}\n    ours: ${of(b)}`];
}

function cleaned(threads: Threads): Threads {
  return withoutMotoWrapping(threads) as Threads;
}

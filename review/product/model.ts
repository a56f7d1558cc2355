import { isSame } from "../../lib/canonical.ts";
import type { Finding } from "../finding.ts";
import type { ModelContents, Program } from "../program/program.ts";
import { quoted, type Sentence, say, words } from "../report/sentence.ts";
import type { Sides } from "../resources/sides.ts";

/** Whether requests are served by a different model: its labels, golden predictions and precision. */
export function modelFindings({ before, after }: Sides): readonly Finding[] {
  const [old, now] = [modelOf(before), modelOf(after)];
  const precision = [before, after].map(settingOf("INFERENCE_PRECISION"));
  const engine = [before, after].map(settingOf("INFERENCE_ENGINE"));
  const found: Finding[] = [];
  const finding = (sentence: Sentence, details: readonly Sentence[] = []): Finding => ({
    section: "Model",
    rule: "model-changed",
    sentence,
    details,
  });
  if (old && now && old.version !== now.version)
    found.push(finding(say`the model changed: ${summary(old, now)}`, detailsOf(old, now)));
  if (precision[0] !== precision[1])
    found.push(finding(say`the precision of inference changed: ${String(precision[0])} → ${String(precision[1])}`));
  if (engine[0] !== engine[1])
    found.push(finding(say`the engine of inference changed: ${String(engine[0])} → ${String(engine[1])}`));
  return found;
}

const modelOf = ({ images }: Program): ModelContents | undefined => images.find(({ model }) => model)?.model;

/** The value of an environment variable, from the first function that has it. */
const settingOf =
  (name: string) =>
  ({ resources }: Program): unknown =>
    resources
      .map(
        ({ inputs }) =>
          (inputs["environment"] as { variables?: Record<string, unknown> } | undefined)?.variables?.[name],
      )
      .find((value) => value !== undefined);

function summary(before: ModelContents, after: ModelContents): Sentence {
  const [removed, added] = labelChanges(before, after);
  if (removed.length + added.length > 0)
    return say`${removed.length} label${words(removed.length === 1 ? "" : "s")} removed, ${added.length} added`;
  if (!isSame(before.labels, after.labels)) return words("the same labels have other indices");
  if (!isSame(before.golden, after.golden)) return words("the same labels, other golden predictions");
  if (!isSame(before.precisions, after.precisions))
    return say`forms ${quoted(before.precisions)} → ${quoted(after.precisions)}`;
  return words("the same labels and golden predictions, other files");
}

function labelChanges(before: ModelContents, after: ModelContents): readonly [readonly string[], readonly string[]] {
  const [old, now] = [new Set(before.labels), new Set(after.labels)];
  return [before.labels.filter((label) => !now.has(label)), after.labels.filter((label) => !old.has(label))];
}

function detailsOf(before: ModelContents, after: ModelContents): readonly Sentence[] {
  const [removed, added] = labelChanges(before, after);
  const best = (model: ModelContents, picture: number) => {
    const [top] = model.golden[picture] ?? [];
    return top ? say`${top.label} ${top.probability.toFixed(3)}` : words("nothing");
  };
  const pictures = Math.max(before.golden.length, after.golden.length);
  return [
    say`labels: ${before.labels.length} → ${after.labels.length}`,
    ...(removed.length > 0 ? [say`labels removed: ${quoted(removed, 10)}`] : []),
    ...(added.length > 0 ? [say`labels added: ${quoted(added, 10)}`] : []),
    ...Array.from(
      { length: pictures },
      (_, index) => say`golden picture ${index + 1}: ${best(before, index)} → ${best(after, index)}`,
    ),
    say`forms: ${quoted(before.precisions)} → ${quoted(after.precisions)}`,
  ];
}

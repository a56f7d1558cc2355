import { z } from "zod";
import { markdownOf } from "../report/markdown.ts";
import { quoted, type Sentence, say, words } from "../report/sentence.ts";
import { nounOf } from "../resources/names.ts";
import { ReviewError } from "../review-error.ts";

const Step = z.object({
  op: z.string(),
  urn: z.string(),
  diffReasons: z.array(z.string()).nullish(),
  replaceReasons: z.array(z.string()).nullish(),
});
const Preview = z.object({
  steps: z.array(Step).default([]),
  diagnostics: z.array(z.object({ severity: z.string(), message: z.string() })).default([]),
});
type Step = z.infer<typeof Step>;

/** Steps that change nothing, and the parts of a replacement other than the step named "replace". */
const quiet = new Set([
  "same",
  "read",
  "refresh",
  "discard",
  "discard-replaced",
  "create-replacement",
  "delete-replaced",
]);

const typeOf = ({ urn }: Step): string => urn.split("::")[2]?.split("$").at(-1) ?? "";
const nameOf = ({ urn }: Step): string => urn.split("::").at(-1) ?? "";

/** The content of a stack's preview: names and reasons, but no values, which a preview hides or does not know yet. */
export const PreviewFacts = z.object({
  stack: z.string().max(100),
  /** Why the preview failed. */
  failure: z.string().max(10_000).optional(),
  steps: z.array(Step).max(5_000),
});
export type PreviewFacts = z.infer<typeof PreviewFacts>;

/** @throws ReviewError "BadPreview" for a text that is not the output of `pulumi preview --json` */
export function previewFacts(stack: string, text: string): PreviewFacts {
  const { steps, diagnostics } = read(stack, text);
  const failure = diagnostics.find(({ severity }) => severity === "error")?.message;
  const moving = steps.filter((step) => !quiet.has(step.op) && typeOf(step) !== "pulumi:pulumi:Stack");
  return { stack, steps: moving, ...(failure !== undefined && { failure: firstLine(failure) }) };
}

/**
 * A separate section with the changes of a stack that can be found only in its state. If the preview failed, the
 * section says so.
 */
export function previewSection({ stack, failure, steps }: PreviewFacts): string {
  const title = `### ${markdownOf(say`${stack}`)}: deploying now would also change`;
  if (failure !== undefined) return `${title}\n\n**The preview failed**: ${markdownOf(say`${failure}`)}\n`;
  const lines = steps.map((step) => `- ${markdownOf(sentenceOf(step))}`);
  return `${title}\n\n${lines.length > 0 ? lines.join("\n") : "Nothing more than the above."}\n`;
}

function sentenceOf(step: Step): Sentence {
  const why = step.replaceReasons?.length ? say` because of ${quoted(step.replaceReasons)}` : words("");
  const what =
    !step.replaceReasons?.length && step.diffReasons?.length ? say` (${quoted(step.diffReasons)})` : words("");
  return say`${nounOf(typeOf(step))} ${nameOf(step)}: ${words(verbs[step.op] ?? "changes")}${why}${what}`;
}

const verbs: Readonly<Record<string, string>> = {
  create: "is created",
  update: "is updated",
  delete: "is deleted",
  replace: "is replaced",
  import: "is imported",
};

const firstLine = (text: string): string => text.trim().split("\n")[0] ?? "";

/** The JSON is at the end of the text. Messages of plugins before it are skipped. */
function read(stack: string, text: string): z.infer<typeof Preview> {
  if (text.trim() === "") return { steps: [], diagnostics: [{ severity: "error", message: "it printed nothing" }] };
  const start = text.search(/^\{/m);
  try {
    return Preview.parse(JSON.parse(text.slice(Math.max(0, start))));
  } catch (cause) {
    throw new ReviewError(
      "BadPreview",
      `The file for stack "${stack}" is not what "pulumi preview --json" prints. Run it again.`,
      { cause },
    );
  }
}

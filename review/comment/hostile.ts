import { z } from "zod";
import { sections } from "../finding.ts";
import { dataVersion } from "../report/data.ts";
import { visible } from "../report/markdown.ts";
import type { Sentence } from "../report/sentence.ts";
import { ruleNames } from "../risk.ts";
import { notCompared, type StackReview } from "../stack-review.ts";

/**
 * The schema for the data of a review. A pull request's own code produced the data, so it may contain anything.
 * Accepted data has the form of a review and a limited size, and contains no text that Markdown or GitHub would treat
 * as markup.
 */
const text = z.string().max(2_000);
const Parts = z.array(z.union([text.transform(neutral), z.object({ code: text })])).max(400);
const Finding = z.object({
  section: z.enum(sections),
  rule: z.enum(ruleNames),
  parts: Parts,
  consequence: z.boolean().optional(),
  details: z.array(Parts).max(200).optional(),
});
const Amount = z.number().nonnegative().max(1e9);
const Change = z.object({ before: Amount, after: Amount });
const Stack = z.object({
  stack: text,
  findings: z.array(Finding).max(2_000),
  rebuilt: z.object({ images: z.array(text).max(100), functions: z.array(text).max(1_000) }),
  graphs: z.array(z.object({ workflow: text, mermaid: z.string().max(20_000) })).max(50),
  cost: z
    .object({
      per1000Images: Change,
      perIdleMonth: Change,
      label: text.transform(neutral),
      assumptions: z.array(text.transform(neutral)).max(20),
      notMeasured: z.array(text).max(1_000),
    })
    .optional(),
});
const Data = z.object({
  version: z.literal(dataVersion),
  stacks: z.array(Stack).max(50),
  failures: z.record(z.string().max(100), z.string().max(100_000)),
});

export interface HostileReview {
  readonly reviews: readonly StackReview[];
  readonly failures: Readonly<Record<string, string>>;
}

/** @throws ZodError when the data does not have the form of a review */
export function readHostile(data: unknown): HostileReview {
  const { stacks, failures } = Data.parse(data);
  const reviews = stacks.map(({ stack, findings, rebuilt, graphs, cost }): StackReview => {
    const read = findings.map(({ section, rule, parts, consequence, details }) => ({
      section,
      rule,
      sentence: parts as Sentence,
      ...(consequence !== undefined && { consequence }),
      ...(details && { details: details as readonly Sentence[] }),
    }));
    return notCompared(stack, read, {
      rebuilt,
      graphs: graphs.filter(({ mermaid }) => isOurGraph(mermaid)),
      ...(cost && { cost }),
    });
  });
  return { reviews, failures };
}

/**
 * Letters, digits and a few punctuation marks, without text that would become a link, a mention or an issue reference.
 */
function neutral(raw: string): string {
  return visible(raw.replace(/\n/g, " "), 2_000)
    .replace(/[^\p{L}\p{N} .,;:()'%→+/=…-]/gu, "")
    .replace(/:\/+/g, ": ")
    .replace(/\bwww\./gi, "www ")
    .replace(/\bGH-(?=\d)/gi, "GH ");
}

/** Accepts only the kinds of lines that `graphOf` writes. */
const graphLines = [
  /^flowchart TD$/,
  /^ {2}s\d+\["(?:[\p{L}\p{N} .,_()-]|#\d+;)*"\]:::(?:added|removed|changed|same)$/u,
  /^ {2}s\d+ (?:-->|-\.->)\|"(?:[\p{L}\p{N} .,_()-]|#\d+;)*"\| s\d+$/u,
  /^ {2}classDef (?:added|removed|changed|same) [a-z0-9#:, -]+$/,
];

const isOurGraph = (mermaid: string): boolean =>
  mermaid.split("\n").every((line) => graphLines.some((form) => form.test(line)));

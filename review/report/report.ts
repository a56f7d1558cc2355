import { costLine } from "../cost/compare.ts";
import { type Finding, sections } from "../finding.ts";
import { type Risk, riskOf } from "../risk.ts";
import type { StackReview } from "../stack-review.ts";
import { markdownOf } from "./markdown.ts";
import { listOf, quoted, type Sentence, say, words } from "./sentence.ts";

/** Maximum length of a comment in characters; GitHub's limit is 65,536. */
export const mostCharacters = 60_000;
/** Maximum number of reasons in the verdict. */
const reasons = 8;
/** Maximum number of sentences per section that are shown unfolded. */
const shown = 5;

export const mark = "<!-- deployment review -->";

const titles: Readonly<Record<Risk, string>> = { high: "high risk", low: "low risk", none: "no change" };

/** The whole report. `about` describes which versions were compared. */
export function reportOf(reviews: readonly StackReview[], about: Sentence): string {
  const head = [mark, "## What this change does", markdownOf(about)].join("\n\n");
  return `${[head, ...reviews.map(stackSection)].join("\n\n")}\n`;
}

/** Truncates a report to the maximum length of a comment, at a line end, and adds a note if text was left out. */
export function bounded(report: string, most = mostCharacters): string {
  if (report.length <= most) return report;
  const note = "\n\n…\n\n**The rest of the report is in the summary of the workflow run.**\n";
  const lines = report
    .slice(0, most - note.length - 40)
    .split("\n")
    .slice(0, -1);
  const text = lines.join("\n");
  const fences = (text.match(/^```/gm) ?? []).length;
  const open = (text.match(/<details>/g) ?? []).length - (text.match(/<\/details>/g) ?? []).length;
  return `${text}${fences % 2 === 1 ? "\n```" : ""}${"\n\n</details>".repeat(Math.max(0, open))}${note}`;
}

/**
 * The first lines contain the stack's name, the verdict, the cost and what is rebuilt. One section per kind of change
 * follows.
 */
function stackSection(review: StackReview): string {
  const { stack, risk, findings, cost, rebuilt } = review;
  const heading = `### ${markdownOf([{ code: stack }])}: ${titles[risk]}`;
  const lines = [
    verdict(review),
    ...(cost && risk !== "none" ? [markdownOf(costLine(cost))] : []),
    ...(rebuilt.images.length > 0
      ? [markdownOf(say`Rebuilt: ${quoted(rebuilt.images)}; cold starts once: ${quoted(rebuilt.functions)}.`)]
      : []),
  ];
  const parts = sections.flatMap((section) => {
    const own = findings.filter((finding) => finding.section === section);
    return own.length > 0 ? [sectionText(section, own, section === "Workflow" ? review.graphs : [])] : [];
  });
  return [
    `${heading}\n${lines.join("\\\n")}`,
    ...parts,
    ...(cost && risk !== "none" ? [assumptions(cost.assumptions)] : []),
  ].join("\n\n");
}

function verdict({ risk, findings }: StackReview): string {
  if (risk === "none") {
    const same = findings.length === 0 ? "AWS would see nothing." : "AWS would see nothing that matters.";
    return `**No change.** ${same}`;
  }
  const counted = findings.filter(({ rule, consequence }) => riskOf(rule) !== "none" && !consequence);
  const all = counted.length > 0 ? counted : findings;
  const named = all.map(({ sentence }) => sentence);
  return `**${risk === "high" ? "High" : "Low"} risk**: ${markdownOf(withSemicolons(named))}.`;
}

function withSemicolons(sentences: readonly Sentence[]): Sentence {
  const few = sentences.slice(0, reasons);
  const rest = sentences.length - few.length;
  const more = rest > 0 ? [...few, words(`${rest} more below`)] : few;
  return more.flatMap((sentence, index) => (index === 0 ? [...sentence] : ["; ", ...sentence]));
}

function sectionText(section: string, findings: readonly Finding[], graphs: StackReview["graphs"]): string {
  const items = findings.map((finding) => `- ${badge(finding)}${markdownOf(finding.sentence)}`);
  const [open, folded] = [items.slice(0, shown), items.slice(shown)];
  const details = findings.flatMap(({ details: more = [] }) => more.map((sentence) => `- ${markdownOf(sentence)}`));
  return [
    `#### ${section}`,
    open.join("\n"),
    ...(folded.length > 0 ? [fold(`${folded.length} more`, folded.join("\n"))] : []),
    ...(details.length > 0 ? [fold("details", details.join("\n"))] : []),
    ...graphs.map(({ workflow, mermaid }) =>
      fold(
        "graph of what changed",
        `Workflow ${markdownOf([{ code: workflow }])}:\n\n\`\`\`mermaid\n${mermaid}\n\`\`\``,
      ),
    ),
  ].join("\n\n");
}

const badge = ({ rule }: Finding): string => (riskOf(rule) === "high" ? "**high**: " : "");

/** Without blank lines around it, the content would be read as HTML, not Markdown. */
const fold = (summary: string, content: string): string =>
  `<details><summary>${summary.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`)}</summary>\n\n${content}\n\n</details>`;

const assumptions = (texts: readonly string[]): string =>
  fold("what the estimate assumes", texts.map((text) => `- ${text}`).join("\n"));

/** One line for a terminal or for the title of a check. */
export const summaryOf = (reviews: readonly StackReview[]): Sentence =>
  listOf(reviews.map(({ stack, risk }) => say`${stack}: ${words(titles[risk])}`));

/** The section for a stack of the working tree that cannot be evaluated. */
export const failureSection = (stack: string, message: string): string =>
  `### ${markdownOf([{ code: stack }])}: does not evaluate\n\n${markdownOf(say`The program of this change cannot be evaluated: ${message.trim().split("\n").slice(0, 6).join(" ")}`)}\n`;

import Table from "cli-table3";
import { printable } from "../../lib/printable.ts";
import { wrap } from "../../lib/wrap.ts";
import type { Drift, Remark } from "./drift.ts";

/** Narrower than this, each sentence is below the name of its resource. */
const narrow = 80;
const nounColumns = 22;
const nameShare = 0.35;

/** The differences as a table, then what needs no attention, then what to do. */
export function driftReport(stack: string, drift: Drift, columns: number | undefined): string {
  const { resources, differences, explained } = drift;
  const lines = [
    ...(differences.length === 0
      ? [`All resources of the stack "${stack}" are in the cloud as the stack left them: ${resources} were compared.`]
      : [
          headline(stack, drift),
          "",
          columns !== undefined && columns < narrow ? stacked(differences, columns) : sideBySide(differences, columns),
          "",
          ...remedies(stack, differences),
        ]),
    ...(explained.length === 0 ? [] : ["", "No difference:", stacked(explained, columns)]),
  ];
  return `${lines.join("\n")}\n`;
}

function headline(stack: string, { resources, differences }: Drift): string {
  const differing = new Set(differences.map(({ urn }) => urn)).size;
  const verb = differing === 1 ? "differs" : "differ";
  return `${differing} of ${resources} resources of the stack "${stack}" ${verb} in the cloud:`;
}

function remedies(stack: string, differences: readonly Remark[]): readonly string[] {
  const byHand = differences.filter((remark) => remark.byHand);
  return [
    ...(byHand.length < differences.length
      ? [
          `To restore the stack: pulumi up --refresh --stack ${stack}. To keep a change: make it in the program, then the same.`,
        ]
      : []),
    ...(byHand.length > 0
      ? [
          `An update does not undo what the program does not set (${byHand.map(({ name, property }) => `${property} of ${printable(name)}`).join(", ")}): undo it by hand, or set it in the program.`,
        ]
      : []),
  ];
}

/** `It was deleted. It …`, safe for a terminal. */
export function textOf({ sentences }: Remark): string {
  return sentences.map((sentence) => printable(`${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`)).join("\n");
}

function sideBySide(remarks: readonly Remark[], columns: number | undefined): string {
  const nameColumns = columns === undefined ? null : Math.floor(columns * nameShare);
  const rest = columns === undefined ? null : columns - nounColumns - (nameColumns ?? 0) - 4;
  const table = new Table({
    head: ["resource", "name", "difference"],
    colWidths: columns === undefined ? [] : [nounColumns, nameColumns, rest],
    wordWrap: columns !== undefined,
    wrapOnWordBoundary: true,
    chars: { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" },
    style: { head: [], border: [] },
  });
  for (const remark of remarks) {
    const name = printable(remark.name);
    // A name without spaces is broken at the column, so that it can still be found.
    const broken = nameColumns === null ? name : wrap(name, nameColumns - 2).join("\n");
    table.push([remark.noun, broken, textOf(remark)]);
  }
  return table.toString();
}

function stacked(remarks: readonly Remark[], columns: number | undefined): string {
  return remarks
    .flatMap((remark) => [
      `${remark.noun} ${printable(remark.name)}`,
      ...textOf(remark)
        .split("\n")
        .flatMap((line) => (columns === undefined ? [line] : wrap(line, columns - 2)).map((each) => `  ${each}`)),
    ])
    .join("\n");
}

import { readFileSync } from "node:fs";
import { z } from "zod";
import { isMainModule } from "../lib/main-module.ts";

/**
 * Turns the output of `pulumi preview --json` of one or more stacks into the comment of a pull request.
 * Names of properties only, never values: a comment is public where the repository is.
 */
const Step = z.object({
  op: z.string(),
  urn: z.string(),
  diffReasons: z.array(z.string()).nullish(),
  replaceReasons: z.array(z.string()).nullish(),
  detailedDiff: z.record(z.string(), z.unknown()).nullish(),
});
export const Preview = z.object({
  steps: z.array(Step).default([]),
  diagnostics: z.array(z.object({ severity: z.string(), message: z.string() })).default([]),
});
export type Preview = z.infer<typeof Preview>;
type Step = z.infer<typeof Step>;

/** The first line of the comment, by which the workflow finds the one to update. */
export const mark = "<!-- deployment preview -->";

const still = new Set(["same", "read", "refresh", "discard", "discard-replaced"]);
/** A replacement is three steps; one line tells it. */
const halves = new Set(["create-replacement", "delete-replaced"]);

const typeOf = (step: Step): string => step.urn.split("::")[2]?.split("$").at(-1) ?? "";
const nameOf = (step: Step): string => step.urn.split("::").at(-1) ?? "";

/** The image is built again: its build (a child of `awsx.ecr.Image`) is created, updated or replaced. */
function rebuilds(step: Step): boolean {
  return typeOf(step) === "docker-build:index:Image" && step.op !== "delete";
}

export function comment(previews: Readonly<Record<string, Preview>>): string {
  const sections = Object.entries(previews).map(([stack, preview]) => section(stack, preview));
  return [mark, "## Deployment preview", ...sections].join("\n\n").concat("\n");
}

function section(stack: string, { steps, diagnostics }: Preview): string {
  const moving = steps.filter(
    ({ op, urn }) => !still.has(op) && !halves.has(op) && !urn.includes("::pulumi:pulumi:Stack::"),
  );
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  const lines = [`### \`${stack}\`: ${headline(moving)}`];
  if (errors.length > 0) lines.push(...errors.map(({ message }) => `> **Error** ${firstLine(message)}`));
  if (moving.some(rebuilds))
    lines.push("**image rebuilt**: the functions will point to a digest that is not known yet.");
  if (moving.length > 0) {
    const rows = moving.map(
      (step) => `| ${step.op} | \`${typeOf(step)}\` | \`${nameOf(step)}\` | ${changesOf(step)} |`,
    );
    lines.push(["| | type | name | changes |", "|---|---|---|---|", ...rows].join("\n"));
  }
  return lines.join("\n\n");
}

function headline(moving: readonly Step[]): string {
  const counts = new Map<string, number>();
  for (const { op } of moving) counts.set(op, (counts.get(op) ?? 0) + 1);
  return counts.size === 0 ? "no changes" : [...counts].map(([op, count]) => `${count} to ${op}`).join(", ");
}

function changesOf(step: Step): string {
  const keys = step.diffReasons ?? Object.keys(step.detailedDiff ?? {});
  const replacing = new Set(step.replaceReasons ?? []);
  return keys.map((key) => `\`${key}\`${replacing.has(key) ? " (replaces)" : ""}`).join(", ");
}

const firstLine = (text: string): string => text.trim().split("\n")[0] ?? "";

/** Reads `stack=file` arguments. The preview's JSON ends the file; what plugins print before it is skipped. */
function main(parameters: readonly string[]): void {
  const previews = parameters.map((parameter) => {
    const [stack = "", file = ""] = parameter.split("=");
    const text = readFileSync(file, "utf8");
    return [stack, Preview.parse(JSON.parse(text.slice(text.indexOf("{"))))] as const;
  });
  process.stdout.write(comment(Object.fromEntries(previews)));
}

if (isMainModule(import.meta.url)) main(process.argv.slice(2));

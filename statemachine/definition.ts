import { readFileSync } from "node:fs";
import { RunError } from "@pulumi/pulumi/errors.js";
import { type ParseError, parse, printParseErrorCode } from "jsonc-parser";

/** A value for a placeholder; a number stays a number if the placeholder is the whole string. */
export type Fill = string | number;

/** An ASL file and its values do not match. */
export class DefinitionError extends RunError {
  override readonly name = "DefinitionError";
  constructor(file: string, problems: readonly string[]) {
    super(`The workflow "${file}" cannot be used: ${problems.join("; ")}.`);
  }
}

export interface Definition {
  readonly file: string;
  readonly document: unknown;
  /** Names of the placeholders, sorted. */
  readonly placeholders: readonly string[];
}

/**
 * The `Label` of every Distributed Map, which is part of the ARNs of its child executions.
 * @throws DefinitionError without one.
 */
export function distributedLabels(definition: Definition): readonly string[] {
  const labels: string[] = [];
  JSON.stringify(definition.document, (_key, value: unknown) => {
    const { ItemProcessor, Label } = (value ?? {}) as { ItemProcessor?: Processor; Label?: string };
    if (ItemProcessor?.ProcessorConfig?.Mode === "DISTRIBUTED") {
      if (Label === undefined) throw new DefinitionError(definition.file, ["a Distributed Map has no Label"]);
      labels.push(Label);
    }
    return value;
  });
  return labels;
}

interface Processor {
  readonly ProcessorConfig?: { readonly Mode?: string };
}

const placeholder = /\$\{(\w+)\}/g;

/** Reads an ASL file. @throws DefinitionError with line and column if it is not JSON. */
export function loadDefinition(file: string): Definition {
  const text = readFileSync(file, "utf8");
  const placeholders = [...new Set([...text.matchAll(placeholder)].map(([, name = ""]) => name))].sort();
  const errors: ParseError[] = [];
  const document: unknown = parse(text, errors, { disallowComments: true });
  const [first] = errors;
  if (first !== undefined) throw new DefinitionError(file, [problemOf(text, first)]);
  return { file, document, placeholders };
}

/** The position and description of a parse error. */
function problemOf(text: string, { offset, error }: ParseError): string {
  const before = text.slice(0, offset).split("\n");
  const words = printParseErrorCode(error)
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase();
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}: it is not JSON (${words})`;
}

/** Checks that placeholders and values have the same names. @throws DefinitionError that lists the differences. */
export function checkFills(definition: Definition, names: readonly string[]): void {
  const missing = definition.placeholders.filter((name) => !names.includes(name));
  const unused = names.filter((name) => !definition.placeholders.includes(name));
  const problems = [
    ...missing.map((name) => `placeholder "${name}" has no value`),
    ...unused.map((name) => `value "${name}" has no placeholder`),
  ];
  if (problems.length > 0) throw new DefinitionError(definition.file, problems);
}

/** The ASL text with all placeholders filled. */
export function fillDefinition(definition: Definition, fills: Readonly<Record<string, Fill>>): string {
  checkFills(definition, Object.keys(fills));
  return JSON.stringify(definition.document, (_key, value: unknown) => {
    if (typeof value !== "string") return value;
    const [, whole] = /^\$\{(\w+)\}$/.exec(value) ?? [];
    if (whole !== undefined) return fills[whole];
    return value.replace(placeholder, (_match, name: string) => String(fills[name]));
  });
}

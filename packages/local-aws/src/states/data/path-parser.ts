/** What one step of a path selects from a value. */
export type Selector =
  | { readonly kind: "all" }
  | { readonly kind: "names"; readonly names: readonly string[] }
  | { readonly kind: "indexes"; readonly indexes: readonly number[] }
  | {
      readonly kind: "slice";
      readonly start: number | undefined;
      readonly end: number | undefined;
      readonly step: number;
    }
  | { readonly kind: "filter"; readonly text: string };

/**
 * A step of a path: what it selects, either from the value itself or (`descend`) also from everything inside the value.
 */
export interface PathStep {
  readonly descend: boolean;
  readonly selector: Selector;
}

const dots = /\.{1,2}/y;
const dotted = /\*|[^.[\]*?()@,:'"\s]+/y;
const quoted = /\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\s*/y;
const indexes = /-?\d+(?:\s*,\s*-?\d+)*/y;
const slice = /(-?\d*):(-?\d*)(?::(\d*))?/y;

/**
 * Parses the steps after the initial `$` (or `$name`) of a path; returns undefined if the text is not a path. The time
 * is linear in the length of the text.
 */
export function parsePath(text: string, start = 1): readonly PathStep[] | undefined {
  const steps: PathStep[] = [];
  let position = start;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = position;
    const found = pattern.exec(text) ?? undefined;
    position += found?.[0].length ?? 0;
    return found;
  };
  while (position < text.length) {
    const prefix = take(dots)?.[0] ?? "";
    const descend = prefix === "..";
    const selector = text[position] === "[" ? bracket() : prefix === "" ? undefined : name();
    if (selector === undefined) return undefined;
    steps.push({ descend, selector });
  }
  return steps;

  function name(): Selector | undefined {
    const found = take(dotted)?.[0];
    if (found === undefined) return undefined;
    return found === "*" ? { kind: "all" } : { kind: "names", names: [found] };
  }

  function bracket(): Selector | undefined {
    position += 1;
    const selector = text.startsWith("?(", position) ? filter() : inside();
    if (selector === undefined || text[position] !== "]") return undefined;
    position += 1;
    return selector;
  }

  function inside(): Selector | undefined {
    if (text[position] === "*") {
      position += 1;
      return { kind: "all" };
    }
    const between = take(slice);
    if (between !== undefined) {
      const step = between[3] === undefined || between[3] === "" ? 1 : Number(between[3]);
      return step === 0 ? undefined : { kind: "slice", start: limit(between[1]), end: limit(between[2]), step };
    }
    const list = take(indexes);
    if (list !== undefined) return { kind: "indexes", indexes: list[0].split(",").map(Number) };
    return names();
  }

  function names(): Selector | undefined {
    const found: string[] = [];
    for (;;) {
      const key = take(quoted);
      if (key === undefined) return undefined;
      found.push(unquoted(key[1], key[2]));
      if (text[position] !== ",") return { kind: "names", names: found };
      position += 1;
    }
  }

  /** A filter ends at its closing parenthesis; parentheses inside strings do not count. */
  function filter(): Selector | undefined {
    const begin = position + 2;
    let depth = 1;
    for (position = begin; depth > 0; position += 1) {
      const character = text[position];
      if (character === undefined || character === "\n") return undefined;
      if (character === "'" || character === '"') {
        if (take(quoted) === undefined) return undefined;
        position -= 1;
      } else if (character === "(") depth += 1;
      else if (character === ")") depth -= 1;
    }
    return { kind: "filter", text: text.slice(begin, position - 1) };
  }
}

function limit(text: string | undefined): number | undefined {
  return text === undefined || text === "" || text === "-" ? undefined : Number(text);
}

/**
 * Returns the key inside quotes. A backslash before the quote or another backslash escapes it; any other backslash is
 * part of the key.
 */
export function unquoted(single: string | undefined, double: string | undefined): string {
  if (single !== undefined) return single.replaceAll(/\\(['\\])/g, "$1");
  return (double ?? "").replaceAll(/\\(["\\])/g, "$1");
}

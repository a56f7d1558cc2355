import { ExecutionError } from "../interpreter/error.ts";
import type { Json } from "./json.ts";

/**
 * An argument of an intrinsic function. A string literal keeps its escapes, because `\{` has a special meaning in
 * `States.Format`.
 */
export type Expression =
  | { readonly kind: "call"; readonly name: string; readonly arguments: readonly Expression[] }
  | { readonly kind: "path"; readonly path: string }
  | { readonly kind: "text"; readonly raw: string }
  | { readonly kind: "value"; readonly value: Json };

const literals = new Map<string, Json>([
  ["null", null],
  ["true", true],
  ["false", false],
]);

/** The characters that a backslash may escape in a string literal. */
const escapable = new Set(["'", "{", "}", "\\"]);

export function unescapeText(raw: string): string {
  return raw.replaceAll(/\\(.)/gs, "$1");
}

/** Parses `States.Name(argument, …)`. Throws "States.IntrinsicFailure" with the position of a syntax error. */
export function parseIntrinsic(source: string): Expression {
  const parser = new Parser(source);
  const expression = parser.expression();
  parser.end();
  return expression;
}

class Parser {
  readonly #source: string;
  #position = 0;

  constructor(source: string) {
    this.#source = source;
  }

  expression(): Expression {
    this.#skipSpace();
    if (this.#source.startsWith("States.", this.#position)) return this.#call();
    const next = this.#source[this.#position];
    if (next === "'") return { kind: "text", raw: this.#quoted("'").slice(1, -1) };
    if (next === "$") return { kind: "path", path: this.#path() };
    const word = this.#take(/[^,)\s]+/y) ?? this.#fail("an argument");
    const literal = literals.get(word);
    if (literal !== undefined) return { kind: "value", value: literal };
    if (!/^-?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(word)) this.#fail("an argument", -word.length);
    return { kind: "value", value: Number(word) };
  }

  end(): void {
    this.#skipSpace();
    if (this.#position < this.#source.length) this.#fail("the end");
  }

  #call(): Expression {
    const name = this.#take(/States\.\w+/y) ?? this.#fail("a function");
    this.#expect("(");
    const list: Expression[] = [];
    this.#skipSpace();
    while (this.#source[this.#position] !== ")") {
      if (list.length > 0) this.#expect(",");
      list.push(this.expression());
      this.#skipSpace();
    }
    this.#expect(")");
    return { kind: "call", name, arguments: list };
  }

  /** A path ends at the first comma, space or closing parenthesis outside its brackets, quotes and filters. */
  #path(): string {
    const start = this.#position;
    let depth = 0;
    for (; this.#position < this.#source.length; this.#position += 1) {
      const character = this.#source[this.#position] ?? "";
      if (depth > 0 && (character === "'" || character === '"')) {
        this.#quoted(character);
        this.#position -= 1;
      } else if ("[(".includes(character)) depth += 1;
      else if (depth === 0 && /[,)\s]/.test(character)) break;
      else if ("])".includes(character)) depth -= 1;
    }
    return this.#source.slice(start, this.#position);
  }

  #quoted(quote: string): string {
    const start = this.#position;
    for (this.#position += 1; this.#source[this.#position] !== quote; this.#position += 1) {
      if (this.#position >= this.#source.length) this.#fail("a closing quote");
      if (this.#source[this.#position] !== "\\") continue;
      this.#position += 1;
      if (quote === "'" && !escapable.has(this.#source[this.#position] ?? "")) this.#fail("one of \\' \\{ \\} \\\\");
    }
    this.#position += 1;
    return this.#source.slice(start, this.#position);
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position;
    const text = pattern.exec(this.#source)?.[0];
    this.#position += text?.length ?? 0;
    return text;
  }

  #expect(character: string): void {
    this.#skipSpace();
    if (this.#source[this.#position] !== character) this.#fail(`"${character}"`);
    this.#position += 1;
  }

  #skipSpace(): void {
    this.#take(/\s+/y);
  }

  #fail(expected: string, offset = 0): never {
    const index = this.#position + offset;
    throw new ExecutionError(
      "States.IntrinsicFailure",
      `The intrinsic function '${this.#source}' is not valid: ${expected} is expected at position ${index}.`,
    );
  }
}

const value = "JSON String, Number, Array, Object or token 'null', 'true' or 'false'";

/** Returns why a text is not valid JSON, in the words of AWS's parser; undefined if it is valid. */
export function jsonProblem(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch {
    if (text.trim() === "") return "Invalid execution input.";
    return new Scanner(text).problem() ?? "Invalid execution input.";
  }
}

/** Reads JSON up to the first syntax error. */
class Scanner {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  problem(): string | undefined {
    const found = this.#value();
    if (found !== undefined) return found;
    const rest = this.#next();
    return rest === undefined ? undefined : this.#unexpected(rest, `expected a valid value (${value})`);
  }

  #value(): string | undefined {
    const character = this.#next();
    if (character === undefined) return "Unexpected end-of-input: expected a value";
    if (character === "{") return this.#members();
    if (character === "[") return this.#items();
    if (character === '"') return this.#quoted();
    const word = this.#take(/[\w$.+-]+/y);
    if (word === undefined) return this.#unexpected(character, `expected a valid value (${value})`);
    if (/^(null|true|false|-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?)$/.test(word)) return undefined;
    return `Unrecognized token '${/^[\w$]*/.exec(word)?.[0] ?? word}': was expecting (${value})`;
  }

  #members(): string | undefined {
    this.#position += 1;
    for (let first = true; ; first = false) {
      const key = this.#next();
      if (key === "}" && first) return this.#end();
      if (key !== '"') return this.#unexpected(key, "was expecting double-quote to start field name");
      const name = this.#quoted();
      if (name !== undefined) return name;
      const colon = this.#next();
      if (colon !== ":") return this.#unexpected(colon, "was expecting a colon to separate field name and value");
      this.#position += 1;
      const member = this.#value();
      if (member !== undefined) return member;
      const comma = this.#next();
      if (comma === "}") return this.#end();
      if (comma !== ",") return this.#unexpected(comma, "was expecting comma to separate Object entries");
      this.#position += 1;
    }
  }

  #items(): string | undefined {
    this.#position += 1;
    for (let first = true; ; first = false) {
      if (this.#next() === "]" && first) return this.#end();
      const item = this.#value();
      if (item !== undefined) return item;
      const comma = this.#next();
      if (comma === "]") return this.#end();
      if (comma !== ",") return this.#unexpected(comma, "was expecting comma to separate Array entries");
      this.#position += 1;
    }
  }

  #quoted(): string | undefined {
    const text = this.#take(/"(?:[^"\\]|\\.)*"/y);
    return text === undefined ? "Unexpected end-of-input in a string value" : undefined;
  }

  #end(): undefined {
    this.#position += 1;
  }

  #next(): string | undefined {
    this.#take(/\s+/y);
    return this.#text[this.#position];
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#position;
    const found = pattern.exec(this.#text)?.[0];
    this.#position += found?.length ?? 0;
    return found;
  }

  #unexpected(character: string | undefined, expected: string): string {
    if (character === undefined) return "Unexpected end-of-input";
    return `Unexpected character ('${character}' (code ${character.codePointAt(0)})): ${expected}`;
  }
}

import { JSONPath } from "jsonpath-plus";
import { RuntimeFailure } from "../interpreter/error.ts";
import { child, isArray, isObject, type Json } from "./json.ts";
import { type PathStep, type Selector, unquoted } from "./path-parser.ts";

/**
 * Maximum number of values that one path may visit. A payload of 256 KiB contains at most half as many, and visiting
 * them takes milliseconds.
 */
const mostSteps = 300_000;
/**
 * Filters are interpreted and therefore cost more: `filterCost` steps per value, and one more for every
 * `charactersPerStep` characters of the filter's text.
 */
const filterCost = 8;
const charactersPerStep = 16;
/**
 * A call inside a filter, such as `@.a.match(…)`. AWS does not support it, and a regular expression in it could run
 * forever.
 */
const callInFilter = /[\p{L}_$)\]]\s*\(/u;
/** A string literal in a filter, or a reference to the root of the data. */
const literals = /'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|\$(?=[.[])/g;

/** Returns all values that a path selects, in order. Throws `RuntimeFailure` if the path visits too many values. */
export function walk(steps: readonly PathStep[], root: Json, path: string): readonly Json[] {
  const walker = new Walker(root, path);
  let found: readonly Json[] = [root];
  for (const step of steps) found = walker.take(step, found);
  return found;
}

class Walker {
  readonly #root: Json;
  readonly #path: string;
  #steps = 0;

  constructor(root: Json, path: string) {
    this.#root = root;
    this.#path = path;
  }

  take({ descend, selector }: PathStep, values: readonly Json[]): readonly Json[] {
    const found: Json[] = [];
    for (const value of values) {
      for (const place of descend ? this.#inside(value) : [value]) {
        for (const item of this.#select(selector, place)) {
          this.#count(1);
          found.push(item);
        }
      }
    }
    return found;
  }

  /** Yields a value and every object and array inside it, each before its contents. */
  *#inside(value: Json): Generator<Json> {
    const open: Json[] = [value];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      this.#count(1);
      yield next;
      const inner = children(next).filter((item) => typeof item === "object" && item !== null);
      this.#count(inner.length);
      for (const item of inner.reverse()) open.push(item);
    }
  }

  #select(selector: Selector, value: Json): readonly Json[] {
    switch (selector.kind) {
      case "all":
        return children(value);
      case "names":
        return this.#children(value, selector.names);
      case "indexes":
        return this.#children(value, selector.indexes);
      case "slice":
        return isArray(value) ? sliced(value, selector) : [];
      case "filter":
        return this.#filtered(value, selector.text);
    }
  }

  #children(value: Json, keys: readonly (string | number)[]): readonly Json[] {
    this.#count(keys.length);
    return keys.flatMap((key) => {
      const item = child(value, key);
      return item === undefined ? [] : [item];
    });
  }

  #filtered(value: Json, text: string): readonly Json[] {
    const count = children(value).length;
    if (count === 0) return [];
    const sandbox: Record<string, Json> = { root: this.#root };
    // Strings are passed to the library as variables, because it would otherwise interpret brackets inside them.
    const filter = text.replaceAll(literals, (part, single?: string, double?: string) => {
      if (part === "$") return "root";
      const name = `text${Object.keys(sandbox).length}`;
      sandbox[name] = unquoted(single, double);
      return name;
    });
    if (callInFilter.test(filter))
      throw new RuntimeFailure(`The JSONPath '${this.#path}' calls a function in a filter.`);
    this.#count(count * (filterCost + Math.ceil(text.length / charactersPerStep)));
    try {
      // With "safe", the library interprets filters and never compiles them to code.
      const options = { wrap: true, eval: "safe", ignoreEvalErrors: true } as const;
      const json = value as object;
      // The library expects an object here, although its types declare a Map.
      const names = sandbox as unknown as Map<string, Json>;
      const found: unknown = JSONPath({ path: `$[?(${filter})]`, json, sandbox: names, ...options });
      return isArray(found as Json) ? (found as Json[]) : [];
    } catch (error) {
      throw new RuntimeFailure(`The JSONPath '${this.#path}' could not be read: ${String(error)}`, { cause: error });
    }
  }

  #count(steps: number): void {
    this.#steps += steps;
    if (this.#steps <= mostSteps) return;
    throw new RuntimeFailure(
      `The JSONPath '${this.#path}' looks at more than ${mostSteps} values of its input: name the places in it more closely.`,
    );
  }
}

function children(value: Json): readonly Json[] {
  if (isArray(value)) return value;
  return isObject(value) ? Object.values(value) : [];
}

function sliced(
  items: readonly Json[],
  {
    start = 0,
    end = items.length,
    step,
  }: { readonly start: number | undefined; readonly end: number | undefined; readonly step: number },
): readonly Json[] {
  const part = items.slice(start, end);
  return step === 1 ? part : part.filter((_, index) => index % step === 0);
}

import { BlockList, isIP, isIPv6 } from "node:net";
import * as z from "zod";

/** Whether a value of an event, or its absence, matches. */
export type Matcher = (value: Scalar | undefined) => boolean;
export type Scalar = string | number | boolean | null;

const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const Texts = z.union([z.string(), z.array(z.string()).min(1)]).transform((value) => [value].flat());
const Insensitive = z.strictObject({ "equals-ignore-case": Texts });
const Part = z.union([z.string(), z.strictObject({ "equals-ignore-case": z.string() })]);

/** The comparison operators of event patterns (Amazon EventBridge User Guide, "Comparison operators"). */
const operators: Readonly<Record<string, (operand: unknown) => Matcher>> = {
  prefix: (operand) => partMatcher(operand, (text, part) => text.startsWith(part)),
  suffix: (operand) => partMatcher(operand, (text, part) => text.endsWith(part)),
  "equals-ignore-case": (operand) => {
    const expected = z.string().parse(operand).toLowerCase();
    return (value) => typeof value === "string" && value.toLowerCase() === expected;
  },
  wildcard: (operand) => ofText(wildcard(z.string().parse(operand))),
  exists: (operand) => {
    const expected = z.boolean().parse(operand);
    return (value) => (value !== undefined) === expected;
  },
  numeric: (operand) => numeric(z.array(z.union([z.string(), z.number()])).parse(operand)),
  cidr: (operand) => cidr(z.string().parse(operand)),
  "anything-but": (operand) => anythingBut(operand),
};

/**
 * Compiles one entry of a pattern's list: a value, or an object with one operator.
 * @throws TypeError for an operator that EventBridge does not document, or an operand that it would refuse
 */
export function matcherOf(entry: unknown): Matcher {
  const scalar = Scalar.safeParse(entry);
  if (scalar.success) return (value) => value === scalar.data;
  const [[name = "", operand] = [], ...others] = Object.entries(entry ?? {});
  const operator = others.length === 0 && Object.hasOwn(operators, name) ? operators[name] : undefined;
  if (!operator) {
    throw new TypeError(
      `"${JSON.stringify(entry)}" is not an operator: use one of ${Object.keys(operators).join(", ")}`,
    );
  }
  try {
    return operator(operand);
  } catch (cause) {
    if (cause instanceof z.ZodError) throw new TypeError(`"${name}" cannot be ${JSON.stringify(operand)}`, { cause });
    throw cause;
  }
}

const ofText =
  (matches: (text: string) => boolean): Matcher =>
  (value) =>
    typeof value === "string" && matches(value);

function partMatcher(operand: unknown, has: (text: string, part: string) => boolean): Matcher {
  const part = Part.parse(operand);
  if (typeof part === "string") return ofText((text) => has(text, part));
  const lower = part["equals-ignore-case"].toLowerCase();
  return ofText((text) => has(text.toLowerCase(), lower));
}

/** `*` is any sequence of characters; `\*` and `\\` are the characters themselves. */
function wildcard(pattern: string): (text: string) => boolean {
  const parts = [""];
  for (const [token] of pattern.matchAll(/\\[*\\]|[\s\S]/gu)) {
    if (token === "*") parts.push("");
    else parts.push(`${parts.pop()}${token.length === 2 && token.startsWith("\\") ? token[1] : token}`);
  }
  const [first = "", ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return (text) => text === first;
  return (text) => {
    if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const part of rest) {
      const found = text.indexOf(part, at);
      if (found === -1) return false;
      at = found + part.length;
    }
    return at <= text.length - last.length;
  };
}

const comparisons: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  "=": (value, bound) => value === bound,
  ">": (value, bound) => value > bound,
  ">=": (value, bound) => value >= bound,
  "<": (value, bound) => value < bound,
  "<=": (value, bound) => value <= bound,
};

function numeric(operand: readonly (string | number)[]): Matcher {
  const tests: ((value: number) => boolean)[] = [];
  for (let at = 0; at < operand.length; at += 2) {
    const [sign, bound] = operand.slice(at, at + 2);
    const compare = typeof sign === "string" && Object.hasOwn(comparisons, sign) ? comparisons[sign] : undefined;
    if (!compare || typeof bound !== "number") throw new TypeError(`"numeric" cannot be ${JSON.stringify(operand)}`);
    tests.push((value) => compare(value, bound));
  }
  if (tests.length === 0 || tests.length > 2) throw new TypeError('"numeric" takes one or two comparisons');
  return (value) => typeof value === "number" && tests.every((test) => test(value));
}

function cidr(block: string): Matcher {
  const [, network = "", bits = ""] = /^([^/]+)\/(\d{1,3})$/.exec(block) ?? [];
  if (isIP(network) === 0) throw new TypeError(`"cidr" cannot be ${JSON.stringify(block)}`);
  const family = (address: string) => (isIPv6(address) ? "ipv6" : "ipv4");
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family(network));
  return ofText((text) => isIP(text) !== 0 && list.check(text, family(text)));
}

/** Matches a value that is present and none of those given. */
function anythingBut(operand: unknown): Matcher {
  const excluded = excludedBy(operand);
  return (value) => value !== undefined && !excluded.some((matches) => matches(value));
}

function excludedBy(operand: unknown): readonly Matcher[] {
  const values = z.union([Scalar, z.array(Scalar).min(1)]).safeParse(operand);
  if (values.success) return [values.data].flat().map(matcherOf);
  const Parts = z.union([
    z.strictObject({ prefix: Texts }),
    z.strictObject({ suffix: Texts }),
    z.strictObject({ wildcard: Texts }),
    Insensitive,
  ]);
  return Object.entries(Parts.parse(operand)).flatMap(([name, texts]) =>
    texts.map((text) => matcherOf({ [name]: text })),
  );
}

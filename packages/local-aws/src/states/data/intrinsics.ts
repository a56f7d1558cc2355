import { createHash } from "node:crypto";
import { ExecutionError } from "../interpreter/error.ts";
import { arrays } from "./array-functions.ts";
import { Arguments, type IntrinsicFunction, type Random } from "./intrinsic-arguments.ts";
import { type Expression, parseIntrinsic, unescapeText } from "./intrinsic-parser.ts";
import { isArray, isObject, type Json, parseJson } from "./json.ts";
import { read, type Scope } from "./path.ts";

const hashes = new Map([
  ["MD5", "md5"],
  ["SHA-1", "sha1"],
  ["SHA-256", "sha256"],
  ["SHA-384", "sha384"],
  ["SHA-512", "sha512"],
]);
/**
 * Maximum length of the text for Base64 functions and hashes (AWS Step Functions, "Intrinsics for JSONPath states").
 */
const longestText = 10_000;

function boundedText(list: Arguments): string {
  const text = list.text(0);
  return text.length <= longestText ? text : list.fail(`takes at most ${longestText} characters, not ${text.length}`);
}

const functions: Readonly<Record<string, IntrinsicFunction>> = {
  ...arrays,
  "States.StringToJson": (values, _random, name) => {
    const list = new Arguments(name, values, 1);
    const text = list.text(0);
    if (text.trim() === "") return null;
    try {
      return parseJson(text);
    } catch {
      return list.fail(`was given a string that is not JSON: '${text.slice(0, 200)}'`);
    }
  },
  "States.JsonToString": (values, _random, name) => JSON.stringify(new Arguments(name, values, 1).at(0)),
  "States.JsonMerge": (values, _random, name) => {
    const list = new Arguments(name, values, 3);
    const [left = null, right = null, deep] = list.values;
    if (deep !== false) return list.fail("merges only one level deep: the third argument has to be false");
    if (!isObject(left) || !isObject(right)) return list.fail("needs two JSON objects");
    return { ...left, ...right };
  },
  "States.Base64Encode": (values, _random, name) =>
    Buffer.from(boundedText(new Arguments(name, values, 1))).toString("base64"),
  "States.Base64Decode": (values, _random, name) =>
    Buffer.from(boundedText(new Arguments(name, values, 1)), "base64").toString("utf8"),
  "States.Hash": (values, _random, name) => {
    const list = new Arguments(name, values, 2);
    const data = list.at(0);
    const text = typeof data === "string" ? data : JSON.stringify(data);
    const algorithm = hashes.get(list.text(1)) ?? list.fail(`knows ${[...hashes.keys()].join(", ")}`);
    return createHash(algorithm).update(text).digest("hex");
  },
  "States.MathRandom": (values, random, name) => {
    const list = new Arguments(name, values, 2, 3);
    const [start, end] = [list.integer(0), list.integer(1)];
    if (start >= end) list.fail("needs a start below its end");
    const part = list.values.length < 3 ? random() : seeded(list.integer(2));
    return start + Math.floor(part * (end - start));
  },
  "States.MathAdd": (values, _random, name) => {
    const list = new Arguments(name, values, 2);
    return list.integer(0) + list.integer(1);
  },
  "States.StringSplit": (values, _random, name) => {
    const list = new Arguments(name, values, 2);
    const separators = new Set(list.text(1));
    if (separators.size === 0) return [list.text(0)];
    const parts = [""];
    for (const character of list.text(0)) {
      if (separators.has(character)) parts.push("");
      else parts[parts.length - 1] += character;
    }
    return parts.filter((part) => part !== "");
  },
  "States.UUID": (values, random, name) => {
    new Arguments(name, values, 0);
    const hex = [...Array(32)].map(() => Math.floor(random() * 16).toString(16)).join("");
    const variant = "89ab"[Number.parseInt(hex[16] ?? "0", 16) % 4];
    return [
      hex.slice(0, 8),
      hex.slice(8, 12),
      `4${hex.slice(13, 16)}`,
      `${variant}${hex.slice(17, 20)}`,
      hex.slice(20),
    ].join("-");
  },
};

/**
 * Formats a value inside a text like AWS: objects and arrays are written without quotes, as in `{Arg1=1, Arg2=[a, b]}`.
 */
function formatted(value: Json): string {
  if (isArray(value)) return `[${value.map(formatted).join(", ")}]`;
  if (!isObject(value)) return String(value);
  return `{${Object.entries(value)
    .map(([key, item]) => `${key}=${formatted(item)}`)
    .join(", ")}}`;
}

function seeded(seed: number): number {
  return createHash("sha256").update(`seed ${seed}`).digest().readUIntBE(0, 6) / 2 ** 48;
}

export const intrinsicNames: readonly string[] = [...Object.keys(functions), "States.Format"];

/**
 * Evaluates `States.…(…)`. Throws "States.IntrinsicFailure" in the same cases as AWS; `field` is the field's name in
 * path errors.
 */
export function evaluateIntrinsic(source: string, scope: Scope, random: Random, field: string): Json {
  return evaluate(parseIntrinsic(source), scope, random, field);
}

function evaluate(expression: Expression, scope: Scope, random: Random, field: string): Json {
  if (expression.kind === "value") return expression.value;
  if (expression.kind === "text") return unescapeText(expression.raw);
  if (expression.kind === "path") return read(expression.path, scope, field);
  const values = expression.arguments.map((argument) => evaluate(argument, scope, random, field));
  const first = expression.arguments[0];
  if (expression.name === "States.Format") return format(first?.kind === "text" ? first.raw : undefined, values);
  const call = functions[expression.name];
  if (call !== undefined && Object.hasOwn(functions, expression.name)) return call(values, random, expression.name);
  throw new ExecutionError(
    "States.IntrinsicFailure",
    `The function '${expression.name}' is not known. Known: ${intrinsicNames.join(", ")}.`,
  );
}

/**
 * `raw` is the template with its escapes if the template is a literal in the definition; a template from data has no
 * escapes.
 */
function format(raw: string | undefined, values: readonly Json[]): string {
  const list = new Arguments("States.Format", values, 1, Infinity);
  let used = 0;
  const text = (raw ?? list.text(0)).replaceAll(/\\(.)|\{\}/gs, (match, escaped: string | undefined) => {
    if (escaped !== undefined) return raw === undefined ? match : escaped;
    used += 1;
    const value = list.at(used);
    return formatted(value);
  });
  if (used !== values.length - 1) list.fail(`has ${used} places for ${values.length - 1} values`);
  return text;
}

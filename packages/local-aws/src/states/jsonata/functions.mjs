/** The functions that AWS adds to JSONata ("Transforming data with JSONata in Step Functions"). */
import { createHash } from "node:crypto";
import { chance } from "./surroundings.mjs";

const algorithms = new Map([
  ["MD5", "md5"],
  ["SHA-1", "sha1"],
  ["SHA-256", "sha256"],
  ["SHA-384", "sha384"],
  ["SHA-512", "sha512"],
]);

/** Registers the functions for an expression; `bound` throws if a list would be too long. */
export function addFunctions(expression, bound) {
  expression.registerFunction("partition", (list, size) => partition(list, size), "<an:a>");
  expression.registerFunction("range", (first, last, step) => range(first, last, step, bound), "<nnn:a>");
  expression.registerFunction("hash", hash, "<ss:s>");
  expression.registerFunction("random", (seed) => (seed === undefined ? chance.next() : seeded(seed)), "<n?:n>");
  expression.registerFunction("uuid", uuid, "<:s>");
  expression.registerFunction("parse", parse, "<s:x>");
}

function partition(list, size) {
  if (list === undefined || size === undefined) return undefined;
  const length = Math.floor(size);
  if (length < 1) throw new Error("The second argument of the function partition must be a positive number");
  const parts = [];
  for (let start = 0; start < list.length; start += length) parts.push(list.slice(start, start + length));
  return parts;
}

function range(first, last, step, bound) {
  if (first === undefined || last === undefined || step === undefined) return undefined;
  if (step === 0) throw new Error("The third argument of the function range must not be 0");
  const length = Math.max(0, Math.floor((last - first) / step) + 1);
  bound(length);
  const numbers = Array.from({ length }, (_, index) => first + index * step);
  // Marks the list as a sequence of the library: one item becomes the item itself, and no items become undefined.
  return Object.defineProperty(numbers, "sequence", { value: true });
}

function hash(text, algorithm) {
  if (text === undefined || algorithm === undefined) return undefined;
  const known = algorithms.get(algorithm);
  if (known === undefined) {
    throw new Error(`The second argument of the function hash must be one of ${[...algorithms.keys()].join(", ")}`);
  }
  return createHash(known).update(text).digest("hex");
}

function uuid() {
  const hex = Array.from({ length: 32 }, () => Math.floor(chance.next() * 16).toString(16)).join("");
  const variant = "89ab"[Number.parseInt(hex[16], 16) % 4];
  const groups = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `${variant}${hex.slice(17, 20)}`];
  return [...groups, hex.slice(20)].join("-");
}

function parse(text) {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error(`The argument of the function parse is not JSON: ${error.message}`, { cause: error });
  }
}

const multiplier = 0x5deece66dn;
const mask = (1n << 48n) - 1n;

/**
 * Returns the first number of Java's `Random` for a seed, as AWS's `$random(seed)` does: $random(42) is
 * 0.7275636800328681.
 */
function seeded(seed) {
  let state = (BigInt(Math.trunc(seed)) ^ multiplier) & mask;
  const bits = (count) => {
    state = (state * multiplier + 11n) & mask;
    return Number(state >> (48n - BigInt(count)));
  };
  return (bits(26) * 2 ** 27 + bits(27)) / 2 ** 53;
}

/**
 * Evaluates JSONata expressions in a thread that `evaluator.ts` can terminate. Each job provides the random seed and
 * the time.
 */
import { parentPort, workerData } from "node:worker_threads";
import jsonata from "jsonata";
import { addFunctions } from "./functions.mjs";
import { chance, setTime } from "./surroundings.mjs";

const { mostDepth, mostBytes, milliseconds } = workerData;
/** Assumed bytes per array item, with which a long range is rejected before it is serialised. */
const memberBytes = 8;
const mostParsed = 500;

/** A limit was exceeded. The error has no code, because AWS reports none. */
class Bound extends Error {}

const parsed = new Map();
let depth = 0;
let deadline = 0;

function parse(source) {
  const known = parsed.get(source);
  if (known !== undefined) return known;
  if (parsed.size >= mostParsed) parsed.clear();
  const expression = jsonata(source);
  expression.assign(Symbol.for("jsonata.__evaluate_entry"), () => {
    depth += 1;
    if (depth > mostDepth) {
      throw new Bound(
        "Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive.",
      );
    }
    if (performance.now() > deadline) throw new Bound("Expression evaluation timeout: Check for infinite loop");
  });
  expression.assign(Symbol.for("jsonata.__evaluate_exit"), (_expression, _input, _environment, result) => {
    depth -= 1;
    const size = typeof result === "string" || Array.isArray(result) ? result.length : 0;
    if (size * (typeof result === "string" ? 1 : memberBytes) > mostBytes) throw tooLarge();
  });
  addFunctions(expression, (length) => {
    if (length * memberBytes > mostBytes) throw tooLarge();
  });
  parsed.set(source, expression);
  return expression;
}

function tooLarge() {
  return new Bound("Expression evaluation memory limit exceeded: Check for excessive memory usage");
}

parentPort.on("message", async ({ id, expressions, bindings, seed, now }) => {
  chance.from(seed);
  setTime(now);
  for (const source of expressions) {
    const result = await evaluate(source, bindings);
    parentPort.postMessage({ id, result });
    if (result.kind !== "value") return;
  }
});

async function evaluate(source, bindings) {
  depth = 0;
  deadline = performance.now() + milliseconds;
  try {
    // AWS does not support $eval, so the name is undefined.
    const value = await parse(source).evaluate(undefined, { ...bindings, eval: undefined });
    if (value === undefined) return { kind: "nothing" };
    if (holdsFunction(value)) return { kind: "unsupported" };
    return { kind: "value", text: JSON.stringify(value) };
  } catch (error) {
    return failure(error);
  }
}

function failure(error) {
  if (error instanceof Bound) return { kind: "error", message: error.message };
  if (error instanceof RangeError) {
    const message =
      "Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive.";
    return { kind: "error", message };
  }
  return { kind: "error", message: String(error?.message ?? error), code: error?.code };
}

function holdsFunction(value) {
  if (typeof value === "function") return true;
  if (typeof value !== "object" || value === null) return false;
  if (value._jsonata_lambda || value._jsonata_function) return true;
  return Object.values(value).some(holdsFunction);
}

parentPort.postMessage({ ready: true });

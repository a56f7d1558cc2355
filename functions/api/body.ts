import type { z } from "zod";
import { lambdaLimits, statesLimits } from "../../contract/limits.ts";
import { problemsOf } from "../shared/issues.ts";
import { ApiFailure } from "./api-failure.ts";

/** Maximum size of a body in bytes, by purpose. */
export const bodyLimits = {
  /** The most that Lambda passes to a function in one call. */
  classify: lambdaLimits.syncPayloadBytes,
  /** For bodies that become an execution's input, or are always small. */
  small: statesLimits.payloadBytes,
} as const;

/** Reads a JSON body, checking its size, its type and its text in that order. @throws ApiFailure */
export async function readJson(request: Request, maxBytes: number, whenTooLarge: string): Promise<unknown> {
  const bytes = await request.arrayBuffer();
  if (bytes.byteLength > maxBytes) {
    const message = `The body has ${bytes.byteLength} bytes, but at most ${maxBytes} are allowed: ${whenTooLarge}.`;
    throw new ApiFailure("PayloadTooLarge", message);
  }
  const type = request.headers.get("content-type");
  if (!type || !/^application\/([\w.-]+\+)?json\s*(;|$)/i.test(type)) {
    const message = `The body has ${type ? `the content type "${type}"` : "no content type"}: send JSON with "content-type: application/json".`;
    throw new ApiFailure("UnsupportedMediaType", message);
  }
  const text = decodeText(bytes);
  if (depthOf(text) > maxDepth) {
    const message = `The body nests lists and objects more than ${maxDepth} levels deep: send a flatter one.`;
    throw new ApiFailure("InvalidRequest", message);
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ApiFailure("InvalidJson", `The body is not JSON: ${why}.`, { cause: error });
  }
}

/** JSON readers and writers, here and in AWS, are recursive. */
const maxDepth = 100;

/**
 * Rejects a body with U+FFFD, with which the gateway replaces bytes that are not UTF-8.
 * @throws ApiFailure "InvalidJson"
 */
function decodeText(bytes: ArrayBuffer): string {
  const text = new TextDecoder().decode(bytes);
  if (!text.includes("\ufffd")) return text;
  throw new ApiFailure("InvalidJson", "The body is not JSON: it is not encoded in UTF-8.");
}

/**
 * A string or a bracket. A string that does not end goes to the end of the text: otherwise the rest would be searched
 * again from each quotation mark in it, which takes the square of its length.
 */
const token = /"(?:[^"\\]|\\[\s\S]?)*"?|[[\]{}]/g;

/** Nesting depth of a JSON text, ignoring brackets in strings. */
function depthOf(text: string): number {
  let [depth, deepest] = [0, 0];
  for (const [found] of text.matchAll(token)) {
    if (found === "[" || found === "{") deepest = Math.max(deepest, ++depth);
    else if (found === "]" || found === "}") depth -= 1;
  }
  return deepest;
}

/** Problems of a body that are reported. */
export const maxDetails = 20;

/** Parses a value by a schema; each problem is reported with its path. @throws ApiFailure "InvalidRequest" */
export function check<T extends z.ZodType>(schema: T, value: unknown, expected: string): z.infer<T> {
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const details = problemsOf(error.issues, value)
    .slice(0, maxDetails)
    .map(({ path, message }) => ({ path: path.join("."), message }));
  throw new ApiFailure("InvalidRequest", `The body is not ${expected}.`, { details });
}

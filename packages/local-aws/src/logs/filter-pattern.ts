import { AwsError } from "../service.ts";

/**
 * Compiles a CloudWatch Logs filter pattern of terms: all plain terms must occur, at least one of the terms with `?`,
 * and no term with `-`.
 * @throws AwsError "InvalidParameterException" for JSON and column patterns, which are not supported here.
 */
export function compileFilter(pattern: string): (message: string) => boolean {
  const text = pattern.trim();
  if (/^[{[%]/.test(text)) {
    const message = `Filter pattern "${pattern}" is of a form that this machine does not evaluate: use words, "phrases", ?any or -none.`;
    throw new AwsError("InvalidParameterException", message);
  }
  const all: string[] = [];
  const any: string[] = [];
  const none: string[] = [];
  for (const [, sign, phrase, word] of text.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)) {
    const term = phrase?.replace(/\\(.)/g, "$1") ?? word ?? "";
    (sign === "?" ? any : sign === "-" ? none : all).push(term);
  }
  return (message) =>
    all.every((term) => message.includes(term)) &&
    (any.length === 0 || any.some((term) => message.includes(term))) &&
    !none.some((term) => message.includes(term));
}

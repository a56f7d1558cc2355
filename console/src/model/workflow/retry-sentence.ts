import type { StateNode } from "./definition.ts";

/** How often Step Functions repeats a state that fails, by default (Amazon States Language, "Retrying after an error"). */
const defaultAttempts = 3;

/**
 * What a state's Retry does, for example `Retries States.Timeout up to 2 times; does not retry States.DataLimitExceeded`;
 * undefined without Retry.
 */
export function retrySentence({ source }: Pick<StateNode, "source">): string | undefined {
  const retriers = Array.isArray(source["Retry"]) ? source["Retry"] : [];
  const retried: string[] = [];
  const never: string[] = [];
  for (const retrier of retriers) {
    const { ErrorEquals, MaxAttempts = defaultAttempts } = (retrier ?? {}) as Readonly<Record<string, unknown>>;
    if (!Array.isArray(ErrorEquals) || ErrorEquals.length === 0) continue;
    // Step Functions takes the first retrier that fits.
    const others = retried.length + never.length > 0 ? "any other error" : "any error";
    const names = namesOf(ErrorEquals.map(String), others);
    if (MaxAttempts === 0) never.push(names);
    else retried.push(`${names} ${MaxAttempts === 1 ? "once" : `up to ${MaxAttempts} times`}`);
  }
  const sentences = [
    ...(retried.length > 0 ? [`retries ${retried.join(", ")}`] : []),
    ...(never.length > 0 ? [`does not retry ${never.join(", ")}`] : []),
  ];
  const sentence = sentences.join("; ");
  return sentence === "" ? undefined : sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

function namesOf([first = "", ...others]: readonly string[], all: string): string {
  if (first === "States.ALL") return all;
  if (others.length === 0) return first;
  return `${first} and ${others.length} other ${others.length === 1 ? "error" : "errors"}`;
}

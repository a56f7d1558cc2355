import type { StateNode } from "./definition.ts";

/** How often Step Functions repeats a state that fails, by default (Amazon States Language, "Retrying after an error"). */
const defaultAttempts = 3;

/** What a state's Retry does, for example `Retries States.Timeout up to 2 times`; undefined without Retry. */
export function retrySentence({ source }: Pick<StateNode, "source">): string | undefined {
  const retriers = Array.isArray(source["Retry"]) ? source["Retry"] : [];
  const parts = retriers.flatMap((retrier: unknown) => {
    const { ErrorEquals, MaxAttempts = defaultAttempts } = (retrier ?? {}) as Readonly<Record<string, unknown>>;
    if (!Array.isArray(ErrorEquals) || ErrorEquals.length === 0) return [];
    const [first, ...others] = ErrorEquals.map(String);
    const names =
      first === "States.ALL" ? "any error" : `${first}${others.length > 0 ? ` and ${others.length} more` : ""}`;
    return MaxAttempts === 0
      ? [`not ${names}`]
      : [`${names} up to ${MaxAttempts} ${MaxAttempts === 1 ? "time" : "times"}`];
  });
  return parts.length === 0 ? undefined : `Retries ${parts.join(", ")}`;
}

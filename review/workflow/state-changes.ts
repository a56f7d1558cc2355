import { canonical, differences, isSame } from "../../lib/canonical.ts";
import { quoted, type Sentence, say, words } from "../report/sentence.ts";
import type { Names } from "../resources/names.ts";
import { changeText } from "../resources/value.ts";
import { type Catch, catchesOf, ownOf, type Retry, retriesOf, type State } from "./states.ts";

/** The changes within a state that exists before and after. `renamed` returns the current name of a state. */
export function stateChanges(
  before: State,
  after: State,
  renamed: (name: string) => string,
  names: Names,
): readonly Sentence[] {
  return [
    ...retryChanges(retriesOf(before.body), retriesOf(after.body)),
    ...catchChanges(catchesOf(before.body), catchesOf(after.body), renamed),
    ...ownChanges(before, after, names),
  ].map((change) => say`state ${after.name} ${change}`);
}

function retryChanges(before: readonly Retry[], after: readonly Retry[]): readonly Sentence[] {
  const now = new Map(after.map((retry) => [retry.error, retry]));
  const old = new Map(before.map((retry) => [retry.error, retry]));
  const removed = before.filter(({ error }) => !now.has(error)).map(({ error }) => error);
  const added = after.filter(({ error }) => !old.has(error));
  const changed = new Map<string, string[]>();
  for (const retry of after) {
    const former = old.get(retry.error);
    const what = former && settingChanges(former, retry);
    if (what) changed.set(what, [...(changed.get(what) ?? []), retry.error]);
  }
  const regrouped = removed.length === 0 && added.length === 0 && changed.size === 0;
  const groups = (retries: readonly Retry[]) => retries.map(({ group }) => group);
  return [
    ...(removed.length > 0 ? [say`no longer retries ${quoted(removed)}`] : []),
    ...(added.length > 0
      ? [
          say`retries ${quoted(added.map(({ error }) => error))} up to ${Math.max(...added.map(({ attempts }) => attempts))} times`,
        ]
      : []),
    ...[...changed].map(([what, errors]) => say`retries ${quoted(errors)} ${words(what)}`),
    ...(regrouped && !isSame(groups(before).sort(), groups(after).sort())
      ? [words("counts its retries for other groups of errors")]
      : []),
  ];
}

function settingChanges(before: Retry, after: Retry): string | undefined {
  const said: string[] = [];
  if (before.attempts !== after.attempts) said.push(`${after.attempts} times instead of ${before.attempts}`);
  if (before.interval !== after.interval) said.push(`first after ${after.interval} s instead of ${before.interval} s`);
  if (before.rate !== after.rate) said.push(`with delays that grow by ${after.rate} instead of ${before.rate}`);
  if (before.most !== after.most)
    said.push(`at most ${after.most ?? "any number of"} s apart instead of ${before.most ?? "any"}`);
  if (before.jitter !== after.jitter) said.push(`with jitter ${after.jitter === "FULL" ? "on" : "off"}`);
  return said.length === 0 ? undefined : said.join(", ");
}

function catchChanges(
  before: readonly Catch[],
  after: readonly Catch[],
  renamed: (name: string) => string,
): readonly Sentence[] {
  const now = new Map(after.map((each) => [each.error, each]));
  const old = new Map(before.map((each) => [each.error, each]));
  const removed = before.filter(({ error }) => !now.has(error)).map(({ error }) => error);
  const all = now.get("States.ALL");
  const removedEnd = all ? say`: they go to ${all.next}` : words(": they end its workflow");
  return [
    ...(removed.length > 0 ? [say`no longer catches ${quoted(removed)}${removedEnd}`] : []),
    ...after.flatMap((each): readonly Sentence[] => {
      const former = old.get(each.error);
      if (!former) return [say`catches ${each.error} and goes to ${each.next}`];
      const rewired = renamed(former.next) !== each.next;
      return [
        ...(rewired ? [say`goes to ${each.next} instead of ${renamed(former.next)} on ${each.error}`] : []),
        ...(former.result !== each.result ? [say`keeps the error ${each.error} elsewhere: ${each.result}`] : []),
      ];
    }),
  ];
}

/** Descriptions of a state's properties, shown before their changes. */
const meanings: Readonly<Record<string, string>> = {
  TimeoutSeconds: "timeout in seconds",
  HeartbeatSeconds: "heartbeat in seconds",
  MaxConcurrency: "iterations at once",
  ToleratedFailurePercentage: "tolerated failures in percent",
  ToleratedFailureCount: "tolerated failures",
  Seconds: "wait in seconds",
  "Parameters.FunctionName": "function",
  "Arguments.FunctionName": "function",
  Branches: "number of branches",
  Type: "type",
};

function ownChanges(before: State, after: State, names: Names): readonly Sentence[] {
  const [old, now] = [canonical(ownOf(before.body)), canonical(ownOf(after.body))];
  return differences(old, now).map((difference) => {
    const { path } = difference;
    const change = changeText(difference.before, difference.after, names);
    const meaning = meanings[path];
    return meaning === undefined ? say`has another ${path}: ${change}` : say`has another ${words(meaning)}: ${change}`;
  });
}

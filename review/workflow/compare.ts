import { releaseIn } from "../../contract/release.ts";
import { canonical, isSame } from "../../lib/canonical.ts";
import type { Finding } from "../finding.ts";
import type { CapturedResource } from "../program/program.ts";
import { type Sentence, say, words } from "../report/sentence.ts";
import type { Names } from "../resources/names.ts";
import type { Sides } from "../resources/sides.ts";
import { changeText } from "../resources/value.ts";
import { graphOf } from "./graph.ts";
import { renamesOf } from "./renames.ts";
import { stateChanges } from "./state-changes.ts";
import { edgesOf, essential, explicit, type State, type Workflow, workflowOf } from "./states.ts";
import { shortTimeouts } from "./timeouts.ts";

export interface WorkflowChanges {
  readonly findings: readonly Finding[];
  /** Mermaid graphs of the changed parts, by workflow. */
  readonly graphs: readonly { readonly workflow: string; readonly mermaid: string }[];
}

/** The changes in the definitions of the state machines, compared as workflows. */
export function workflowChanges(sides: Sides): WorkflowChanges {
  const findings: Finding[] = [];
  const graphs: { workflow: string; mermaid: string }[] = [];
  for (const { before, after } of sides.matched.pairs) {
    if (after.type !== "aws:sfn/stateMachine:StateMachine") continue;
    const name = sides.names.of(after);
    const [old, now] = [documentOf(before), documentOf(after)];
    const [plainOld, plainNow] = [canonical(essential(old)), canonical(essential(now))];
    const [oldFlow, nowFlow] = [workflowOf(plainOld), workflowOf(plainNow)];
    findings.push(...timeoutFindings(sides, oldFlow, nowFlow, name));
    if (isSame(plainOld, plainNow)) {
      if (!isSame(canonical(explicit(old)), canonical(explicit(now)))) {
        findings.push({ section: "Workflow", rule: "comments-only", sentence: say`workflow ${name}: comments only` });
      }
      continue;
    }
    const compared = compare(oldFlow, nowFlow, sides.names);
    findings.push(
      ...compared.sentences.map(
        (sentence): Finding => ({
          section: "Workflow",
          rule: "workflow-changed",
          sentence: say`workflow ${name}: ${sentence}`,
        }),
      ),
    );
    graphs.push({ workflow: name, mermaid: graphOf(oldFlow, nowFlow, compared.renames) });
  }
  return { findings, graphs };
}

function timeoutFindings(
  { before, after, names }: Sides,
  old: Workflow,
  now: Workflow,
  name: string,
): readonly Finding[] {
  const known = shortTimeouts(old, before.resources, names);
  return [...shortTimeouts(now, after.resources, names)]
    .filter(([state]) => !known.has(state))
    .map(([, sentence]) => ({
      section: "Workflow",
      rule: "timeout-below-function",
      sentence: say`workflow ${name}: ${sentence}`,
    }));
}

/**
 * The definition without the id of its release. The id is derived from all other changes, so it would always differ.
 */
function documentOf({ inputs }: CapturedResource): unknown {
  const text = String(inputs["definition"]);
  try {
    const release = releaseIn(text);
    return JSON.parse(release === undefined ? text : text.replaceAll(release, "RELEASE"));
  } catch {
    return { definition: text };
  }
}

function compare(
  before: Workflow,
  after: Workflow,
  names: Names,
): { readonly sentences: readonly Sentence[]; readonly renames: ReadonlyMap<string, string> } {
  const renames = renamesOf(before, after);
  const renamed = (name: string): string => renames.get(name) ?? name;
  const removed = [...before.states.values()].filter(({ name }) => !after.states.has(renamed(name)));
  const former = new Map([...before.states.values()].map((state) => [renamed(state.name), state]));
  const added = [...after.states.values()].filter(({ name }) => !former.has(name));
  const kept = [...after.states.values()].flatMap((state) => {
    const old = former.get(state.name);
    return old ? [[old, state] as const] : [];
  });
  const sentences = [
    ...[...renames].map(([old, now]) => say`state ${old} is renamed ${now}`),
    ...removed.map((state) => say`state ${state.name} is removed${placeOf(state)}`),
    ...added.map((state) => say`state ${state.name} is added${placeOf(state)}, a ${words(kindOf(state))}`),
    ...startChanges(before, after, renamed),
    ...kept.flatMap(([old, now]) => stateChanges(old, now, renamed, names)),
    ...kept.flatMap(([old, now]) => edgeChanges(old, now, renamed)),
    ...topChanges(before, after, names),
  ];
  return { sentences: sentences.length > 0 ? sentences : [words("its definition is written differently")], renames };
}

const placeOf = ({ within }: State): Sentence => (within === "" ? words("") : say` in ${within}`);

function kindOf({ body }: State): string {
  const type = String(body["Type"]);
  return /^[A-Za-z]{1,12}$/.test(type) ? type : "state";
}

function startChanges(before: Workflow, after: Workflow, renamed: (name: string) => string): readonly Sentence[] {
  return [...after.starts].flatMap(([within, start]) => {
    const old = [...before.starts].find(([each]) => renamedPath(each, renamed) === within)?.[1];
    if (old === undefined || renamed(old) === start) return [];
    const place = within === "" ? words("the workflow") : say`${within}`;
    return [say`${place} begins with state ${start} instead of ${renamed(old)}`];
  });
}

const renamedPath = (within: string, renamed: (name: string) => string): string => {
  const [, name = within, branch = ""] = /^(.*?)( #\d+)?$/.exec(within) ?? [];
  return `${renamed(name)}${branch}`;
};

/** Changed transitions, except for catches, which `stateChanges` compares. */
function edgeChanges(before: State, after: State, renamed: (name: string) => string): readonly Sentence[] {
  const plain = (state: State) => edgesOf(state).filter(({ label }) => !label.startsWith("on "));
  const old = plain(before).map(({ label, to }) => ({ label, to: to === undefined ? undefined : renamed(to) }));
  const now = plain(after);
  if (isSame(old, now)) return [];
  const sentences = now.flatMap(({ label, to }): readonly Sentence[] => {
    const former = old.find((each) => each.label === label);
    if (!former) return [say`state ${after.name} goes to ${endOf(to)} ${labelText(label)}, which is new`];
    return former.to === to
      ? []
      : [
          say`state ${after.name} goes to ${endOf(to)} instead of ${endOf(former.to)}${label === "then" ? words("") : say` ${labelText(label)}`}`,
        ];
  });
  const gone = old.filter(({ label }) => !now.some((each) => each.label === label));
  const removed = gone.map(
    ({ label, to }) =>
      say`state ${after.name} no longer goes to ${endOf(to)}${label === "then" ? words("") : say` ${labelText(label)}`}`,
  );
  const all = [...sentences, ...removed];
  return all.length > 0 ? all : [say`state ${after.name} tries its choices in another order`];
}

const endOf = (to: string | undefined): Sentence => (to === undefined ? words("the end") : say`${to}`);
const labelText = (label: string): Sentence =>
  label.startsWith("when ") ? say`when ${label.slice("when ".length)}` : words(label);

function topChanges(before: Workflow, after: Workflow, names: Names): readonly Sentence[] {
  const keys = [...new Set([...Object.keys(before.top), ...Object.keys(after.top)])];
  return keys
    .filter((key) => !isSame(before.top[key], after.top[key]))
    .map((key) => {
      const change = changeText(before.top[key], after.top[key], names);
      return key === "TimeoutSeconds" ? say`its timeout in seconds: ${change}` : say`its ${key}: ${change}`;
    });
}

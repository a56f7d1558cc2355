import { isSame } from "../../lib/canonical.ts";
import type { Finding } from "../finding.ts";
import { quoted, type Sentence, say, words } from "../report/sentence.ts";
import type { RuleName } from "../risk.ts";
import { type About, together } from "./about.ts";
import type { Pair } from "./identity.ts";
import { holdsData } from "./knowledge.ts";
import { nounOf } from "./names.ts";
import type { Sides } from "./sides.ts";

/** The effects of changed resource options: protection, order, and changes that the engine ignores. */
export function optionFindings(sides: Sides): readonly Finding[] {
  const order = new Order(sides);
  const findings = sides.matched.pairs.flatMap((pair): readonly About[] => {
    const { before, after } = pair;
    const title = say`${words(nounOf(after.type))} ${sides.names.of(after)}`;
    const found: (readonly [RuleName, Sentence])[] = [
      ...protectionOf(pair),
      ...secretsOf(pair),
      ...ignoredOf(pair),
      ...order.lost(pair),
    ];
    for (const option of [
      "deleteBeforeReplace",
      "replaceOnChanges",
      "provider",
      "importId",
      "customTimeouts",
    ] as const) {
      if (!isSame(before.options[option], after.options[option])) {
        found.push(["options-changed", say`the option ${option} changed`]);
      }
    }
    return found.map(([rule, sentence]) => ({
      section: "Resources",
      rule,
      subject: title,
      predicate: say`: ${sentence}`,
    }));
  });
  return together(findings);
}

function protectionOf({ before, after }: Pair): readonly (readonly [RuleName, Sentence])[] {
  const found: (readonly [RuleName, Sentence])[] = [];
  if (before.options.protect && !after.options.protect) {
    found.push([
      "protection-off",
      words("removal protection is off: `pulumi destroy`, or a change that replaces it, deletes it"),
    ]);
  }
  if (!before.options.protect && after.options.protect)
    found.push(["options-changed", words("is protected against deletion")]);
  if (before.options.retainOnDelete && !after.options.retainOnDelete) {
    const isKept = holdsData(after.type) || after.type === "awsx:ecr:Image";
    found.push([
      isKept ? "protection-off" : "options-changed",
      words(
        isKept
          ? "is no longer kept when it leaves the stack: what is in use may be deleted"
          : "is no longer kept when it leaves the stack",
      ),
    ]);
  }
  if (!before.options.retainOnDelete && after.options.retainOnDelete) {
    found.push(["options-changed", words("stays in the account when it leaves the stack")]);
  }
  return found;
}

/** Paths that were secret and still exist, but are no longer secret. */
function secretsOf({ before, after }: Pair): readonly (readonly [RuleName, Sentence])[] {
  const isSecret = (path: string) => after.secretInputs.some((each) => path === each || path.startsWith(`${each}.`));
  const has = (path: string) =>
    path
      .split(".")
      .reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], after.inputs) !==
    undefined;
  const open = before.secretInputs.filter((path) => !isSecret(path) && has(path));
  const outputs = before.options.additionalSecretOutputs.filter(
    (each) => !after.options.additionalSecretOutputs.includes(each),
  );
  const shown = [...open, ...outputs];
  return shown.length === 0
    ? []
    : [["secret-shown", say`${quoted(shown)} is no longer secret: the state and the logs show it`]];
}

function ignoredOf({ before, after }: Pair): readonly (readonly [RuleName, Sentence])[] {
  const [old, now] = [before.options.ignoreChanges, after.options.ignoreChanges];
  const added = now.filter((each) => !old.includes(each));
  const removed = old.filter((each) => !now.includes(each));
  return [
    ...(added.length > 0
      ? [["options-changed", say`changes of ${quoted(added)} are ignored from now on`] as const]
      : []),
    ...(removed.length > 0 ? [["options-changed", say`changes of ${quoted(removed)} count again`] as const] : []),
  ];
}

/** Which resources wait for which others, directly or indirectly. */
class Order {
  readonly #sides: Sides;
  readonly #former: ReadonlyMap<string, string>;
  readonly #known: ReadonlySet<string>;

  constructor(sides: Sides) {
    this.#sides = sides;
    this.#former = new Map(sides.matched.pairs.map(({ before, after }) => [before.urn, after.urn]));
    this.#known = new Set(sides.after.resources.map(({ urn }) => urn));
  }

  /** Resources for which this resource waited at the base, but no longer does. */
  lost({ before, after }: Pair): readonly (readonly [RuleName, Sentence])[] {
    const now = reach(this.#sides.after.resources, after.urn);
    const old = before.options.dependencies
      .map((urn) => this.#former.get(urn) ?? urn)
      .filter((urn) => this.#known.has(urn));
    const lost = old.filter((urn) => !now.has(urn) && urn !== after.urn);
    if (lost.length === 0) return [];
    const names = lost.map((urn) => this.#sides.names.of({ name: urn.split("::").at(-1) ?? urn }));
    return [["options-changed", say`no longer waits for ${quoted(names)}: the order of creation changes`]];
  }
}

function reach(resources: Sides["after"]["resources"], start: string): ReadonlySet<string> {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const seen = new Set<string>();
  const waiting = [start];
  for (let urn = waiting.pop(); urn !== undefined; urn = waiting.pop()) {
    for (const next of byUrn.get(urn)?.options.dependencies ?? []) {
      if (seen.has(next)) continue;
      seen.add(next);
      waiting.push(next);
    }
  }
  return seen;
}

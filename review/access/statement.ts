import type { Finding } from "../finding.ts";
import { listOf, type Sentence, say, words } from "../report/sentence.ts";
import type { RuleName } from "../risk.ts";
import type { Request } from "./request.ts";

/** A request whose result differs before and after the change. */
export interface Witness extends Request {
  readonly before: "allowed" | "denied";
  readonly after: "allowed" | "denied";
}

export interface AccessFinding extends Finding {
  /** Requests that prove the sentence. If there are none, the sentence says "may have changed". */
  readonly witnesses: readonly Witness[];
}

/** The parts of a sentence about access: "who may what, if". */
export interface Phrase {
  readonly who: Sentence;
  readonly may: Sentence;
  readonly what: Sentence;
  readonly condition: Sentence;
}

export interface Statement extends Phrase {
  readonly rule: RuleName;
  readonly witness?: Witness;
  readonly consequence?: boolean;
}

/**
 * Merges statements: principals with the same access share a sentence, and so do resources to which the same principals
 * have access.
 */
export function merged(statements: readonly Statement[]): readonly AccessFinding[] {
  const byDeed = collect(statements, ({ rule, may, what, condition, consequence }) => [
    rule,
    may,
    what,
    condition,
    consequence,
  ]);
  const deeds = byDeed.map((all) => ({ all, who: unique(all.map(({ who }) => who)) }));
  const byActor = collect(deeds, ({ who, all: [first] }) => [
    first?.rule,
    first?.may,
    first?.condition,
    first?.consequence,
    who,
  ]);
  return byActor.flatMap((group): readonly AccessFinding[] => {
    const all = group.flatMap((each) => each.all);
    const [first] = all;
    if (!first) return [];
    const sentence = say`${listOf(group[0]?.who ?? [])} ${first.may} ${listOf(unique(all.map(({ what }) => what)))}${first.condition}`;
    const witnesses = all.flatMap(({ witness }) => witness ?? []);
    return [
      {
        section: "Access",
        rule: first.rule,
        sentence: first.rule === "access-undecided" ? say`${words("access may have changed: ")}${sentence}` : sentence,
        witnesses,
        ...(first.consequence === true && { consequence: true }),
      },
    ];
  });
}

const unique = (sentences: readonly Sentence[]): readonly Sentence[] => [
  ...new Map(sentences.map((sentence) => [JSON.stringify(sentence), sentence])).values(),
];

function collect<T>(items: readonly T[], key: (item: T) => unknown): readonly (readonly T[])[] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const name = JSON.stringify(key(item));
    groups.set(name, [...(groups.get(name) ?? []), item]);
  }
  return [...groups.values()];
}

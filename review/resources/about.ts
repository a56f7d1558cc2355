import type { Finding } from "../finding.ts";
import { listOf, type Sentence, say } from "../report/sentence.ts";

/** A finding about one resource: the resource and what happens to it. */
export interface About extends Omit<Finding, "sentence"> {
  readonly subject: Sentence;
  /** The text after the subject, including its leading space or colon. */
  readonly predicate: Sentence;
}

/** Merges the findings of resources to which the same happens into one sentence. */
export function together(findings: readonly About[]): readonly Finding[] {
  const groups = new Map<string, About[]>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.section, finding.rule, finding.predicate, finding.consequence]);
    groups.set(key, [...(groups.get(key) ?? []), finding]);
  }
  return [...groups.values()].flatMap((group): readonly Finding[] => {
    const [first] = group;
    if (!first) return [];
    const { subject: _subject, predicate, ...rest } = first;
    const subjects = group.map(({ subject }) => subject);
    const details =
      subjects.length > most ? [...(rest.details ?? []), say`all of them: ${listOf(subjects, 200)}`] : rest.details;
    return [{ ...rest, sentence: say`${listOf(subjects, most)}${predicate}`, ...(details && { details }) }];
  });
}

/** Maximum number of subjects in a sentence. The details list all of them. */
const most = 4;

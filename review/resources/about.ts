import type { Finding } from "../finding.ts";
import { listOf, type Sentence, say } from "../report/sentence.ts";

/** A finding about one resource: who, and what happens to it. */
export interface About extends Omit<Finding, "sentence"> {
  readonly subject: Sentence;
  /** What comes after the subject, with its space or colon. */
  readonly predicate: Sentence;
}

/** One sentence for all resources to which the same happens. */
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

/** Subjects that a sentence names; the details name all. */
const most = 4;

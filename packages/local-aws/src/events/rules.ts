import type { EventRuleResource, EventTargetResource, Graph } from "../graph.ts";
import { compilePattern, type Pattern } from "./pattern.ts";

/** The program declares rules or targets that cannot be served here; the message lists all problems at once. */
export class UnservedRules extends Error {
  override readonly name = "UnservedRules";
  constructor(problems: readonly string[]) {
    super(
      `The program declares event rules that are not served here:\n${problems.map((each) => `- ${each}`).join("\n")}`,
    );
  }
}

/** An enabled rule, ready to match. */
export interface Rule {
  readonly arn: string;
  readonly matches: Pattern;
  readonly targets: readonly EventTargetResource[];
}

/** @throws UnservedRules */
export function rulesOf({ eventRules, stateMachines }: Pick<Graph, "eventRules" | "stateMachines">): readonly Rule[] {
  const problems: string[] = [];
  const machines = new Set(stateMachines.map(({ arn }) => arn));
  const rules = eventRules.map((rule) => {
    const matches = compiled(rule, problems);
    if (rule.unserved.length > 0) problems.push(unserved(`Rule "${rule.name}"`, rule.unserved));
    for (const target of rule.targets) problems.push(...targetProblems(rule, target, machines));
    return { arn: rule.arn, matches, targets: rule.enabled ? rule.targets : [] };
  });
  if (problems.length > 0) throw new UnservedRules(problems);
  return rules.filter(({ targets }) => targets.length > 0);
}

function compiled(rule: EventRuleResource, problems: string[]): Pattern {
  try {
    return compilePattern(rule.pattern);
  } catch (error) {
    problems.push(`Rule "${rule.name}": ${(error as Error).message}.`);
    return () => false;
  }
}

function targetProblems(
  rule: EventRuleResource,
  { id, arn, roleArn, unserved: properties }: EventTargetResource,
  machines: ReadonlySet<string>,
): readonly string[] {
  const name = `Target "${id}" of rule "${rule.name}"`;
  return [
    ...(properties.length > 0 ? [unserved(name, properties)] : []),
    ...(machines.has(arn) ? [] : [`${name} is "${arn}"; only state machines of the program are served as targets.`]),
    ...(roleArn === undefined ? [`${name} has no roleArn, without which EventBridge cannot start an execution.`] : []),
  ];
}

function unserved(what: string, properties: readonly string[]): string {
  return `${what} declares ${properties.map((each) => `"${each}"`).join(", ")}, which has no effect here: remove it.`;
}

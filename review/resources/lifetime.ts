import { type Difference, differences, isSame } from "../../lib/canonical.ts";
import type { Finding } from "../finding.ts";
import type { CapturedResource } from "../program/program.ts";
import { quoted, type Sentence, say, words } from "../report/sentence.ts";
import type { RuleName } from "../risk.ts";
import { type About, together } from "./about.ts";
import { inputDifferences, seenInputs } from "./inputs.ts";
import { createOnlyOf, holdsData, isApiAddress, isPolicy, isProtection, isRoute } from "./knowledge.ts";
import { type Names, nounOf } from "./names.ts";
import { propertyFinding } from "./property-rules.ts";
import type { Sides } from "./sides.ts";

/** A resource that is replaced, because of one of its properties or because its parent is replaced. */
export interface Replacement {
  readonly after: CapturedResource;
  readonly properties: readonly string[];
  readonly follows: boolean;
}

/**
 * The resources that are replaced, by URN of the head: those with a changed property that can be set only at creation,
 * and those that depend on replaced resources through such a property.
 */
export function replacements({ matched }: Sides): ReadonlyMap<string, Replacement> {
  const found = new Map<string, Replacement>();
  for (const pair of matched.pairs) {
    const { after } = pair;
    const fixed = [...(createOnlyOf(after.type) ?? []), ...after.options.replaceOnChanges];
    const changed = inputDifferences(pair).map(topOf);
    const properties = [...new Set(changed.filter((name) => fixed.includes(name) || fixed.includes("*")))];
    if (properties.length > 0) found.set(after.urn, { after, properties, follows: isDeployment(after) });
  }
  for (let before = -1; before < found.size; ) {
    before = found.size;
    for (const { after } of matched.pairs) {
      if (found.has(after.urn)) continue;
      const properties = (createOnlyOf(after.type) ?? []).filter((name) =>
        (after.options.propertyDependencies[name] ?? []).some((urn) => found.has(urn)),
      );
      if (properties.length > 0) found.set(after.urn, { after, properties, follows: true });
    }
  }
  return found;
}

const topOf = ({ path }: Difference): string => path.split(".")[0] ?? "";

/** A deployment is a snapshot of the API, so each change of the API's definition replaces it. */
const isDeployment = ({ type }: CapturedResource): boolean => type === "aws:apigateway/deployment:Deployment";

function ruleForEnd(resource: CapturedResource, otherwise: RuleName): RuleName {
  if (isApiAddress(resource.type)) return "api-replaced";
  if (isRoute(resource.type)) return "api-breaking";
  if (holdsData(resource.type)) return resource.options.retainOnDelete ? "protection-off" : "data-deleted";
  if (isProtection(resource.type)) return "protection-off";
  return otherwise;
}

const titleOf = (resource: CapturedResource, names: Names): Sentence =>
  say`${words(nounOf(resource.type))} ${names.of(resource)}`;

const whatIsLost = (resource: CapturedResource): string => {
  if (!holdsData(resource.type)) return "";
  return resource.options.retainOnDelete ? ", and stays behind in the account" : ", with what it holds";
};

export function replacementFindings(
  { names, matched }: Sides,
  replaced: ReadonlyMap<string, Replacement>,
): readonly Finding[] {
  const former = new Map(matched.pairs.map(({ before, after }) => [after.urn, before]));
  const findings = [...replaced.values()]
    .filter(({ after }) => !isPolicy(after.type))
    .map(({ after, properties, follows }): About => {
      const loses = holdsData(after.type) || isApiAddress(after.type);
      const why = follows
        ? words("because of what it belongs to")
        : say`because ${quoted(properties)} can only be set at creation`;
      return {
        section: "Resources",
        // Replacing a resource that holds no data loses nothing, even if its deletion would be a finding.
        rule: loses ? ruleForEnd(former.get(after.urn) ?? after, "resource-replaced") : "resource-replaced",
        subject: titleOf(after, names),
        predicate: say` is replaced${words(whatIsLost(after))}, ${why}`,
        ...(follows && !loses && { consequence: true }),
      };
    });
  return together(findings);
}

export function creationFindings({ matched, names }: Sides): readonly Finding[] {
  const findings = matched.created
    .filter(({ type }) => !isPolicy(type) && !isDeployment({ type } as CapturedResource))
    .filter((created) => !matched.deleted.some((deleted) => isSuccessor(created, deleted)))
    .flatMap((created): readonly About[] => [
      ...openings(created, names),
      {
        section: "Resources",
        rule: "resource-created",
        subject: titleOf(created, names),
        predicate: words(" is created"),
      },
    ]);
  return together(findings);
}

/** Properties with which a new resource gives public access, such as a function URL that anyone may call. */
function openings(created: CapturedResource, names: Names): readonly About[] {
  const pair = { before: { ...created, inputs: {} }, after: created };
  return differences({}, seenInputs(created))
    .map((difference) => propertyFinding({ pair, difference, names }))
    .filter(({ rule }) => rule === "access-public");
}

/**
 * Whether two resources are the same under different identities. The engine deletes the old one and creates the new
 * one.
 */
function isSuccessor(created: CapturedResource, deleted: CapturedResource): boolean {
  if (created.type !== deleted.type) return false;
  return created.name === deleted.name || isSame(seenInputs(created), seenInputs(deleted));
}

export function deletionFindings({ matched, names }: Sides): readonly Finding[] {
  const findings = matched.deleted
    .filter(({ type }) => !isPolicy(type))
    .map((deleted): About => {
      const subject = titleOf(deleted, names);
      const successor = matched.created.find((created) => isSuccessor(created, deleted));
      const rule = ruleForEnd(deleted, successor ? "resource-replaced" : "resource-deleted");
      const isPart = successor !== undefined && !holdsData(deleted.type) && !isApiAddress(deleted.type);
      const refused = deleted.options.protect ? "; Pulumi refuses that while it is protected" : "";
      const predicate = successor
        ? say` is deleted${words(whatIsLost(deleted))} and made anew as ${names.of(successor)}: its name or parent changed without an alias${words(refused)}`
        : say` is deleted${words(whatIsLost(deleted))}${words(refused)}`;
      const section = rule === "api-breaking" || rule === "api-replaced" ? "API" : "Resources";
      return { section, rule: isPart ? "resource-replaced" : rule, subject, predicate };
    });
  return together(findings);
}

import type { Difference } from "../../lib/canonical.ts";
import type { Finding } from "../finding.ts";
import { quoted, type Sentence, say, words } from "../report/sentence.ts";
import { type About, together } from "./about.ts";
import { authenticationProperties } from "./authentication.ts";
import type { Pair } from "./identity.ts";
import { inputDifferences } from "./inputs.ts";
import { createOnlyOf, isPolicy } from "./knowledge.ts";
import { creationFindings, deletionFindings, replacementFindings, replacements } from "./lifetime.ts";
import { optionFindings } from "./options.ts";
import { type Change, propertyFinding, ruleSetFinding } from "./property-rules.ts";
import type { Sides } from "./sides.ts";

/** What happens to the resources, except for the effects on workflows, policies and images. */
export function resourceFindings(sides: Sides): readonly Finding[] {
  const replaced = replacements(sides);
  const changes = sides.matched.pairs.map((pair) => updateFindings(sides, pair));
  const updates = { sets: changes.flatMap(({ sets }) => sets), single: changes.flatMap(({ single }) => single) };
  return [
    ...deletionFindings(sides),
    ...replacementFindings(sides, replaced),
    ...updates.sets,
    ...together(updates.single),
    ...optionFindings(sides),
    ...creationFindings(sides),
    ...unknownFindings(sides),
    ...outputFindings(sides),
  ];
}

/** Properties that another section covers, by the end of the type's name. */
const elsewhere: Readonly<Record<string, readonly string[]>> = {
  ":StateMachine": ["definition"],
  ":Role": ["assumeRolePolicy", "inlinePolicies", "managedPolicyArns", "permissionsBoundary"],
  ":Method": authenticationProperties,
  ":Image": ["imageTag", "context", "dockerfile", "target"],
  ":Deployment": ["triggers"],
  ":TopicPolicy": ["policy"],
  ":RestApi": ["policy"],
};

interface Updates {
  readonly sets: readonly Finding[];
  readonly single: readonly About[];
}

function updateFindings({ names }: Sides, pair: Pair): Updates {
  const { type } = pair.after;
  if (isPolicy(type)) return { sets: [], single: [] };
  const skipped = Object.entries(elsewhere).find(([end]) => type.endsWith(end))?.[1] ?? [];
  const fixed = createOnlyOf(type) ?? [];
  const changes = inputDifferences(pair)
    .filter(({ path }) => !skipped.includes(topOf(path)) && !fixed.includes(topOf(path)))
    .filter((difference) => !isBuiltImage(pair, difference))
    .map((difference): Change => ({ pair, difference, names }));
  const sets = new Map<string, Finding>();
  const single: About[] = [];
  for (const change of changes) {
    const set = ruleSetFinding(change);
    if (set) sets.set(topOf(change.difference.path), set);
    else single.push(propertyFinding(change));
  }
  return { sets: [...sets.values()], single };
}

const topOf = (path: string): string => path.split(".")[0] ?? "";

/** Whether the difference is the digest of an image of this stack. The image's own section describes that change. */
function isBuiltImage({ after }: Pair, { path }: Difference): boolean {
  return (
    path === "imageUri" &&
    (after.options.propertyDependencies["imageUri"] ?? []).some((urn) => urn.includes("awsx:ecr:Image"))
  );
}

/** Types and provider functions that the review does not know. It only reports that they changed. */
function unknownFindings({ before, after, matched, names }: Sides): readonly Finding[] {
  const types = new Set(
    [...before.unknown, ...after.unknown].filter(({ kind }) => kind === "type").map(({ token }) => token),
  );
  const changed = matched.pairs.filter((pair) => types.has(pair.after.type) && inputDifferences(pair).length > 0);
  const touched = [...changed.map((pair) => pair.after), ...matched.created, ...matched.deleted].filter(({ type }) =>
    types.has(type),
  );
  const functions = [
    ...new Set(
      [...before.unknown, ...after.unknown].filter(({ kind }) => kind === "function").map(({ token }) => token),
    ),
  ];
  const callsOf = ({ calls }: Sides["after"], token: string) =>
    JSON.stringify(
      calls
        .filter((call) => call.token === token)
        .map(({ inputs }) => JSON.stringify(inputs))
        .sort(),
    );
  const called = functions.filter((token) => callsOf(before, token) !== callsOf(after, token));
  const sentences: readonly Sentence[] = [
    ...touched.map((resource) => say`${names.of(resource)} (${resource.type}) is not understood: read this by hand`),
    ...called.map((token) => say`the result of ${token} is not understood: read this by hand`),
  ];
  return sentences.map((sentence) => ({ section: "Resources", rule: "not-understood", sentence }));
}

/** Outputs are read by other stacks and by people. Changes of values are not listed here. */
function outputFindings({ before, after }: Sides): readonly Finding[] {
  const [old, now] = [Object.keys(before.outputs), Object.keys(after.outputs)];
  const removed = old.filter((name) => !now.includes(name));
  const added = now.filter((name) => !old.includes(name));
  const open = now.filter((name) => before.outputs[name]?.secret === true && after.outputs[name]?.secret === false);
  const finding = (rule: Finding["rule"], sentence: Sentence): Finding => ({ section: "Resources", rule, sentence });
  return [
    ...(removed.length > 0 ? [finding("outputs-changed", say`stack outputs are removed: ${quoted(removed)}`)] : []),
    ...(added.length > 0 ? [finding("outputs-changed", say`stack outputs are added: ${quoted(added)}`)] : []),
    ...(open.length > 0
      ? [finding("secret-shown", say`stack outputs are no longer secret: ${quoted(open)}${words("")}`)]
      : []),
  ];
}

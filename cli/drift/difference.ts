import { canonical, type Difference as Detail, differences, isSame } from "../../lib/canonical.ts";
import { isComputed } from "./computed.ts";
import { foreignPolicies, isManagedElsewhere, policyListsOfRoles } from "./elsewhere.ts";
import type { Reading } from "./event.ts";
import { policyDifferences } from "./policy.ts";

/** What differs between a resource and the cloud: a property, and sentences without their capital and full stop. */
export interface PropertyDifference {
  readonly property: string;
  readonly sentences: readonly string[];
  /** Whether an update leaves the difference as it is, because the program does not set the property. */
  readonly byHand: boolean;
}

/** Properties of a resource that still exists, and that somebody changed outside the stack. */
export function propertyDifferences(reading: Reading, stack: readonly Reading[]): readonly PropertyDifference[] {
  const declared = declaredDifferences(reading);
  const foreign = foreignPolicies(reading, stack);
  return [
    ...declared,
    ...undeclaredDifferences(reading, stack),
    ...(foreign.length > 0 ? [{ property: "policies", sentences: foreign, byHand: true }] : []),
  ];
}

/** Properties in the program, for which the provider says that the next update would set them again. */
function declaredDifferences({ before, after, changed }: Reading): readonly PropertyDifference[] {
  if (!after) return [];
  return changed.flatMap((property) => {
    const [stack, cloud] = [valueIn(before, property), valueIn(after, property)];
    return listed(property, sentencesOf(property, stack, cloud), false);
  });
}

/**
 * Properties that the program leaves to AWS and that have changed since the last update. A property that the state does
 * not have at all is new in the provider, not in the cloud.
 */
function undeclaredDifferences(reading: Reading, stack: readonly Reading[]): readonly PropertyDifference[] {
  const { type, before, after, changed } = reading;
  if (!after) return [];
  const candidates = Object.keys(before.outputs).filter(
    (property) =>
      property in after.outputs &&
      !property.startsWith("__") &&
      !(property in before.inputs) &&
      !changed.includes(property) &&
      !policyListsOfRoles.has(property) &&
      isComputed(type, property) === false &&
      !isManagedElsewhere(reading, property, stack),
  );
  return candidates.flatMap((property) => {
    const sentences = sentencesOf(property, before.outputs[property], after.outputs[property]);
    return listed(
      property,
      sentences.map((sentence) => `${sentence}, which the program leaves to AWS`),
      true,
    );
  });
}

const listed = (property: string, sentences: readonly string[], byHand: boolean): readonly PropertyDifference[] =>
  sentences.length > 0 ? [{ property, sentences, byHand }] : [];

/** Properties that AWS computes and that have changed: they say that something happened, not that something differs. */
export function computedChanges({ type, before, after }: Reading): readonly string[] {
  if (!after) return [];
  return Object.keys(before.outputs).filter(
    (property) =>
      isComputed(type, property) === true &&
      property in after.outputs &&
      !isSame(canonical(before.outputs[property]), canonical(after.outputs[property])),
  );
}

const valueIn = ({ inputs, outputs }: Reading["before"], property: string): unknown =>
  inputs[property] ?? outputs[property];

function sentencesOf(property: string, stack: unknown, cloud: unknown): readonly string[] {
  const [before, after] = [shown(canonical(stack, property)), shown(canonical(cloud, property))];
  if (isSame(before ?? false, after ?? false)) return [];
  const policy = policyDifferences(stack, cloud);
  if (policy)
    return policy.map((sentence) => (property === "assumeRolePolicy" ? `in its trust policy ${sentence}` : sentence));
  return differences(before, after, property).map(sentenceOf);
}

/** Providers write a value that is not set as null, an empty text, list or object, or as false. */
function shown(value: unknown): unknown {
  if (value === null || value === "") return undefined;
  if (typeof value === "object" && Object.keys(value as object).length === 0) return undefined;
  return value;
}

function sentenceOf({ path, before, after }: Detail): string {
  if (after === undefined) return `"${path}" is not set; the stack has ${valueText(before)}`;
  if (before === undefined) return `"${path}" is ${valueText(after)}; the stack does not set it`;
  if (isLong(before) && isLong(after)) return `"${path}" has another text than the stack`;
  return `"${path}" is ${valueText(after)} instead of ${valueText(before)}`;
}

/** Longest value that is printed, in characters of its JSON. */
const longest = 160;

const isLong = (value: unknown): boolean => JSON.stringify(value).length > longest;

function valueText(value: unknown): string {
  // Secrets of the state, as the engine marks them: {"4dabf18…": …, "ciphertext": "[secret]"}.
  const text = JSON.stringify(value).replaceAll(/\{[^{}]*"ciphertext":"\[secret\]"[^{}]*\}/g, "(secret)");
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

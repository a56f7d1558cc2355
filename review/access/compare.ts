import type { Finding } from "../finding.ts";
import { quoted, type Sentence, say, words } from "../report/sentence.ts";
import type { RuleName } from "../risk.ts";
import { isSame } from "../resources/canonical.ts";
import type { Sides } from "../resources/sides.ts";
import { isBroad } from "./breadth.ts";
import { absent, type Group, hasOtherCondition, uncovered } from "./difference.ts";
import { type Say, saysOf } from "./grant.ts";
import { actionsText, conditionText, holderName, principalText, resourcesText } from "./phrases.ts";
import { type Policies, policiesOf } from "./policies.ts";
import { answerOf, type Request, requestFor } from "./request.ts";

/** A request that the change decides otherwise. */
export interface Witness extends Request {
  readonly before: "allowed" | "denied";
  readonly after: "allowed" | "denied";
}

export interface AccessFinding extends Finding {
  /** Present where a request proves the sentence; one that nothing proves says "may have changed". */
  readonly witness?: Witness;
}

const nothing: Say = { allows: [], denies: [], negated: [] };

/** Who may do more or less, in sentences. */
export async function accessFindings(sides: Sides): Promise<readonly AccessFinding[]> {
  const comparison = new AccessComparison(sides);
  return comparison.run();
}

class AccessComparison {
  readonly #sides: Sides;
  readonly #before: Policies;
  readonly #after: Policies;
  readonly #findings: AccessFinding[] = [];

  constructor(sides: Sides) {
    this.#sides = sides;
    this.#before = policiesOf(sides.before.resources);
    this.#after = policiesOf(sides.after.resources);
  }

  async run(): Promise<readonly AccessFinding[]> {
    const [before, after] = [await saysOf(this.#before), await saysOf(this.#after)];
    for (const kind of ["identities", "resources"] as const) {
      const holders = new Set([...before[kind].keys(), ...after[kind].keys()]);
      for (const holder of holders) {
        const [old, now] = [before[kind].get(holder), after[kind].get(holder)];
        await this.#compare(kind, holder, old, now);
      }
    }
    for (const holder of new Set([...this.#before.opaque.keys(), ...this.#after.opaque.keys()])) this.#opaque(holder);
    return this.#findings;
  }

  async #compare(kind: "identities" | "resources", holder: string, before: Say | undefined, after: Say | undefined): Promise<void> {
    const [old, now] = [before ?? nothing, after ?? nothing];
    for (const group of uncovered(now.allows, old.allows)) await this.#gained(kind, holder, group, before);
    for (const group of uncovered(old.allows, now.allows)) {
      if (!hasOtherCondition(group, now)) await this.#lost(kind, holder, group, after !== undefined);
    }
    for (const group of absent(now.denies, old.denies)) this.#denial(kind, holder, group, true);
    for (const group of absent(old.denies, now.denies)) this.#denial(kind, holder, group, false);
    if (!isSame(old.negated, now.negated)) {
      this.#undecided(say`${this.#nameOf(holder)}: statements that name what they are not about (NotAction, NotResource, NotPrincipal) changed`);
    }
  }

  async #gained(kind: "identities" | "resources", holder: string, group: Group, before: Say | undefined): Promise<void> {
    const sentence = this.#sentence(kind, holder, group, "may now");
    if (before && hasOtherCondition(group, before)) {
      this.#undecided(say`${sentence}; the condition was another one`);
      return;
    }
    const { witness, decided } = this.#prove(group, "denied", "allowed");
    if (!witness) {
      if (!decided) this.#undecided(sentence);
      return;
    }
    this.#findings.push({ section: "Access", rule: await this.#ruleFor(kind, holder, group, before), sentence, witness });
  }

  async #ruleFor(kind: string, holder: string, group: Group, before: Say | undefined): Promise<RuleName> {
    if (group.principal === "*") return "access-public";
    const isNew = kind === "identities" ? before === undefined : !before?.allows.some(({ principal }) => principal === group.principal);
    // A new role or function is used by the services that run it: that is no new principal for what was there.
    const isOwnService = kind === "resources" && before === undefined && group.principal.startsWith("Service ") && !this.#before.owners.has(holder);
    if (isNew && !isOwnService) return "access-new-principal";
    return (await isBroad(group)) && kind === "identities" ? "access-broad" : "access-gained";
  }

  async #lost(kind: "identities" | "resources", holder: string, group: Group, stays: boolean): Promise<void> {
    const sentence = this.#sentence(kind, holder, group, "may no longer");
    const { witness, decided } = this.#prove(group, "allowed", "denied");
    if (!witness) {
      if (!decided) this.#undecided(sentence);
      return;
    }
    this.#findings.push({ section: "Access", rule: "access-lost", sentence, witness, ...(!stays && { consequence: true }) });
  }

  #denial(kind: "identities" | "resources", holder: string, group: Group, isNew: boolean): void {
    const what = this.#sentence(kind, holder, group, isNew ? "may no longer (by a denial)" : "is no longer denied to");
    const { witness } = group.condition === "" ? this.#prove(group, isNew ? "allowed" : "denied", isNew ? "denied" : "allowed") : {};
    if (!witness) this.#undecided(what);
    else this.#findings.push({ section: "Access", rule: isNew ? "access-lost" : "access-gained", sentence: what, witness });
  }

  /** Looks for a request that is decided so before and so after. Not decided: some request could be neither found nor ruled out. */
  #prove(group: Group, before: "allowed" | "denied", after: "allowed" | "denied"): { readonly witness?: Witness; readonly decided: boolean } {
    const { accountId } = this.#sides.after;
    let decided = true;
    for (const grant of spread(group.grants)) {
      const request = requestFor(grant);
      const [old, now] = [answerOf(this.#before, accountId, request), answerOf(this.#after, accountId, request)];
      if (old === before && now === after) return { witness: { ...request, before, after }, decided: true };
      // The same verdict by another policy: allowed before and after.
      if (!(old === "allowed" && now === "allowed")) decided = false;
    }
    return { decided };
  }

  #sentence(kind: "identities" | "resources", holder: string, group: Group, may: string): Sentence {
    const { names } = this.#sides;
    const who = kind === "identities" ? say`${this.#nameOf(holder)}` : principalText(group.principal, names);
    const isTrust = kind === "resources" && holder.includes(":role/");
    const what = isTrust ? say`${this.#nameOf(holder)}` : resourcesText(group, names);
    return say`${who} ${words(may)} ${actionsText(group.actions)} ${what}${conditionText(group.condition, names)}`;
  }

  #nameOf(holder: string): string {
    const { before, after, names } = this.#sides;
    return holderName(holder, [...after.resources, ...before.resources], names);
  }

  #undecided(sentence: Sentence): void {
    this.#findings.push({ section: "Access", rule: "access-undecided", sentence: say`access may have changed: ${sentence}` });
  }

  #opaque(holder: string): void {
    const [old, now] = [this.#before.opaque.get(holder) ?? [], this.#after.opaque.get(holder) ?? []];
    if (isSame(old, now)) return;
    const [added, removed] = [now.filter((each) => !old.includes(each)), old.filter((each) => !now.includes(each))];
    const name = this.#nameOf(holder);
    if (added.length > 0) this.#undecided(say`${name} has ${quoted(added)}, whose content is not in the program`);
    if (removed.length > 0) this.#undecided(say`${name} no longer has ${quoted(removed)}, whose content is not in the program`);
  }
}

/** Requests tried for one sentence. */
const most = 16;

/** A few grants out of many, over all actions and resources; those of common actions first. */
function spread<T extends { readonly action: string }>(grants: readonly T[]): readonly T[] {
  const common = grants.filter(({ action }) => /:(GetObject|PutObject|InvokeFunction|StartExecution|Publish|AssumeRole|BatchGetImage)$/.test(action));
  const step = Math.max(1, Math.floor(grants.length / most));
  return [...common.slice(0, most / 2), ...grants.filter((_, index) => index % step === 0).slice(0, most)];
}

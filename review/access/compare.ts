import { quoted, say, words } from "../report/sentence.ts";
import { isSame } from "../resources/canonical.ts";
import type { Sides } from "../resources/sides.ts";
import type { RuleName } from "../risk.ts";
import { isBroad } from "./breadth.ts";
import { absent, type Group, hasOtherCondition, uncovered } from "./difference.ts";
import { type Grant, type Say, saysOf } from "./grant.ts";
import { actionsText, conditionText, holderName, principalText, resourcesText } from "./phrases.ts";
import { type Policies, policiesOf } from "./policies.ts";
import { answerOf, requestFor } from "./request.ts";
import { type AccessFinding, merged, type Phrase, type Statement, type Witness } from "./statement.ts";

const nothing: Say = { allows: [], denies: [], negated: [] };

/** Who may do more or less, in sentences. */
export async function accessFindings(sides: Sides): Promise<readonly AccessFinding[]> {
  const comparison = new AccessComparison(sides);
  return comparison.run();
}

/** Who has policies: a role, or a resource that says who may come. */
interface Holder {
  readonly kind: "identities" | "resources";
  readonly arn: string;
}

class AccessComparison {
  readonly #sides: Sides;
  readonly #before: Policies;
  readonly #after: Policies;
  readonly #statements: Statement[] = [];

  constructor(sides: Sides) {
    this.#sides = sides;
    this.#before = policiesOf(sides.before.resources);
    this.#after = policiesOf(sides.after.resources);
  }

  async run(): Promise<readonly AccessFinding[]> {
    const [before, after] = [await saysOf(this.#before), await saysOf(this.#after)];
    for (const kind of ["identities", "resources"] as const) {
      for (const arn of new Set([...before[kind].keys(), ...after[kind].keys()])) {
        await this.#compare({ kind, arn }, before[kind].get(arn), after[kind].get(arn));
      }
    }
    for (const holder of new Set([...this.#before.opaque.keys(), ...this.#after.opaque.keys()])) this.#opaque(holder);
    return merged(this.#statements);
  }

  async #compare(holder: Holder, before: Say | undefined, after: Say | undefined): Promise<void> {
    const [old, now] = [before ?? nothing, after ?? nothing];
    for (const group of uncovered(now.allows, old.allows)) await this.#gained(holder, group, before);
    for (const group of uncovered(old.allows, now.allows)) {
      if (!hasOtherCondition(group, now)) this.#lost(holder, group, after !== undefined);
    }
    for (const group of absent(now.denies, old.denies)) this.#denial(holder, group, true);
    for (const group of absent(old.denies, now.denies)) this.#denial(holder, group, false);
    if (!isSame(old.negated, now.negated)) {
      const what = words("statements that name what they are not about (NotAction, NotResource, NotPrincipal)");
      this.#undecided({ who: say`${this.#nameOf(holder.arn)}`, may: words("with other"), what, condition: words("") });
    }
  }

  async #gained(holder: Holder, group: Group, before: Say | undefined): Promise<void> {
    const phrase = this.#phrase(holder, group, "may now");
    if (before && hasOtherCondition(group, before)) {
      this.#undecided({ ...phrase, condition: say`${phrase.condition}; the condition was another one` });
      return;
    }
    const { witness, decided } = this.#prove(group, "denied", "allowed");
    if (witness) this.#statements.push({ ...phrase, rule: await this.#ruleFor(holder, group, before), witness });
    else if (!decided) this.#undecided(phrase);
  }

  async #ruleFor({ kind, arn }: Holder, group: Group, before: Say | undefined): Promise<RuleName> {
    if (group.principal === "*") return "access-public";
    const isNew =
      kind === "identities"
        ? before === undefined
        : !before?.allows.some(({ principal }) => principal === group.principal);
    // A new role or function is used by the services that run it: that is no new principal for what was there.
    const isOwnService =
      kind === "resources" && group.principal.startsWith("Service ") && !this.#before.owners.has(arn);
    if (isNew && !isOwnService) return "access-new-principal";
    // Without its condition a policy of a resource lets in those whom the same service or account works for.
    const dropped =
      kind === "resources" &&
      group.condition === "" &&
      (before?.allows ?? []).some((other) => isSameUnder(other, group));
    const broad = dropped || (kind === "identities" && (await isBroad(group)));
    return broad ? "access-broad" : "access-gained";
  }

  #lost(holder: Holder, group: Group, stays: boolean): void {
    const phrase = this.#phrase(holder, group, "may no longer");
    const { witness, decided } = this.#prove(group, "allowed", "denied");
    if (witness) this.#statements.push({ ...phrase, rule: "access-lost", witness, consequence: !stays });
    else if (!decided) this.#undecided(phrase);
  }

  #denial(holder: Holder, group: Group, isNew: boolean): void {
    const phrase = this.#phrase(holder, group, isNew ? "may by a new denial no longer" : "may by the end of a denial");
    const [before, after] = isNew ? (["allowed", "denied"] as const) : (["denied", "allowed"] as const);
    const { witness } = group.condition === "" ? this.#prove(group, before, after) : {};
    if (witness) this.#statements.push({ ...phrase, rule: isNew ? "access-lost" : "access-gained", witness });
    else this.#undecided(phrase);
  }

  /** Looks for a request that is decided so before and so after. Not decided: some request could be neither found nor ruled out. */
  #prove(
    group: Group,
    before: "allowed" | "denied",
    after: "allowed" | "denied",
  ): { readonly witness?: Witness; readonly decided: boolean } {
    const { accountId } = this.#sides.after;
    const tried = spread(group.grants);
    // All of them allowed before and after is an end; some of very many are not.
    let decided = tried.length >= group.grants.length;
    for (const grant of tried) {
      const request = requestFor(grant);
      const [old, now] = [answerOf(this.#before, accountId, request), answerOf(this.#after, accountId, request)];
      if (old === before && now === after) return { witness: { ...request, before, after }, decided: true };
      // The same verdict by another policy: allowed before and after.
      if (!(old === "allowed" && now === "allowed")) decided = false;
    }
    return { decided };
  }

  #phrase({ kind, arn }: Holder, group: Group, may: string): Phrase {
    const { names } = this.#sides;
    const isTrust = kind === "resources" && arn.includes(":role/");
    return {
      who: kind === "identities" ? say`${this.#nameOf(arn)}` : principalText(group.principal, names),
      may: say`${words(may)} ${actionsText(group.actions)}`,
      what: isTrust ? say`${this.#nameOf(arn)}` : resourcesText(group, names),
      condition: conditionText(group.condition, names),
    };
  }

  #nameOf(holder: string): string {
    const { before, after, names } = this.#sides;
    return holderName(holder, [...after.resources, ...before.resources], names);
  }

  #undecided(phrase: Phrase): void {
    this.#statements.push({ ...phrase, rule: "access-undecided" });
  }

  #opaque(holder: string): void {
    const [old, now] = [this.#before.opaque.get(holder) ?? [], this.#after.opaque.get(holder) ?? []];
    const [added, removed] = [now.filter((each) => !old.includes(each)), old.filter((each) => !now.includes(each))];
    const who = say`${this.#nameOf(holder)}`;
    const condition = words(", whose content is not in the program");
    if (added.length > 0) this.#undecided({ who, may: words("has"), what: quoted(added), condition });
    if (removed.length > 0) this.#undecided({ who, may: words("no longer has"), what: quoted(removed), condition });
  }
}

/** The same grant, under a condition. */
const isSameUnder = (other: Grant, { principal, actions, condition }: Group): boolean =>
  other.condition !== condition && other.principal === principal && actions.includes(other.action);

/** Requests tried for one sentence: the simulator needs half a millisecond for each. */
const most = 400;

/** Grants in the order in which they are tried: those of common actions first, and of too many only some. */
function spread<T extends { readonly action: string }>(grants: readonly T[]): readonly T[] {
  const isCommon = ({ action }: T) =>
    /:(GetObject|PutObject|InvokeFunction|StartExecution|Publish|AssumeRole|BatchGetImage)$/.test(action);
  const ordered = [...grants.filter(isCommon), ...grants.filter((grant) => !isCommon(grant))];
  const step = Math.ceil(ordered.length / most);
  return ordered.filter((_, index) => index % step === 0);
}

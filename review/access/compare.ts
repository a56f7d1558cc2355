import { isSame } from "../../lib/canonical.ts";
import { quoted, say, words } from "../report/sentence.ts";
import type { Sides } from "../resources/sides.ts";
import type { RuleName } from "../risk.ts";
import { isBroad } from "./breadth.ts";
import { absent, type Group, hasOtherCondition, uncovered } from "./difference.ts";
import { type Grant, type Say, saysOf } from "./grant.ts";
import { actionsText, conditionText, holderName, principalText, resourcesText } from "./phrases.ts";
import { type Policies, policiesOf } from "./policies.ts";
import { answerOf, fromElsewhere, type Request, requestFor } from "./request.ts";
import { type AccessFinding, merged, type Phrase, type Statement, type Witness } from "./statement.ts";

const nothing: Say = { allows: [], denies: [], negated: [] };

/** Describes in sentences who gains or loses access. */
export async function accessFindings(sides: Sides): Promise<readonly AccessFinding[]> {
  const comparison = new AccessComparison(sides);
  return comparison.run();
}

/** The owner of policies: a role, or a resource with a resource policy. */
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
    const phrase = this.#gain(holder, group, before);
    if (before && hasOtherCondition(group, before)) {
      this.#undecided({ ...phrase, condition: say`${phrase.condition}; the condition was another one` });
      return;
    }
    const { witness, decided } = this.#prove(group, "denied", "allowed");
    if (witness) this.#statements.push({ ...phrase, rule: await this.#ruleFor(holder, group, before), witness });
    else if (!decided) this.#undecided(phrase);
  }

  /** Names the condition that the same grant had before, if it has none now. */
  #gain(holder: Holder, group: Group, before: Say | undefined): Phrase {
    const phrase = this.#phrase(holder, group, "may now");
    const former = group.condition === "" ? before?.allows.find((other) => isSameUnder(other, group)) : undefined;
    if (!former) return phrase;
    return { ...phrase, condition: say`, no longer only if ${this.#sides.names.within(former.condition)}` };
  }

  async #ruleFor({ kind, arn }: Holder, group: Group, before: Say | undefined): Promise<RuleName> {
    if (group.principal === "*") return "access-public";
    const isNew =
      kind === "identities"
        ? before === undefined
        : !before?.allows.some(({ principal }) => principal === group.principal);
    // The service that runs a new role or function is not a new principal for resources that existed before.
    const isOwnService =
      kind === "resources" && group.principal.startsWith("Service ") && !this.#before.owners.has(arn);
    if (isNew && !isOwnService) return "access-new-principal";
    // When a resource's policy loses its condition, the service or account can act on it for anyone.
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

  /**
   * Looks for a request whose result changes from `before` to `after`. `decided` is false if some grants could be
   * neither proved nor ruled out.
   */
  #prove(
    group: Group,
    before: "allowed" | "denied",
    after: "allowed" | "denied",
  ): { readonly witness?: Witness; readonly decided: boolean } {
    const { accountId } = this.#sides.after;
    const tried = spread(group.grants);
    // If every grant was tried and allowed on both sides, nothing changed. That does not hold if only a sample was
    // tried.
    let decided = tried.length >= group.grants.length;
    for (const grant of tried) {
      const request = requestFor(grant);
      const answers = (each: Request) => [
        answerOf(this.#before, accountId, each),
        answerOf(this.#after, accountId, each),
      ];
      const [old, now] = answers(request);
      const proof = [request, ...fromElsewhere(request)].find((each) => {
        const [was, is] = each === request ? [old, now] : answers(each);
        return was === before && is === after;
      });
      if (proof) return { witness: { ...proof, before, after }, decided: true };
      // Allowed before and after: another policy grants the same.
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

/** Whether a grant is the same except for its condition. */
const isSameUnder = (other: Grant, { principal, actions, condition }: Group): boolean =>
  other.condition !== condition && other.principal === principal && actions.includes(other.action);

/** Maximum number of requests tried per sentence. The simulator takes half a millisecond for each. */
const most = 400;

/** The grants to try: those with common actions first. If there are too many, only a sample. */
function spread<T extends { readonly action: string }>(grants: readonly T[]): readonly T[] {
  const isCommon = ({ action }: T) =>
    /:(GetObject|PutObject|InvokeFunction|StartExecution|Publish|AssumeRole|BatchGetImage)$/.test(action);
  const ordered = [...grants.filter(isCommon), ...grants.filter((grant) => !isCommon(grant))];
  const step = Math.ceil(ordered.length / most);
  return ordered.filter((_, index) => index % step === 0);
}

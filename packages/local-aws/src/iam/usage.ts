import type { RoleResource } from "../graph.ts";

/** One statement of a role's policy. `sid` is its index if it has none. */
export interface Grant {
  readonly role: string;
  readonly policy: string;
  readonly sid: string;
}

export interface Usage {
  readonly used: readonly Grant[];
  readonly unused: readonly Grant[];
}

/** A call that no statement allowed, or that one denied. */
export interface Refusal {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
}

/** Refusals kept: a caller that asks on and on, under ever new keys, must not fill the memory. */
const refusalsKept = 1_000;

/** Which statements have let a call pass. A grant that nothing uses is more than the least privilege. */
export class GrantLedger {
  readonly #used = new Set<string>();
  readonly #refusals = new Map<string, Refusal>();

  mark(role: RoleResource, policy: string, index: number): void {
    this.#used.add(keyOf(role, policy, index));
  }

  refuse(refusal: Refusal): void {
    const key = JSON.stringify(refusal);
    if (this.#refusals.has(key) || this.#refusals.size < refusalsKept) this.#refusals.set(key, refusal);
  }

  /** Each refused call once, from the first on; what was given is forgotten. */
  takeRefusals(): readonly Refusal[] {
    const taken = [...this.#refusals.values()];
    this.#refusals.clear();
    return taken;
  }

  report(roles: readonly RoleResource[]): Usage {
    const used: Grant[] = [];
    const unused: Grant[] = [];
    for (const role of roles) {
      for (const [policy, { Statement }] of Object.entries(role.policies)) {
        Statement.forEach((_statement, index) => {
          const grant = { role: role.name, policy, sid: sidOf(role, policy, index) };
          (this.#used.has(keyOf(role, policy, index)) ? used : unused).push(grant);
        });
      }
    }
    return { used, unused };
  }
}

export function sidOf(role: RoleResource, policy: string, index: number): string {
  const sid = role.policies[policy]?.Statement[index]?.["Sid"];
  return typeof sid === "string" ? sid : `statement ${index + 1}`;
}

/** By content, so that an edited program keeps what it learnt about the statements that did not change. */
function keyOf(role: RoleResource, policy: string, index: number): string {
  return JSON.stringify([role.arn, policy, role.policies[policy]?.Statement[index]]);
}

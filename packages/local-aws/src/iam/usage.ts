import type { RoleResource } from "../graph.ts";

/** A statement of a role's policy. `sid` is the statement's index if it has no Sid. */
export interface Grant {
  readonly role: string;
  readonly policy: string;
  readonly sid: string;
}

export interface Usage {
  readonly used: readonly Grant[];
  readonly unused: readonly Grant[];
}

/** A call that no statement allowed, or that a statement denied. */
export interface Refusal {
  readonly role: string;
  readonly action: string;
  readonly resource: string;
}

/** Maximum number of recorded refusals. A caller that keeps requesting new object keys must not fill the memory. */
const refusalsKept = 1_000;

/** Records which statements allowed a call. A grant that is never used goes beyond least privilege. */
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

  /** Returns each refused call once, in order of first occurrence, and clears the list. */
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

/**
 * Builds a key from the statement's content, so that after an edit of the program the records of unchanged statements
 * are kept.
 */
function keyOf(role: RoleResource, policy: string, index: number): string {
  return JSON.stringify([role.arn, policy, role.policies[policy]?.Statement[index]]);
}

import type { Machine } from "./machine.ts";

/** An owner of sandboxes that can give up its idle ones. */
export interface Member {
  readonly memorySizeMb: number;
  /** Number of live sandboxes. */
  readonly size: number;
  /** When the sandbox that has been idle longest became idle; undefined if none is idle. */
  readonly idleSince: number | undefined;
  evictOne(): void;
}

/**
 * The sandboxes of all functions on one machine. Starting a sandbox for one function may end an idle sandbox of
 * another.
 */
export class Fleet {
  readonly machine: Machine;
  readonly #members = new Set<Member>();

  constructor(machine: Machine) {
    this.machine = machine;
  }

  add(member: Member): void {
    this.#members.add(member);
  }

  remove(member: Member): void {
    this.#members.delete(member);
  }

  /** Ends idle sandboxes, longest idle first, until another sandbox of this size fits or no idle one is left. */
  makeRoom(memorySizeMb: number): void {
    for (;;) {
      let used = 0;
      let oldest: Member | undefined;
      for (const member of this.#members) {
        used += member.size * member.memorySizeMb;
        const since = member.idleSince ?? Number.POSITIVE_INFINITY;
        if (since < (oldest?.idleSince ?? Number.POSITIVE_INFINITY)) oldest = member;
      }
      if (used + memorySizeMb <= this.machine.memoryMb || !oldest) return;
      oldest.evictOne();
    }
  }
}

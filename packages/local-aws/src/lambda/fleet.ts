import type { Machine } from "./machine.ts";

/** Something that holds idle sandboxes it can do without. */
export interface Member {
  readonly memorySizeMb: number;
  /** Sandboxes alive now. */
  readonly size: number;
  /** When its longest idle sandbox became idle; nothing when none is. */
  readonly idleSince: number | undefined;
  evictOne(): void;
}

/** All functions' sandboxes on one machine: a new one may cost another function its idle one. */
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

  /** Ends idle sandboxes, longest idle first, until one more of this size fits or none is idle. */
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

import { isWriting } from "./deployed/scope.ts";
import type { DoorCall, DoorKeeper } from "./door-keeper.ts";
import type { Reply } from "./operation.ts";
import { SharedReads } from "./shared-reads.ts";

/** Makes every call at once, but the same read of several tabs only once. */
export class SharingKeeper implements DoorKeeper {
  readonly #reads = new SharedReads();

  async pass(call: DoorCall, make: () => Promise<Reply>): Promise<Reply> {
    if (!isWriting(call)) return this.#reads.read(call, make);
    try {
      return await make();
    } finally {
      this.#reads.forget();
    }
  }
}

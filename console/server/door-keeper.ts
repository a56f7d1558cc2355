import type { Reply } from "./operation.ts";

/** A request of the page: an operation and its input. */
export interface DoorCall {
  readonly service: string;
  readonly operation: string;
  readonly input: unknown;
}

/** Decides which calls of the page are made, and when. */
export interface DoorKeeper {
  /** Makes the call now, later, or not at all. @throws Refusal */
  pass(call: DoorCall, make: () => Promise<Reply>): Promise<Reply>;
}

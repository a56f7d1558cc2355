import type { Clients } from "./clients.ts";

/** The response to an operation, as JSON. The status is 200 unless the operation forwards another status. */
export interface Reply {
  readonly status?: number;
  readonly body: unknown;
}

export type Operation = (clients: Clients, input: unknown) => Promise<Reply>;

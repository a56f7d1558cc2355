import type { Registration } from "../identity.ts";

/** What a provider would answer to a creation: the resource's id and what it adds to the inputs. */
export interface Created {
  readonly id: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** Completes the resources of one type. */
export type Provider = (registration: Registration) => Created;
export type Providers = Readonly<Record<string, Provider>>;

/** For settings of another resource, which compute nothing: the id is what it belongs to. */
export const settingOf =
  (property: string): Provider =>
  ({ inputs }) => ({ id: String(inputs[property]), outputs: {} });

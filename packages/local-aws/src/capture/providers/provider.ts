import type { Registration } from "../identity.ts";

/** What a provider returns when it creates a resource: the resource's id, and the outputs to add to the inputs. */
export interface Created {
  readonly id: string;
  readonly outputs: Readonly<Record<string, unknown>>;
}

/** Completes the resources of one type. */
export type Provider = (registration: Registration) => Created;
export type Providers = Readonly<Record<string, Provider>>;

/**
 * Creates a provider for a resource that only configures another one. It computes nothing; its id is that of the
 * resource in `property`.
 */
export const settingOf =
  (property: string): Provider =>
  ({ inputs }) => ({ id: String(inputs[property]), outputs: {} });

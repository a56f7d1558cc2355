import type { Properties } from "../handler.ts";

/**
 * Reads what the cloud has now, under the provider's names. Properties that are not in the result are taken to be as the
 * state has them; undefined if the resource no longer exists.
 */
export type Live = (id: string, state: Properties) => Promise<Properties | undefined>;

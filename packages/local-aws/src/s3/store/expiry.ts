import type { BucketResource } from "../../graph.ts";
import type { BucketStore } from "./store.ts";

const dayMs = 24 * 3_600_000;

/** Lifecycle expiry: deletes objects that are older than the rule for their prefix allows. */
export async function expire(store: BucketStore, rules: BucketResource["expirations"], now: number): Promise<void> {
  if (rules.length === 0) return;
  for (const { key, lastModified } of store.list()) {
    const over = rules.some(({ prefix, days }) => key.startsWith(prefix) && now - lastModified > days * dayMs);
    if (over) await store.delete(key);
  }
}

import { createHash } from "node:crypto";
import { declaredOf } from "./declared.ts";
import type { Properties } from "./handler.ts";
import { handlerOf } from "./handlers.ts";

export interface Checked {
  readonly inputs: Properties;
  readonly failures: readonly { readonly property: string; readonly reason: string }[];
}

/**
 * Rejects properties that the SDK does not declare. Adds the name that a provider would generate; updates keep it.
 * `seed` comes from the engine, so that a preview and its update choose the same name.
 */
export function check(type: string, resource: string, before: Properties, wanted: Properties, seed: Buffer): Checked {
  const { inputs: declared, required } = declaredOf(type);
  const handler = handlerOf(type);
  const given = Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== null && value !== undefined));
  const failures = [
    ...Object.keys(given)
      .filter((key) => !declared.has(key) && !key.startsWith("__"))
      .map((property) => ({ property, reason: `"${type}" has no property "${property}" in this SDK` })),
    ...[...required]
      .filter((key) => !(key in given))
      .map((property) => ({ property, reason: `"${type}" needs a "${property}"` })),
  ];
  const key = handler.autoName;
  const suffix = createHash("sha256").update(seed).digest("hex").slice(0, 7);
  const prefix = given[`${key}Prefix`] ?? `${resource}-`;
  const name = key !== undefined && !(key in given) ? { [key]: before[key] ?? `${prefix}${suffix}` } : {};
  return { inputs: { ...given, ...name, ...handler.computed?.(given) }, failures };
}

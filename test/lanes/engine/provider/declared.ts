import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);

/** The SDK's declarations for a resource type. A provider of that version accepts no other properties. */
export interface Declared {
  readonly inputs: ReadonlySet<string>;
  readonly required: ReadonlySet<string>;
  /** Properties that only the provider sets. */
  readonly outputs: ReadonlySet<string>;
}

const known = new Map<string, Declared>();

/**
 * Reads the SDK's generated class for a type token such as `aws:lambda/function:Function`. Throws if the type is
 * unknown.
 */
export function declaredOf(type: string): Declared {
  const found = known.get(type);
  if (found) return found;
  const [provider, location = "", name = ""] = type.split(":");
  const file = location === "index" ? name.charAt(0).toLowerCase() + name.slice(1) : location;
  const script = require.resolve(`@pulumi/${provider}/${file}.js`);
  const [, construction = ""] = readFileSync(script, "utf8").split(/constructor\(name, /);
  const inputs = matches(construction, /resourceInputs\["(\w+)"\] = [^;]*args\??\./g);
  if (inputs.size === 0) throw new Error(`the SDK declares no inputs for "${type}" (read in ${script})`);
  const computed = matches(construction, /resourceInputs\["(\w+)"\] = undefined \/\*out\*\//g);
  const declared = {
    inputs,
    required: matches(construction, /Missing required property '(\w+)'/g),
    outputs: new Set([...computed].filter((key) => !inputs.has(key))),
  };
  known.set(type, declared);
  return declared;
}

function matches(text: string, pattern: RegExp): ReadonlySet<string> {
  return new Set([...text.matchAll(pattern)].map(([, key = ""]) => key));
}

import type { Properties } from "./handler.ts";

/** A property as text; undefined if it is absent. */
export function text(properties: Properties, key: string): string | undefined {
  const value = properties[key];
  return value === undefined || value === null ? undefined : String(value);
}

/** A property that must exist, because the provider has already checked or named it. */
export function needed(properties: Properties, key: string): string {
  const value = text(properties, key);
  if (value === undefined) throw new Error(`"${key}" is absent (there: ${Object.keys(properties).join(", ")})`);
  return value;
}

export function whole(properties: Properties, key: string): number | undefined {
  const value = properties[key];
  return value === undefined || value === null ? undefined : Number(value);
}

/** A property whose type the AWS client defines. The service validates its value. */
export function shape<T>(properties: Properties, key: string): T | undefined {
  return (properties[key] ?? undefined) as T | undefined;
}

/** Keys as in AWS's APIs: `noncurrentDays` becomes `NoncurrentDays`, at every depth. */
export function pascal<T>(value: unknown): T {
  return convert(value, (key) => key.charAt(0).toUpperCase() + key.slice(1)) as T;
}

export function convert(value: unknown, rename: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((entry) => convert(entry, rename));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [rename(key), convert(entry, rename)]));
}

/** Returns true, or false if the service responds that the resource does not exist. Other errors are thrown. */
export async function found(look: Promise<unknown>): Promise<boolean> {
  try {
    await look;
    return true;
  } catch (error) {
    const { name, $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
    if ($metadata?.httpStatusCode === 404 || /NotFound|NoSuch|DoesNotExist/i.test(name ?? "")) return false;
    throw error;
  }
}

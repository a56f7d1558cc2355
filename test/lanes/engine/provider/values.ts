import type { Properties } from "./handler.ts";

/** A property as text; absent is undefined. */
export function text(properties: Properties, key: string): string | undefined {
  const value = properties[key];
  return value === undefined || value === null ? undefined : String(value);
}

/** A property that the provider has checked or named before. */
export function needed(properties: Properties, key: string): string {
  const value = text(properties, key);
  if (value === undefined) throw new Error(`"${key}" is absent (there: ${Object.keys(properties).join(", ")})`);
  return value;
}

export function whole(properties: Properties, key: string): number | undefined {
  const value = properties[key];
  return value === undefined || value === null ? undefined : Number(value);
}

/** A property whose shape the AWS client defines; the service validates the value. */
export function shape<T>(properties: Properties, key: string): T | undefined {
  return (properties[key] ?? undefined) as T | undefined;
}

/** Keys as AWS APIs write them: `noncurrentDays` becomes `NoncurrentDays`, at every depth. */
export function pascal<T>(value: unknown): T {
  return convert(value, (key) => key.charAt(0).toUpperCase() + key.slice(1)) as T;
}

export function convert(value: unknown, rename: (key: string) => string): unknown {
  if (Array.isArray(value)) return value.map((entry) => convert(entry, rename));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [rename(key), convert(entry, rename)]));
}

/** True, or false where the service says that there is no such thing. Other errors are errors. */
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

import { z } from "zod";

/** One configuration key: how its text is parsed, its allowed values, and its default. */
export interface Setting<T> {
  /** The allowed values, as the end of the sentence "Allowed: …". */
  readonly allowed: string;
  /** A valid value, or `< FILE` for one that is read from a file, for the remedy `pulumi config set KEY EXAMPLE`. */
  readonly example: string;
  readonly fallback: T;
  /** Parses the text that Pulumi stores for every value. */
  readonly schema: z.ZodType<T>;
}

export type Settings = Readonly<Record<string, Setting<unknown>>>;
export type Values<S extends Settings> = { readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never };

/** Parses JSON text; the next schema validates the value. */
const json = z.string().transform((text, context) => {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    context.addIssue("not JSON");
    return z.NEVER;
  }
});

export function whole(least: number, most: number, fallback: number, unit = ""): Setting<number> {
  return {
    allowed: `a whole number from ${least} to ${most}${unit && ` (${unit})`}`,
    example: String(fallback),
    fallback,
    schema: z
      .string()
      .regex(/^\d{1,15}$/)
      .transform(Number)
      .pipe(z.number().min(least).max(most)),
  };
}

export function flag(fallback: boolean): Setting<boolean> {
  return {
    allowed: "true or false",
    example: String(fallback),
    fallback,
    schema: z.enum(["true", "false"]).transform((text) => text === "true"),
  };
}

export function choice<const T extends string>(values: readonly T[], fallback: NoInfer<T>): Setting<T> {
  return { allowed: values.join(", "), example: fallback, fallback, schema: z.enum(values) };
}

export function number(values: readonly number[], fallback: number): Setting<number> {
  return {
    allowed: values.join(", "),
    example: String(fallback),
    fallback,
    schema: z.enum(values.map(String)).transform(Number),
  };
}

export function text(pattern: RegExp, allowed: string, example: string): Setting<string | undefined> {
  return { allowed, example, fallback: undefined, schema: z.string().regex(pattern) };
}

/** A setting that may be absent. */
export function optional<T>(setting: Setting<T>): Setting<T | undefined> {
  return { ...setting, fallback: undefined };
}

/** A JSON list of strings, each of the pattern. */
export function list(pattern: RegExp, entry: string, fallback: readonly string[]): Setting<readonly string[]> {
  return {
    allowed: `a JSON list, each entry ${entry}`,
    example: `'${JSON.stringify(fallback)}'`,
    fallback,
    schema: json.pipe(z.array(z.string().regex(pattern))),
  };
}

/** A JSON object with exactly these keys, each value of the pattern. */
export function record<const K extends string>(
  keys: readonly K[],
  pattern: RegExp,
  entry: string,
): Setting<Readonly<Record<K, string>> | undefined> {
  return {
    allowed: `an object with the keys ${keys.join(" and ")}, each ${entry}`,
    example: `--path 'KEY.${keys[0]}' VALUE`,
    fallback: undefined,
    // A record with an enum for its keys requires each of them and rejects all other keys.
    schema: json.pipe(z.record(z.enum(keys), z.string().regex(pattern))),
  };
}

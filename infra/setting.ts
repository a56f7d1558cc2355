/** One value of the stack's configuration: how its text is read, what is allowed, what holds when it is absent. */
export interface Setting<T> {
  /** The allowed values, as the end of the sentence "Allowed: …". */
  readonly allowed: string;
  /** Text that is allowed, for the remedy `pulumi config set KEY EXAMPLE`. */
  readonly example: string;
  readonly fallback: T;
  /** The value, or undefined when the text is not allowed. */
  read(text: string): T | undefined;
}

export type Settings = Readonly<Record<string, Setting<unknown>>>;
export type Values<S extends Settings> = { readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never };

export function whole(least: number, most: number, fallback: number, unit = ""): Setting<number> {
  return {
    allowed: `a whole number from ${least} to ${most}${unit && ` (${unit})`}`,
    example: String(fallback),
    fallback,
    read: (text) => {
      const value = /^\d{1,15}$/.test(text) ? Number(text) : Number.NaN;
      return value >= least && value <= most ? value : undefined;
    },
  };
}

export function flag(fallback: boolean): Setting<boolean> {
  return {
    allowed: "true or false",
    example: String(fallback),
    fallback,
    read: (text) => (text === "true" ? true : text === "false" ? false : undefined),
  };
}

export function choice<const T extends string>(values: readonly T[], fallback: NoInfer<T>): Setting<T> {
  return {
    allowed: values.join(", "),
    example: fallback,
    fallback,
    read: (text) => values.find((value) => value === text),
  };
}

export function number(values: readonly number[], fallback: number): Setting<number> {
  return {
    allowed: values.join(", "),
    example: String(fallback),
    fallback,
    read: (text) => values.find((value) => String(value) === text),
  };
}

export function text(pattern: RegExp, allowed: string, example: string): Setting<string | undefined> {
  return { allowed, example, fallback: undefined, read: (given) => (pattern.test(given) ? given : undefined) };
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
    read: (given) => {
      const value = parsed(given);
      const fits = Array.isArray(value) && value.every((one) => typeof one === "string" && pattern.test(one));
      return fits ? (value as string[]) : undefined;
    },
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
    read: (given) => {
      const value = parsed(given);
      if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
      const entries = Object.entries(value);
      const fits =
        entries.length === keys.length &&
        entries.every(([key, one]) => keys.some((k) => k === key) && typeof one === "string" && pattern.test(one));
      return fits ? (value as Record<K, string>) : undefined;
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

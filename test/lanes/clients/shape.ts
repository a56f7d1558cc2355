/**
 * The type of a response member: a text, a number, a boolean, a date, a list of one shape, or named members. A name
 * that ends with `?` may be absent.
 */
export type Shape =
  | "text"
  | "number"
  | "flag"
  | "date"
  | "anything"
  | readonly [Shape]
  | { readonly [member: string]: Shape };

/** Maximum age of a date in milliseconds: everything in this lane's data folder is younger. */
const oldestMs = 900_000;
/** How far in milliseconds a date may be in the future, because of clock differences and rounding. */
const newestMs = 5_000;

/**
 * Describes each difference between a value and a shape in one sentence; empty if there are no differences. `shows`
 * returns whether this version of the client supports a member, because the client omits members that it does not
 * support.
 */
export function differencesFrom(
  shape: Shape,
  value: unknown,
  shows: (member: string) => boolean,
  at = "response",
): readonly string[] {
  if (shape === "anything") return [];
  if (shape === "text") return typeof value === "string" ? [] : [`${at} is ${show(value)}, not a text`];
  if (shape === "number") return typeof value === "number" ? [] : [`${at} is ${show(value)}, not a number`];
  if (shape === "flag") return typeof value === "boolean" ? [] : [`${at} is ${show(value)}, not a flag`];
  if (shape === "date") return dateProblem(value, at);
  if (isList(shape)) {
    if (!Array.isArray(value)) return [`${at} is ${show(value)}, not a list`];
    return value.flatMap((item, index) => differencesFrom(shape[0], item, shows, `${at}[${index}]`));
  }
  if (typeof value !== "object" || value === null) return [`${at} is ${show(value)}, not a structure`];
  return memberProblems(shape, value as Readonly<Record<string, unknown>>, shows, at);
}

function memberProblems(
  shape: Readonly<Record<string, Shape>>,
  value: Readonly<Record<string, unknown>>,
  shows: (member: string) => boolean,
  at: string,
): readonly string[] {
  const members = new Map(Object.entries(shape).map(([name, inner]) => [name.replace(/\?$/, ""), inner]));
  const unknown = Object.keys(value).filter((name) => !members.has(name));
  const problems = unknown.map((name) => `${at} has "${name}", which AWS's response has not`);
  for (const [name, inner] of members) {
    if (value[name] !== undefined) problems.push(...differencesFrom(inner, value[name], shows, `${at}.${name}`));
    else if (Object.hasOwn(shape, name) && shows(name)) problems.push(`${at} lacks "${name}"`);
  }
  return problems;
}

/** Clients return a date as ISO 8601 text, as seconds or milliseconds since 1970, or as a `Date`. */
function dateProblem(value: unknown, at: string): readonly string[] {
  const time =
    value instanceof Date
      ? value.getTime()
      : typeof value === "number"
        ? value < 1e11
          ? value * 1_000
          : value
        : Date.parse(String(value).replace(/\+0000$/, "Z"));
  const now = Date.now();
  if (time > now - oldestMs && time < now + newestMs) return [];
  return [`${at} is ${show(value)}, not a date of this run`];
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}

function show(value: unknown): string {
  return (JSON.stringify(value) ?? "absent").slice(0, 200);
}

/** What a member of a response is: text, a number, a flag, a date, a list of one shape, or members by name (`?` at the end: may be absent). */
export type Shape =
  | "text"
  | "number"
  | "flag"
  | "date"
  | "anything"
  | readonly [Shape]
  | { readonly [member: string]: Shape };

/** Dates may lie this far before the moment they are read: everything in this lane's data folder is younger. */
const oldestMs = 900_000;
/** Clocks and fractions of a second. */
const newestMs = 5_000;

/**
 * How a value differs from a shape, one sentence per difference; empty where it does not. `shows` says whether this
 * version of the client knows a member: it leaves out what it does not know.
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

/** Clients show a date as ISO 8601, as seconds or milliseconds since 1970, or as a `Date`. */
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

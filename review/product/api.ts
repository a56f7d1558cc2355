import { canonical, isSame } from "../../lib/canonical.ts";
import type { Finding } from "../finding.ts";
import { type Sentence, say, words } from "../report/sentence.ts";
import type { Sides } from "../resources/sides.ts";
import { schemaBreaks } from "./schema.ts";

type Json = Readonly<Record<string, unknown>>;
const object = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {});

/** The differences in the API's own description that callers must know about. */
export function apiFindings({ before, after }: Sides): readonly Finding[] {
  const [old, now] = [canonical(before.api), canonical(after.api)];
  if (isSame(old, now)) return [];
  if (old === undefined || now === undefined) {
    return [
      {
        section: "API",
        rule: "api-changed",
        sentence: words("the description of the API cannot be made on both sides: check by hand"),
      },
    ];
  }
  const breaks = breaksOf(object(old), object(now));
  const added = routesOf(object(now)).filter(({ name }) => !routesOf(object(old)).some((each) => each.name === name));
  return [
    ...breaks.map((sentence): Finding => ({ section: "API", rule: "api-breaking", sentence: say`API: ${sentence}` })),
    ...added.map(({ name }): Finding => ({ section: "API", rule: "api-changed", sentence: say`API: ${name} is new` })),
    ...(breaks.length === 0 && added.length === 0
      ? [
          {
            section: "API",
            rule: "api-changed",
            sentence: say`the description of the API changed in ${placesOf(object(old), object(now))}: check by hand`,
          } satisfies Finding,
        ]
      : []),
  ];
}

interface Route {
  readonly name: string;
  readonly operation: Json;
}

function routesOf(document: Json): readonly Route[] {
  return Object.entries(object(document["paths"])).flatMap(([path, methods]) =>
    Object.entries(object(methods)).map(([method, operation]) => ({
      name: `${method.toUpperCase()} ${path}`,
      operation: object(operation),
    })),
  );
}

function breaksOf(before: Json, after: Json): readonly Sentence[] {
  const now = new Map(routesOf(after).map(({ name, operation }) => [name, operation]));
  return routesOf(before).flatMap(({ name, operation }): readonly Sentence[] => {
    const current = now.get(name);
    if (!current) return [say`${name} is removed`];
    return [
      ...responseBreaks(before, operation, after, current),
      ...parameterBreaks(operation, current),
      ...schemaBreaks("request", resolved(before, bodyOf(operation)), resolved(after, bodyOf(current))),
    ].map((sentence) => say`${name}: ${sentence}`);
  });
}

function responseBreaks(before: Json, old: Json, after: Json, now: Json): readonly Sentence[] {
  const current = object(now["responses"]);
  return Object.entries(object(old["responses"])).flatMap(([status, response]): readonly Sentence[] => {
    const next = current[status];
    // If an error can no longer occur, callers lose nothing.
    if (next === undefined) return Number(status) < 400 ? [say`status ${status} is removed`] : [];
    return schemaBreaks("response", resolved(before, contentOf(response)), resolved(after, contentOf(next)));
  });
}

function parameterBreaks(old: Json, now: Json): readonly Sentence[] {
  const list = (operation: Json) =>
    ((operation["parameters"] ?? []) as readonly Json[]).map((each) => [String(each["name"]), each] as const);
  const [was, is] = [new Map(list(old)), new Map(list(now))];
  return [
    ...[...is]
      .filter(([name, each]) => each["required"] === true && was.get(name)?.["required"] !== true)
      .map(([name]) => say`parameter ${name} is required`),
    ...[...was.keys()].filter((name) => !is.has(name)).map((name) => say`parameter ${name} is removed`),
    ...[...is].flatMap(([name, each]) =>
      schemaBreaks("request", was.get(name)?.["schema"], each["schema"]).map(
        (sentence) => say`parameter ${name}: ${sentence}`,
      ),
    ),
  ];
}

const contentOf = (part: unknown): unknown => object(object(object(part)["content"])["application/json"])["schema"];
const bodyOf = (operation: Json): unknown => contentOf(operation["requestBody"]);

/** A schema in which references are replaced with their targets. A circular reference stays a reference. */
function resolved(document: Json, schema: unknown, seen: readonly string[] = []): unknown {
  if (Array.isArray(schema)) return schema.map((each) => resolved(document, each, seen));
  if (typeof schema !== "object" || schema === null) return schema;
  const { $ref } = schema as { $ref?: unknown };
  if (typeof $ref === "string" && !seen.includes($ref)) {
    const target = $ref
      .split("/")
      .slice(1)
      .reduce<unknown>((value, key) => object(value)[key], document);
    return resolved(document, target, [...seen, $ref]);
  }
  return Object.fromEntries(Object.entries(schema).map(([key, each]) => [key, resolved(document, each, seen)]));
}

function placesOf(before: Json, after: Json): Sentence {
  const changed = Object.keys({ ...before, ...after }).filter((key) => !isSame(before[key], after[key]));
  return say`${changed.join(", ")}`;
}

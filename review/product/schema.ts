import { isSame } from "../../lib/canonical.ts";
import { type Sentence, say, words } from "../report/sentence.ts";

type Json = Readonly<Record<string, unknown>>;
const object = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {});
const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

/** Keywords that limit the accepted values. A lower `upper` limit or a higher `lower` limit rejects more values. */
const upper = ["maxLength", "maximum", "exclusiveMaximum", "maxItems", "maxProperties"];
const lower = ["minLength", "minimum", "exclusiveMinimum", "minItems"];

/**
 * What a changed JSON Schema breaks for callers. For a response: a field that is removed or becomes optional. For a
 * request: a field that becomes required, is no longer accepted, or has narrower limits.
 */
export function schemaBreaks(
  kind: "request" | "response",
  before: unknown,
  after: unknown,
  at = "",
): readonly Sentence[] {
  if (isSame(before, after)) return [];
  const [old, now] = [object(before), object(after)];
  const field = at === "" ? words("the body") : say`field ${at}`;
  if (before !== undefined && after === undefined)
    return kind === "response" ? [say`${field} of the response is removed`] : [];
  const [oldForms, nowForms] = [formsOf(old), formsOf(now)];
  if (oldForms && nowForms) return formBreaks(kind, oldForms, nowForms, at);
  const sentences: Sentence[] = [];
  if (old["type"] !== undefined && !isSame(old["type"], now["type"]))
    sentences.push(
      say`${field} of the ${words(kind)} has another type: ${String(old["type"])} → ${String(now["type"] ?? "any")}`,
    );
  sentences.push(...(kind === "request" ? requestBreaks(old, now, at) : responseBreaks(old, now, at)));
  for (const [name, schema] of Object.entries(object(old["properties"]))) {
    const next = object(now["properties"])[name];
    if (next !== undefined) sentences.push(...schemaBreaks(kind, schema, next, at === "" ? name : `${at}.${name}`));
  }
  if (old["items"] !== undefined && now["items"] !== undefined)
    sentences.push(...schemaBreaks(kind, old["items"], now["items"], `${at}[]`));
  return sentences;
}

const formsOf = (schema: Json): readonly unknown[] | undefined => {
  const forms = schema["anyOf"] ?? schema["oneOf"];
  return Array.isArray(forms) ? forms : undefined;
};

/** Compares alternatives in their order. A removed alternative means that some requests are rejected. */
function formBreaks(
  kind: "request" | "response",
  old: readonly unknown[],
  now: readonly unknown[],
  at: string,
): readonly Sentence[] {
  const missing = old.length - now.length;
  return [
    ...(missing > 0
      ? [say`${missing} of ${old.length} forms of ${at === "" ? words("the body") : say`field ${at}`} are removed`]
      : []),
    ...old.slice(0, now.length).flatMap((form, index) => schemaBreaks(kind, form, now[index], at)),
  ];
}

function requestBreaks(old: Json, now: Json, at: string): readonly Sentence[] {
  const name = (field: string): string => (at === "" ? field : `${at}.${field}`);
  const required = texts(now["required"]).filter((field) => !texts(old["required"]).includes(field));
  const refused =
    now["additionalProperties"] === false
      ? Object.keys(object(old["properties"])).filter((field) => object(now["properties"])[field] === undefined)
      : [];
  const narrower = [
    ...upper.filter((word) => Number(now[word]) < Number(old[word] ?? Number.POSITIVE_INFINITY)),
    ...lower.filter((word) => Number(now[word]) > Number(old[word] ?? Number.NEGATIVE_INFINITY)),
  ];
  const values = texts(old["enum"]).filter((value) => now["enum"] !== undefined && !texts(now["enum"]).includes(value));
  const pattern = now["pattern"] !== undefined && now["pattern"] !== old["pattern"];
  const field = at === "" ? words("the body") : say`field ${at}`;
  return [
    ...required.map((each) => say`field ${name(each)} of the request is required`),
    ...refused.map((each) => say`field ${name(each)} of the request is removed`),
    ...narrower.map(
      (word) =>
        say`${field} of the request is bound more narrowly: ${words(word)} ${Number(old[word] ?? Number.NaN)} → ${Number(now[word])}`,
    ),
    ...values.map((value) => say`${field} of the request may no longer be ${value}`),
    ...(pattern ? [say`${field} of the request has another pattern`] : []),
  ];
}

function responseBreaks(old: Json, now: Json, at: string): readonly Sentence[] {
  const name = (field: string): string => (at === "" ? field : `${at}.${field}`);
  const gone = Object.keys(object(old["properties"])).filter((field) => object(now["properties"])[field] === undefined);
  const optional = texts(old["required"]).filter(
    (field) => !texts(now["required"]).includes(field) && !gone.includes(field),
  );
  return [
    ...gone.map((each) => say`field ${name(each)} of the response is removed`),
    ...optional.map((each) => say`field ${name(each)} of the response is optional`),
  ];
}

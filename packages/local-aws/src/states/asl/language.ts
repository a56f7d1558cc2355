import { isArray, isObject, type Json, type JsonObject } from "../data/json.ts";
import type { QueryLanguage } from "./definition.ts";
import { type Diagnostic, malformed, notSupported } from "./diagnostic.ts";

/** The context of a state: the query language of its machine, and whether its executions are Express executions. */
export interface Surroundings {
  readonly express: boolean;
  readonly language: QueryLanguage;
}

/**
 * Returns the query language of a state: its own or, without one, that of the machine. States inside a Map or Parallel
 * state do not inherit the language of that state.
 */
export function languageOf({ QueryLanguage }: JsonObject, { language }: Surroundings): QueryLanguage {
  if (QueryLanguage === undefined) return language;
  return QueryLanguage === "JSONPath" ? "JSONPath" : "JSONata";
}

export function other(language: QueryLanguage): QueryLanguage {
  return language === "JSONPath" ? "JSONata" : "JSONPath";
}

export function wrongLanguage(field: string, language: QueryLanguage, location: string): Diagnostic {
  return malformed(
    `The QueryLanguage is set to '${language}', but field '${field}' is only supported for the '${other(language)}' QueryLanguage`,
    location,
  );
}

/**
 * Returns the problems with query languages: unknown languages, combinations that AWS does not allow, and languages in
 * the wrong place.
 */
export function languageProblems(value: Json, location = "", machine?: Json): readonly Diagnostic[] {
  if (isArray(value)) {
    return value.flatMap((item, index) => languageProblems(item, `${location}[${index}]`, machine));
  }
  if (!isObject(value)) return [];
  const language = value["QueryLanguage"];
  const whole = location === "" ? language : machine;
  const own: Diagnostic[] = [];
  if (language !== undefined && /\/(ItemProcessor|Iterator)$/.test(location)) {
    own.push(notSupported("QueryLanguage", location));
  } else if (language !== undefined && language !== "JSONPath" && language !== "JSONata") {
    const sentence = "The field 'QueryLanguage' should have one of these values: [JSONPath, JSONata]";
    own.push(malformed(sentence, `${location}/QueryLanguage`));
  } else if (language === "JSONPath" && machine === "JSONata") {
    const sentence = "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine";
    own.push(malformed(sentence, location));
  }
  const inner = Object.entries(value).flatMap(([key, item]) =>
    ["States", "ItemProcessor", "Iterator", "Branches"].includes(key) || location.endsWith("/States")
      ? languageProblems(item, `${location}/${key}`, whole)
      : [],
  );
  return [...own, ...inner];
}

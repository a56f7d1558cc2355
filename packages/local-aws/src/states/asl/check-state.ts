import { isArray, isObject, type Json, type JsonObject } from "../data/json.ts";
import { checkAssign } from "./check-assign.ts";
import { checkChoices } from "./check-choice.ts";
import { checkExpressions, checkValue } from "./check-value.ts";
import type { QueryLanguage, StateType } from "./definition.ts";
import { type Diagnostic, malformed, notSupported } from "./diagnostic.ts";
import { exclusive, fieldsOf, type Kind, required, stateTypes } from "./fields.ts";
import { languageOf, other, type Surroundings, wrongLanguage } from "./language.ts";
import { checkResource } from "./resources.ts";

/**
 * Returns the problems with a single state: unknown fields, invalid values, and features that this runtime cannot run.
 */
export function checkState(
  name: string,
  state: Json | undefined,
  location: string,
  machine: Surroundings,
): readonly Diagnostic[] {
  if (!isObject(state)) return [malformed("Expected value of type Object", location)];
  const type = stateTypes.find((known) => known === state["Type"]);
  if (type === undefined) {
    const sentence = `The field 'Type' should have one of these values: [${stateTypes.join(", ")}]`;
    return [malformed(sentence, `${location}/Type`)];
  }
  const language = languageOf(state, machine);
  const fields = fieldsOf(type, language);
  const missing = (required[type] ?? []).filter((field) => !Object.hasOwn(state, field));
  return [
    ...(missing.length === 0 ? [] : [malformed(`These fields are required: [${missing.join(", ")}]`, location)]),
    ...Object.entries(state).flatMap(([field, value]) => {
      const kind = Object.hasOwn(fields, field) ? fields[field] : undefined;
      if (kind !== undefined) return checkValue(value, kind, field, location, language);
      const known = Object.hasOwn(fieldsOf(type, other(language)), field);
      return [known ? wrongLanguage(field, language, location) : notSupported(field, location)];
    }),
    ...exclusive.flatMap((group) => {
      const given = group.filter((field) => Object.hasOwn(state, field));
      if (given.length < 2) return [];
      return [malformed(`These fields are mutually exclusive: [${given.join(", ")}]`, location)];
    }),
    ...checkEnd(type, state, location),
    ...checkAssign(state["Assign"], `${location}/Assign`),
    ...checkRetry(state["Retry"], `${location}/Retry`),
    ...checkCatch(state["Catch"], `${location}/Catch`, language),
    ...(type === "Choice" ? checkChoices(state["Choices"], `${location}/Choices`, language) : []),
    ...(type === "Task" ? checkResource(name, state, location, machine.express) : []),
    ...(type === "Wait" ? checkDuration(state, location, language) : []),
    ...(type === "Map" && language === "JSONata" ? checkMapExpressions(state, location) : []),
    ...(type === "Map" && state["ItemProcessor"] === undefined && state["Iterator"] === undefined
      ? [malformed("These fields are required: [ItemProcessor]", location)]
      : []),
  ];
}

/** Checks the expressions in a Map state's reader, batcher and writer. */
function checkMapExpressions({ ItemReader, ItemBatcher, ResultWriter }: JsonObject, location: string) {
  const parts = {
    ItemReader: ItemReader ?? null,
    ItemBatcher: ItemBatcher ?? null,
    ResultWriter: ResultWriter ?? null,
  };
  return Object.entries(parts).flatMap(([field, value]) => checkExpressions(value, `${location}/${field}`));
}

function checkEnd(type: StateType, state: JsonObject, location: string): readonly Diagnostic[] {
  if (type === "Choice" || type === "Succeed" || type === "Fail") return [];
  if (Object.hasOwn(state, "Next") || state["End"] === true) return [];
  return [malformed("One of these fields is required: [End, Next]", location)];
}

function checkDuration(state: JsonObject, location: string, language: QueryLanguage): readonly Diagnostic[] {
  const times =
    language === "JSONata" ? ["Seconds", "Timestamp"] : ["Seconds", "SecondsPath", "Timestamp", "TimestampPath"];
  if (times.some((field) => Object.hasOwn(state, field))) return [];
  return [malformed(`One of these fields is required: [${times.join(", ")}]`, location)];
}

function checkErrors(rule: JsonObject, last: boolean, location: string): readonly Diagnostic[] {
  const errors = rule["ErrorEquals"];
  if (errors === undefined) return [malformed("These fields are required: [ErrorEquals]", location)];
  const target = `${location}/ErrorEquals`;
  if (!isArray(errors)) return [malformed("Expected value of type Array", target)];
  if (errors.length === 0) return [malformed("Value cannot be empty", target)];
  if (errors.includes("States.ALL") && (errors.length > 1 || !last)) {
    return [malformed("'States.ALL' must appear alone, in the last rule", target)];
  }
  return [];
}

const retrier = {
  IntervalSeconds: "positive",
  MaxAttempts: "count",
  MaxDelaySeconds: "positive",
  BackoffRate: "anything",
  JitterStrategy: "text",
  Comment: "text",
  ErrorEquals: "list",
} as const;

function checkRetry(rules: Json | undefined, location: string): readonly Diagnostic[] {
  return eachRule(rules, location, (rule, location, last) => [
    ...checkErrors(rule, last, location),
    ...Object.entries(rule).flatMap(([field, value]) => {
      const kind = Object.hasOwn(retrier, field) ? retrier[field as keyof typeof retrier] : undefined;
      return kind === undefined ? [notSupported(field, location)] : checkValue(value, kind, field, location);
    }),
    ...(rule["BackoffRate"] === undefined || Number(rule["BackoffRate"]) >= 1
      ? []
      : [malformed("Value is lower than the minimum allowed value: 1.0", `${location}/BackoffRate`)]),
    ...(["FULL", "NONE", undefined].includes(rule["JitterStrategy"] as string | undefined)
      ? []
      : [malformed("The field 'JitterStrategy' should have one of these values: [FULL, NONE]", location)]),
  ]);
}

const anyCatcher = { ErrorEquals: "list", Next: "text", Comment: "text" } as const;
const catchers: Readonly<Record<QueryLanguage, Readonly<Record<string, Kind>>>> = {
  JSONPath: { ...anyCatcher, ResultPath: "resultPath", Assign: "template" },
  JSONata: { ...anyCatcher, Output: "query", Assign: "query" },
};

function checkCatch(rules: Json | undefined, location: string, language: QueryLanguage): readonly Diagnostic[] {
  const catcher = catchers[language];
  return eachRule(rules, location, (rule, location, last) => [
    ...checkErrors(rule, last, location),
    ...(rule["Next"] === undefined ? [malformed("These fields are required: [Next]", location)] : []),
    ...Object.entries(rule).flatMap(([field, value]) => {
      const kind = Object.hasOwn(catcher, field) ? catcher[field] : undefined;
      if (kind !== undefined) return checkValue(value, kind, field, location, language);
      const known = Object.hasOwn(catchers[other(language)], field);
      return [known ? wrongLanguage(field, language, location) : notSupported(field, location)];
    }),
    ...checkAssign(rule["Assign"], `${location}/Assign`),
  ]);
}

function eachRule(
  rules: Json | undefined,
  location: string,
  check: (rule: JsonObject, location: string, last: boolean) => readonly Diagnostic[],
): readonly Diagnostic[] {
  if (!isArray(rules)) return [];
  return rules.flatMap((rule, index) => {
    const target = `${location}[${index}]`;
    return isObject(rule)
      ? check(rule, target, index === rules.length - 1)
      : [malformed("Expected value of type Object", target)];
  });
}

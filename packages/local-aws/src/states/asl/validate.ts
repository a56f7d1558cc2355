import { statesLimits } from "../../limits.ts";
import { isObject, type Json, parseJson } from "../data/json.ts";
import { checkScope } from "./check-scope.ts";
import { type Definition, type State, statesOf } from "./definition.ts";
import { type Diagnostic, malformed, notSupported, problem } from "./diagnostic.ts";
import { mapRefusals, repeatedLabels } from "./distributed-map-rules.ts";
import { languageProblems } from "./language.ts";

export type { Diagnostic } from "./diagnostic.ts";

/**
 * Returns all problems with a definition's text: those for which AWS would reject it, and those for which this
 * interpreter cannot run it.
 */
export function diagnose(text: string, type: "STANDARD" | "EXPRESS"): readonly Diagnostic[] {
  if (Buffer.byteLength(text) > statesLimits.definitionBytes) {
    return [problem("INVALID_DEFINITION", `The definition is larger than ${statesLimits.definitionBytes} bytes.`)];
  }
  let value: Json;
  try {
    value = parseJson(text);
  } catch {
    return [malformed("Definition must be a valid JSON object")];
  }
  if (!isObject(value)) return [malformed("Definition must be a valid JSON object")];
  const languages = languageProblems(value);
  if (languages.length > 0) return languages;
  const machine = {
    express: type === "EXPRESS",
    language: value["QueryLanguage"] === "JSONata" ? "JSONata" : "JSONPath",
  } as const;
  const found = [...checkTop(value), ...checkScope(value, "", machine, new Set())];
  if (found.some(({ code }) => code === "SCHEMA_VALIDATION_FAILED")) return found;
  const definition = value as unknown as Definition;
  return [
    ...found,
    ...[...statesOf(definition, type === "EXPRESS")].flatMap(([name, state, express]) =>
      refusals(name, state, express),
    ),
    ...repeatedLabels(definition).map((label) =>
      problem("DUPLICATE_LABEL", `More than one Map state has the Label "${label}"; it names their Map Runs.`),
    ),
  ];
}

const topFields: ReadonlySet<string> = new Set([
  "Comment",
  "StartAt",
  "States",
  "TimeoutSeconds",
  "Version",
  "QueryLanguage",
]);

function checkTop(definition: { readonly [field: string]: Json }): readonly Diagnostic[] {
  const unknown = Object.keys(definition).filter((field) => !topFields.has(field));
  const { TimeoutSeconds: seconds } = definition;
  const timeout = seconds === undefined || (typeof seconds === "number" && Number.isInteger(seconds) && seconds >= 0);
  return [
    ...unknown.map((field) => notSupported(field, "/")),
    ...(timeout ? [] : [malformed("Expected value of type Integer", "/TimeoutSeconds")]),
  ];
}

function refusals(name: string, state: State, express: boolean): readonly Diagnostic[] {
  if (state.Type !== "Map") return [];
  const location = `/States/${name}`;
  return mapRefusals(name, state, express).map(([code, message]) => problem(code, message, location));
}

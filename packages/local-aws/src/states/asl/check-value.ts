import { parseIntrinsic } from "../data/intrinsic-parser.ts";
import { intrinsicNames } from "../data/intrinsics.ts";
import { isArray, isObject, type Json } from "../data/json.ts";
import { referenceSteps } from "../data/path.ts";
import { parsePath } from "../data/path-parser.ts";
import { timestampOf } from "../data/timestamp.ts";
import { expressionProblems } from "../jsonata/syntax.ts";
import { expressionOf, expressionsIn } from "../jsonata/template.ts";
import type { QueryLanguage } from "./definition.ts";
import { type Diagnostic, malformed, problem } from "./diagnostic.ts";
import type { Kind } from "./fields.ts";

const templateRule = (field: string) =>
  `The value for the field '${field}' must be a valid JSONPath or a valid intrinsic function call`;

/** Returns the problems with the value of a field. */
export function checkValue(
  value: Json,
  kind: Kind,
  field: string,
  location: string,
  language: QueryLanguage = "JSONPath",
): readonly Diagnostic[] {
  const target = `${location}/${field}`;
  if (language === "JSONata" && evaluated(kind, field) && expressionOf(value) !== undefined) {
    return checkExpressions(value, target);
  }
  const expect = (fits: boolean, type: string) => (fits ? [] : [malformed(`Expected value of type ${type}`, target)]);
  switch (kind) {
    case "text":
      return expect(typeof value === "string", "String");
    case "flag":
      return expect(typeof value === "boolean", "Boolean");
    case "object":
      return expect(isObject(value), "Object");
    case "list":
      if (isArray(value) && value.length === 0) return [malformed("Value cannot be empty", target)];
      return expect(isArray(value), "Array");
    case "rules":
      return expect(isArray(value), "Array");
    case "anything":
      return [];
    case "count":
    case "positive": {
      const least = kind === "count" ? 0 : 1;
      if (typeof value !== "number" || !Number.isInteger(value)) return expect(false, "Integer");
      return value >= least ? [] : [malformed(`Value is lower than the minimum allowed value: ${least}`, target)];
    }
    case "percentage":
      if (typeof value !== "number") return expect(false, "Float");
      return value >= 0 && value <= 100 ? [] : [malformed("Value must be between 0 and 100", target)];
    case "timestamp":
      return timestampOf(value) === undefined ? [malformed("String does not match RFC3339 timestamp", target)] : [];
    case "optionalPath":
      return value === null ? [] : checkPath(value, target);
    case "path":
      return checkPath(value, target);
    case "resultPath":
      if (value === null) return [];
      if (typeof value === "string" && value.startsWith("$") && !/^\$[^.[]/.test(value) && referenceSteps(value))
        return [];
      return [malformed("Value is not a Reference Path", target)];
    case "template":
      return checkTemplate(value, target);
    case "query":
      return checkExpressions(value, target);
    case "items":
      return isArray(value) ? checkExpressions(value, target) : expect(false, "Array");
  }
}

const numbers: ReadonlySet<Kind> = new Set(["count", "positive", "percentage", "timestamp", "query", "items"]);

/** Whether a field of a JSONata state may contain an expression. */
function evaluated(kind: Kind, field: string): boolean {
  return numbers.has(kind) || field === "Error" || field === "Cause";
}

/** Returns the problems with the JSONata expressions in a value, each with the location of its expression. */
export function checkExpressions(value: Json, location: string): readonly Diagnostic[] {
  return [...expressionsIn(value, location)].flatMap(([source, location]) =>
    expressionProblems(source, /\/Catch\[\d+\]\//.test(location)).map(({ code, message }) =>
      problem(code, message, location),
    ),
  );
}

/** Returns the problems with a payload template, each with the location of the object that contains the key. */
export function checkTemplate(value: Json, location: string): readonly Diagnostic[] {
  if (isArray(value)) return value.flatMap((item, index) => checkTemplate(item, `${location}[${index}]`));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    if (!key.endsWith(".$")) return checkTemplate(item, `${location}/${key}`);
    return typeof item === "string" && isExpression(item) ? [] : [malformed(templateRule(key), location)];
  });
}

function checkPath(value: Json, location: string): readonly Diagnostic[] {
  return typeof value === "string" && isExpression(value) ? [] : [malformed("Value is not a valid JSONPath", location)];
}

/** Whether a string is a path or a call of existing functions. */
function isExpression(text: string): boolean {
  if (text.startsWith("$")) return isPath(text);
  try {
    return onlyKnown(parseIntrinsic(text));
  } catch {
    return false;
  }
}

function onlyKnown(expression: ReturnType<typeof parseIntrinsic>): boolean {
  if (expression.kind === "path") return isPath(expression.path);
  if (expression.kind !== "call") return true;
  return intrinsicNames.includes(expression.name) && expression.arguments.every(onlyKnown);
}

const begin = /^\$(?:\$|[\p{L}_][\p{L}\p{N}_]*)?/u;

/** Whether a string has the form of a JSONPath, a path in the context object or a path in a variable. */
function isPath(text: string): boolean {
  const prefix = begin.exec(text)?.[0];
  return prefix !== undefined && parsePath(text, prefix.length) !== undefined;
}

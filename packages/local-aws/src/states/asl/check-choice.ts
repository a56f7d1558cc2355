import { isArray, isObject, type Json, type JsonObject } from "../data/json.ts";
import { timestampOf } from "../data/timestamp.ts";
import { expressionOf } from "../jsonata/template.ts";
import { checkAssign } from "./check-assign.ts";
import { checkExpressions, checkValue } from "./check-value.ts";
import type { QueryLanguage } from "./definition.ts";
import { type Diagnostic, malformed, notSupported } from "./diagnostic.ts";
import { wrongLanguage } from "./language.ts";

const test = /^Is(Present|Null|String|Numeric|Boolean|Timestamp)$/;
const comparison =
  /^(?:(String|Numeric|Timestamp)(?:Equals|LessThan|LessThanEquals|GreaterThan|GreaterThanEquals)|(Boolean)Equals|(String)Matches)$/;
const byPath =
  /^(?:(?:String|Numeric|Timestamp)(?:Equals|LessThan|LessThanEquals|GreaterThan|GreaterThanEquals)|BooleanEquals)Path$/;

const operands: Readonly<Record<string, (value: Json) => boolean>> = {
  String: (value) => typeof value === "string",
  Numeric: (value) => typeof value === "number",
  Boolean: (value) => typeof value === "boolean",
  Timestamp: (value) => timestampOf(value) !== undefined,
};

/** Returns the problems with the rules of a Choice state. */
export function checkChoices(
  rules: Json | undefined,
  location: string,
  language: QueryLanguage,
): readonly Diagnostic[] {
  if (!isArray(rules)) return [];
  return rules.flatMap((rule, index) => {
    const target = `${location}[${index}]`;
    if (!isObject(rule)) return [malformed("Expected value of type Object", target)];
    const { Next, Assign, Comment: _comment, ...condition } = rule;
    return [
      ...(typeof Next === "string" ? [] : [malformed("These fields are required: [Next]", target)]),
      ...checkAssign(Assign, `${target}/Assign`),
      ...(language === "JSONata"
        ? checkEvaluated(Assign, condition, target)
        : [
            ...(Assign === undefined ? [] : checkValue(Assign, "template", "Assign", target)),
            ...checkCondition(condition, target),
          ]),
    ];
  });
}

/** Checks a JSONata rule, whose Condition must be a boolean or an expression. */
function checkEvaluated(
  assigned: Json | undefined,
  { Condition, Output, ...rest }: JsonObject,
  location: string,
): readonly Diagnostic[] {
  const missing = malformed("These fields are required: [Condition]", location);
  const flag = typeof Condition === "boolean" || expressionOf(Condition) !== undefined;
  return [
    ...Object.keys(rest).map((field) =>
      isOperator(field) || isCombined(field)
        ? wrongLanguage(field, "JSONata", location)
        : notSupported(field, location),
    ),
    ...(Condition === undefined ? [missing] : checkExpressions(Condition, `${location}/Condition`)),
    ...(flag || Condition === undefined
      ? []
      : [malformed("Expected value of type Boolean or JSONata expression", `${location}/Condition`)]),
    ...checkExpressions(Output ?? null, `${location}/Output`),
    ...checkExpressions(assigned ?? null, `${location}/Assign`),
  ];
}

function isCombined(field: string): boolean {
  return field === "And" || field === "Or" || field === "Not" || field === "Variable";
}

function checkCondition(condition: JsonObject, location: string): readonly Diagnostic[] {
  const { Comment: _comment, ...rest } = condition;
  const entries = Object.entries(rest);
  const combined = entries.find(([key]) => key === "And" || key === "Or" || key === "Not");
  if (combined !== undefined) {
    const [key, value] = combined;
    const parts = key === "Not" ? [value] : value;
    if (!isArray(parts)) return [malformed("Expected value of type Array", `${location}/${key}`)];
    if (parts.length === 0) return [malformed("Value cannot be empty", `${location}/${key}`)];
    return parts.flatMap((part, index) => {
      const target = key === "Not" ? `${location}/Not` : `${location}/${key}[${index}]`;
      return isObject(part) ? checkCondition(part, target) : [malformed("Expected value of type Object", target)];
    });
  }
  const query = ["Condition", "Output"].find((field) => Object.hasOwn(rest, field));
  if (query !== undefined) return [wrongLanguage(query, "JSONPath", location)];
  const { Variable, ...operators } = rest;
  if (Variable === undefined) return [malformed("These fields are required: [Variable]", location)];
  const [[operator = "", operand = null] = [], ...others] = Object.entries(operators);
  const wrong = others.find(([key]) => !isOperator(key))?.[0] ?? (isOperator(operator) ? undefined : operator);
  if (wrong === "" || others.some(([key]) => isOperator(key))) {
    return [malformed("A choice rule must have exactly one comparison operator", location)];
  }
  if (wrong !== undefined) return [notSupported(wrong, location)];
  return [...checkValue(Variable, "path", "Variable", location), ...checkOperand(operator, operand, location)];
}

function isOperator(name: string): boolean {
  return test.test(name) || comparison.test(name) || byPath.test(name);
}

function checkOperand(operator: string, operand: Json, location: string): readonly Diagnostic[] {
  if (byPath.test(operator)) return checkValue(operand, "path", operator, location);
  if (test.test(operator)) return checkValue(operand, "flag", operator, location);
  const kind =
    comparison
      .exec(operator)
      ?.slice(1)
      .find((group) => group !== undefined) ?? "";
  if (operands[kind]?.(operand) === true) return [];
  const sentence = kind === "Timestamp" ? "String does not match RFC3339 timestamp" : `Expected value of type ${kind}`;
  return [malformed(sentence, `${location}/${operator}`)];
}

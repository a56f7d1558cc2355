import { isObject, type Json } from "../data/json.ts";
import { type Diagnostic, malformed } from "./diagnostic.ts";

/** Maximum length of a variable's name, in characters (AWS Step Functions, "Variables"). */
const longestVariable = 80;
const variableForm = /^[\p{L}_][\p{L}\p{N}_]*$/u;

/** Returns the problems with the names of the variables that a template assigns. */
export function checkAssign(template: Json | undefined, location: string): readonly Diagnostic[] {
  if (template === undefined) return [];
  if (!isObject(template)) return [malformed("Expected value of type Object", location)];
  return Object.keys(template).flatMap((key) => {
    const name = key.replace(/\.\$$/, "");
    if (name === "states") return [malformed("The variable name 'states' is reserved", location)];
    if (name.length <= longestVariable && variableForm.test(name)) return [];
    return [malformed(`'${name}' is not a valid variable name`, location)];
  });
}

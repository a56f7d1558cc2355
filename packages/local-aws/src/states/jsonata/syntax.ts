import jsonata from "jsonata";

/** A problem with an expression that AWS reports before anything runs. */
export interface SyntaxProblem {
  readonly code: "INVALID_JSONATA_EXPRESSION" | "UNSUPPORTED_JSONATA_EXPRESSION";
  readonly message: string;
}

type Node = { readonly [field: string]: unknown };

/** Returns the problems with an expression. If `caught` is true, the expression may read `$states.errorOutput`. */
export function expressionProblems(source: string, caught: boolean): readonly SyntaxProblem[] {
  let root: Node;
  try {
    root = parse(source);
  } catch (error) {
    return [{ code: "INVALID_JSONATA_EXPRESSION", message: messageOf(error) }];
  }
  const found = new Set<string>();
  references(root, false, caught, found);
  return [...found].map((message) => ({ code: "UNSUPPORTED_JSONATA_EXPRESSION", message }));
}

/** Returns the variables that an expression reads and does not bind itself, except `states`. */
export function variablesOf(source: string): readonly string[] {
  try {
    const names = new Set<string>();
    variables(parse(source), new Set(["states", "", "$"]), names);
    return [...names];
  } catch {
    return [];
  }
}

function parse(source: string): Node {
  return jsonata(source).ast() as unknown as Node;
}

function messageOf(error: unknown): string {
  if (error instanceof RangeError) return "The expression is nested too deeply";
  return String((error as { readonly message?: unknown }).message ?? error);
}

/** Fields whose expressions are evaluated for each item of the preceding expression. */
const perItem = new Set(["predicate", "stages", "group", "terms", "update", "delete", "pattern"]);

/**
 * Collects the unsupported references in an expression. An expression has no context value, so a name at the start of a
 * path selects nothing, except inside an item.
 */
function references(value: unknown, hasContext: boolean, caught: boolean, found: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) references(item, hasContext, caught, found);
    return;
  }
  if (typeof value !== "object" || value === null) return;
  const node = value as Node;
  if (node["type"] === "name" && !hasContext) {
    found.add(`Reference to '${String(node["value"])}' at the top level is not supported.`);
  }
  if (node["type"] === "variable" && node["value"] === "$") {
    found.add("Reference to '$$' is not supported.");
  }
  if (node["type"] === "path") {
    const steps = node["steps"] as readonly Node[];
    if (!caught && steps[0]?.["value"] === "states" && steps[1]?.["value"] === "errorOutput") {
      found.add("Reference to '$states.errorOutput' is supported only in a Catch.");
    }
    for (const [index, step] of steps.entries()) references(step, hasContext || index > 0, caught, found);
  }
  for (const [field, item] of Object.entries(node)) {
    if (field !== "steps") references(item, hasContext || perItem.has(field), caught, found);
  }
}

function variables(value: unknown, known: ReadonlySet<string>, names: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) variables(item, known, names);
    return;
  }
  if (typeof value !== "object" || value === null) return;
  const node = value as Node;
  switch (node["type"]) {
    case "variable":
      if (!known.has(String(node["value"]))) names.add(String(node["value"]));
      break;
    case "block":
      inOrder(node["expressions"] as readonly Node[], known, names);
      return;
    case "bind":
      variables(node["rhs"], known, names);
      return;
    case "lambda":
      variables(node["body"], new Set([...known, ...namesOf(node["arguments"] as readonly Node[])]), names);
      return;
    case "function":
    case "partial":
      // The name of a function is not a variable of the machine.
      variables(node["arguments"], known, names);
      if ((node["procedure"] as Node)["type"] !== "variable") variables(node["procedure"], known, names);
      return;
  }
  for (const item of Object.values(node)) variables(item, known, names);
}

/** Visits the expressions of a block: a variable that one expression binds is known to those after it. */
function inOrder(expressions: readonly Node[], known: ReadonlySet<string>, names: Set<string>): void {
  const bound = new Set(known);
  for (const expression of expressions) {
    if (expression["type"] === "bind") bound.add(String((expression["lhs"] as Node)["value"]));
    variables(expression, bound, names);
  }
}

function namesOf(parameters: readonly Node[]): readonly string[] {
  return parameters.map((parameter) => String(parameter["value"]));
}

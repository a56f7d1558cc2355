import ts from "typescript";

/** One small change of a source file that a test should notice. */
export interface Mutant {
  /** Path from the root of the project. */
  readonly file: string;
  readonly line: number;
  /** Start offset of the replaced text; `to` is its end (exclusive). */
  readonly from: number;
  readonly to: number;
  readonly replacement: string;
  /** The change in words: `"<" becomes "<="`. */
  readonly change: string;
  /** Test file of a lane that must notice the change. @default the tests that import the file */
  readonly story?: string;
}

const operators: Readonly<Partial<Record<ts.SyntaxKind, string>>> = {
  [ts.SyntaxKind.LessThanToken]: "<=",
  [ts.SyntaxKind.LessThanEqualsToken]: "<",
  [ts.SyntaxKind.GreaterThanToken]: ">=",
  [ts.SyntaxKind.GreaterThanEqualsToken]: ">",
  [ts.SyntaxKind.EqualsEqualsEqualsToken]: "!==",
  [ts.SyntaxKind.ExclamationEqualsEqualsToken]: "===",
  [ts.SyntaxKind.PlusToken]: "-",
  [ts.SyntaxKind.MinusToken]: "+",
  [ts.SyntaxKind.AsteriskToken]: "/",
  [ts.SyntaxKind.SlashToken]: "*",
  [ts.SyntaxKind.AmpersandAmpersandToken]: "||",
  [ts.SyntaxKind.BarBarToken]: "&&",
};

/**
 * Methods for which a mutant returns the object instead of the call's result: `images.map(normalise)` becomes `images`.
 */
const passing = new Set([
  "map",
  "filter",
  "flatMap",
  "sort",
  "toSorted",
  "reverse",
  "slice",
  "trim",
  "trimEnd",
  "flat",
]);

/** Every mutant of a source text, in the order of the text. Types, imports and console messages are not mutated. */
export function mutantsOf(file: string, text: string): readonly Mutant[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: Mutant[] = [];
  const add = (node: ts.Node, replacement: string, change?: string): void => {
    const from = node.getStart(source);
    const { line } = source.getLineAndCharacterOfPosition(from);
    const shown = node.getText(source).replaceAll(/\s+/g, " ").slice(0, 60);
    const words = change ?? `"${shown}" becomes "${replacement}"`;
    found.push({ file, line: line + 1, from, to: node.getEnd(), replacement, change: words });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node)) return;
    if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    mutate(node, source, add);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found.toSorted((one, other) => one.from - other.from);
}

function mutate(
  node: ts.Node,
  source: ts.SourceFile,
  add: (node: ts.Node, replacement: string, change?: string) => void,
): void {
  const textOf = (of: ts.Node): string => of.getText(source);
  if (ts.isBinaryExpression(node)) {
    const other = operators[node.operatorToken.kind];
    const joins = node.operatorToken.kind === ts.SyntaxKind.PlusToken && [node.left, node.right].some(isText);
    if (other !== undefined && !joins) add(node.operatorToken, other, `"${textOf(node)}": "${other}"`.slice(0, 120));
    if (node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken) add(node, textOf(node.left));
  } else if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
    add(node, textOf(node.operand));
  } else if (ts.isIfStatement(node)) {
    add(node.expression, "true");
    add(node.expression, "false");
  } else if (ts.isConditionalExpression(node)) {
    add(node, `(${textOf(node.whenTrue)})`);
    add(node, `(${textOf(node.whenFalse)})`);
  } else if (ts.isNumericLiteral(node) && !isName(node)) {
    add(node, String(Number(node.text.replaceAll("_", "")) + 1));
  } else if (ts.isStringLiteral(node) && !isName(node) && !ts.isExpressionStatement(node.parent)) {
    add(node, node.text === "" ? '"mutated"' : '""');
  } else if (node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword) {
    add(node, node.kind === ts.SyntaxKind.TrueKeyword ? "false" : "true");
  } else if (
    ts.isExpressionStatement(node) &&
    isCall(node.expression) &&
    !/^(await )?(console|super)\b/.test(textOf(node))
  ) {
    add(node, ";", `"${textOf(node).replaceAll(/\s+/g, " ").slice(0, 60)}" is removed`);
  } else if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    if (passing.has(node.expression.name.text)) add(node, textOf(node.expression.expression));
  } else if (ts.isPropertyAssignment(node) && node.parent.properties.length > 1) {
    add(node, "...{}", `the property ${textOf(node.name)} is removed`);
  }
}

const isText = (node: ts.Node): boolean => ts.isStringLiteralLike(node) || ts.isTemplateExpression(node);

/** Whether a literal is the name of a property, or is used to look one up. */
const isName = (node: ts.Node): boolean =>
  (ts.isPropertyAssignment(node.parent) && node.parent.name === node) || ts.isComputedPropertyName(node.parent);

function isCall(node: ts.Expression): boolean {
  return ts.isCallExpression(ts.isAwaitExpression(node) ? node.expression : node);
}

import { canonical, isSame } from "../../lib/canonical.ts";

type Statement = Readonly<Record<string, unknown>>;

/** Statement fields whose lists are sets, and where a single value is a list of one. */
const lists = ["Action", "NotAction", "Resource", "NotResource"];

/**
 * The differences between two policies, one sentence per statement. AWS may write a policy in another order than it was
 * sent: such policies are the same.
 * @returns undefined if one of the texts is not a policy
 */
export function policyDifferences(stack: unknown, cloud: unknown): readonly string[] | undefined {
  const [declared, found] = [statementsOf(stack), statementsOf(cloud)];
  if (!declared || !found) return undefined;
  const sentences: string[] = [];
  for (const [name, statement] of declared) {
    const other = found.get(name);
    if (other === undefined) sentences.push(`the statement ${name} is missing`);
    else if (!isSame(statement, other)) sentences.push(...changed(name, statement, other));
  }
  for (const [name, statement] of found) {
    if (!declared.has(name)) sentences.push(`the statement ${name} was added: ${grantOf(statement)}`);
  }
  return sentences;
}

/** Statements by their Sid, or by their place if they have none. */
function statementsOf(policy: unknown): ReadonlyMap<string, Statement> | undefined {
  const parsed = parse(policy);
  if (parsed === undefined) return undefined;
  const statements = [(parsed as { Statement?: unknown }).Statement ?? []].flat() as Statement[];
  return new Map(
    statements.map((statement, at) => [
      typeof statement["Sid"] === "string" && statement["Sid"] !== "" ? `"${statement["Sid"]}"` : `number ${at + 1}`,
      normal(statement),
    ]),
  );
}

function parse(policy: unknown): unknown {
  try {
    const parsed: unknown = typeof policy === "string" ? JSON.parse(policy) : policy;
    return typeof parsed === "object" && parsed !== null && "Statement" in parsed ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function normal(statement: Statement): Statement {
  const entries = Object.entries(statement).map(([key, value]) => {
    if (lists.includes(key)) return [key, sorted(value)] as const;
    if (key === "Principal" || key === "NotPrincipal") return [key, principals(value)] as const;
    return [key, key === "Condition" ? conditions(value) : value] as const;
  });
  return canonical(Object.fromEntries(entries)) as Statement;
}

const sorted = (value: unknown): readonly string[] => [value].flat().map(String).sort();

function principals(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return { AWS: [String(value)] };
  return Object.fromEntries(Object.entries(value).map(([kind, names]) => [kind, sorted(names)]));
}

function conditions(value: unknown): unknown {
  const operators = Object.entries((value ?? {}) as Record<string, Record<string, unknown>>);
  return Object.fromEntries(
    operators.map(([operator, keys]) => [
      operator,
      Object.fromEntries(Object.entries(keys).map(([key, values]) => [key, sorted(values)])),
    ]),
  );
}

function changed(name: string, declared: Statement, found: Statement): readonly string[] {
  const keys = [...new Set([...Object.keys(declared), ...Object.keys(found)])];
  return keys
    .filter((key) => !isSame(declared[key], found[key]))
    .map((key) => {
      const [before, after] = [declared[key], found[key]];
      if (after === undefined) return `the statement ${name} has lost its ${key}: ${textOf(before)}`;
      if (before === undefined) return `the statement ${name} has a new ${key}: ${textOf(after)}`;
      return `the statement ${name} has the ${key} ${textOf(after)} instead of ${textOf(before)}`;
    });
}

/** `Allow s3:GetObject on … for AWS *`. */
function grantOf(statement: Statement): string {
  const { Effect, Action, NotAction, Resource, NotResource, Principal, NotPrincipal, Condition } = statement;
  const who = Principal ?? NotPrincipal;
  const on = Resource ?? NotResource;
  return [
    textOf(Effect),
    NotAction === undefined ? textOf(Action) : `everything except ${textOf(NotAction)}`,
    on === undefined ? "" : `on ${NotResource === undefined ? "" : "everything except "}${textOf(on)}`,
    who === undefined ? "" : `for ${Principal === undefined ? "everyone except " : ""}${textOf(who)}`,
    Condition === undefined ? "" : `if ${textOf(Condition)}`,
  ]
    .filter((part) => part !== "")
    .join(" ");
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.map(String).join(", ");
  if (typeof value !== "object" || value === null) return String(value);
  return Object.entries(value)
    .map(([key, each]) => `${key} ${textOf(each)}`)
    .join("; ");
}

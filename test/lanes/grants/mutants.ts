import type { Graph, PolicyDocument, RoleResource } from "#local-aws";

/** The graph with one grant less, or with one part of it less. */
export interface Mutant {
  /** The role of the grant, without the parts of its name that identify stack and deployment (`classify`). */
  readonly role: string;
  readonly sid: string;
  /** The element of the statement that went (`Action s3:GetObject`); the whole statement unless given. */
  readonly part?: string;
  readonly graph: Graph;
  /** Function that needs a new sandbox: Lambda makes some calls only when one starts. */
  readonly renew?: string;
}

type Statement = PolicyDocument["Statement"][number];

/** `dlw-dev-classify-role-9d36843`: `classify`. */
export function kindOf(name: string): string {
  return name.replace(/^dlw-[a-z0-9]+-/, "").replace(/(-role|-policy)?-[0-9a-f]{7}$/, "");
}

/** The location of a statement in its role, for tables and lists. */
export function* statementsOf(
  role: RoleResource,
): Generator<{ readonly policy: string; readonly at: number; readonly sid: string; readonly statement: Statement }> {
  for (const [policy, { Statement }] of Object.entries(role.policies)) {
    for (const [at, statement] of Statement.entries()) yield { policy, at, sid: String(statement["Sid"]), statement };
  }
}

/** Grants for what a sandbox asks once and remembers: the model, and the release of a version. */
const askedOnce = ["GetModels", "DescribeExecutions"];

/** Every role's policies and trust, and every function's own permissions: each statement once whole, then part by part. */
export function* mutantsOf(graph: Graph): Generator<Mutant> {
  for (const role of graph.roles) {
    const kind = kindOf(role.name);
    const owner = graph.functions.find(({ roleArn }) => roleArn === role.arn);
    const serve = (changed: RoleResource): Graph => ({
      ...graph,
      roles: graph.roles.map((each) => (each === role ? changed : each)),
    });
    const renewed = owner && { renew: owner.name };
    for (const { policy, at, sid, statement } of statementsOf(role)) {
      // Lambda itself, not the code of the function, writes logs and traces: at the start of a sandbox.
      const atStart =
        askedOnce.includes(sid) || texts(statement["Action"]).every((action) => /^(logs|xray):/.test(action));
      for (const { part, left } of withoutEach(statement)) {
        const changed = spliced(role.policies[policy], at, left);
        yield {
          role: kind,
          sid,
          ...part,
          graph: serve({ ...role, policies: { ...role.policies, [policy]: changed } }),
          ...(atStart && renewed),
        };
      }
    }
    for (const [at, statement] of role.assumeRolePolicy.Statement.entries()) {
      const changed = { ...role, assumeRolePolicy: spliced(role.assumeRolePolicy, at, undefined) };
      yield { role: kind, sid: String(statement["Sid"]), graph: serve(changed), ...renewed };
    }
  }
  for (const owner of graph.functions) {
    for (const permission of owner.permissions) {
      const changed = { ...owner, permissions: owner.permissions.filter((each) => each !== permission) };
      const functions = graph.functions.map((each) => (each === owner ? changed : each));
      yield { role: kindOf(owner.name), sid: kindOf(permission.statementId), graph: { ...graph, functions } };
    }
  }
}

interface Remainder {
  readonly part: { readonly part?: string };
  /** Nothing: the whole statement went. */
  readonly left: Statement | undefined;
}

/** The statement gone, then without each of its actions, resources and values of conditions, where there are several. */
function* withoutEach(statement: Statement): Generator<Remainder> {
  yield { part: {}, left: undefined };
  for (const element of ["Action", "Resource"]) {
    for (const { gone, left } of withoutOne(statement[element])) {
      yield { part: { part: `${element} ${gone}` }, left: { ...statement, [element]: left } };
    }
  }
  const conditions = (statement["Condition"] ?? {}) as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  for (const [operator, keys] of Object.entries(conditions)) {
    for (const [key, values] of Object.entries(keys)) {
      for (const { gone, left } of withoutOne(values)) {
        const Condition = { ...conditions, [operator]: { ...keys, [key]: left } };
        yield { part: { part: `${key} ${gone}` }, left: { ...statement, Condition } };
      }
    }
  }
}

function withoutOne(value: unknown): readonly { readonly gone: string; readonly left: readonly string[] }[] {
  const all = texts(value);
  return all.length < 2 ? [] : all.map((gone) => ({ gone, left: all.filter((each) => each !== gone) }));
}

function spliced(document: PolicyDocument | undefined, at: number, left: Statement | undefined): PolicyDocument {
  const { Version = "2012-10-17", Statement = [] } = document ?? {};
  return { Version, Statement: Statement.flatMap((each, index) => (index !== at ? [each] : left ? [left] : [])) };
}

function texts(value: unknown): readonly string[] {
  return value === undefined ? [] : Array.isArray(value) ? value.map(String) : [String(value)];
}

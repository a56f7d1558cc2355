import type { Graph, PolicyDocument, RoleResource } from "#local-aws";

/** The graph without one grant, or without one part of a grant. */
export interface Mutant {
  /**
   * The role that has the grant, without the parts of its name that identify the stack and the deployment (`classify`).
   */
  readonly role: string;
  readonly sid: string;
  /**
   * The element that was removed from the statement (`Action s3:GetObject`); undefined if the whole statement was
   * removed.
   */
  readonly part?: string;
  readonly graph: Graph;
  /** A function that needs a new sandbox, because Lambda makes some calls only when a sandbox starts. */
  readonly renew?: string;
}

type Statement = PolicyDocument["Statement"][number];

/** `classify` for `dlw-dev-classify-role-9d36843`. */
export function kindOf(name: string): string {
  return name.replace(/^dlw-[a-z0-9]+-/, "").replace(/(-role|-policy)?-[0-9a-f]{7}$/, "");
}

/** The statements of a role, each with its policy and its position. */
export function* statementsOf(
  role: RoleResource,
): Generator<{ readonly policy: string; readonly at: number; readonly sid: string; readonly statement: Statement }> {
  for (const [policy, { Statement }] of Object.entries(role.policies)) {
    for (const [at, statement] of Statement.entries()) yield { policy, at, sid: String(statement["Sid"]), statement };
  }
}

/** Grants for calls that a sandbox makes once and caches: reading the model, and the release of a version. */
const askedOnce = ["GetModels", "DescribeExecutions"];

/**
 * Mutants for the policies and the trust policy of every role, and for the resource permissions of every function. A
 * statement is removed part by part, and as a whole only if it has no parts: what fails without a part of a statement
 * also fails without the statement.
 */
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
      // Lambda itself writes logs and traces, not the function's code. It checks the grants at the start of a sandbox.
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
  /** Undefined if the whole statement was removed. */
  readonly left: Statement | undefined;
}

/**
 * Removes one action, resource or condition value at a time if the statement has several of them, otherwise the whole
 * statement.
 */
function* withoutEach(statement: Statement): Generator<Remainder> {
  const parts = [...withoutParts(statement)];
  yield* parts.length > 0 ? parts : [{ part: {}, left: undefined }];
}

function* withoutParts(statement: Statement): Generator<Remainder> {
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

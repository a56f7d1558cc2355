import { isDeepStrictEqual } from "node:util";
import { type Authorizer, AwsError } from "../../service.ts";
import { type Alias, type MachineRecord, type Route, splitArn, versionArn } from "../machines/machine.ts";
import type { Machines } from "../machines.ts";
import { arnKind } from "./arn.ts";
import { page } from "./page.ts";
import type { Fields, Operation } from "./protocol.ts";

const longestDescription = 256;
const longestName = 80;
/**
 * Letters, digits, "_", "-" and ".". At least one character must not be a digit, because a number identifies a version.
 */
const namePattern = "^(?=.*[a-zA-Z_\\-\\.])[a-zA-Z0-9_\\-\\.]+$";
const nameForm = new RegExp(namePattern);

/** CreateStateMachineAlias, UpdateStateMachineAlias, DeleteStateMachineAlias, DescribeStateMachineAlias, ListStateMachineAliases. */
export function aliasOperations(
  machines: Machines,
  authorizer: Authorizer,
  now: () => number,
): Readonly<Record<string, Operation>> {
  return {
    CreateStateMachineAlias(fields, caller) {
      const name = aliasName(fields);
      const description = fields.optionalText("description", longestDescription);
      const routes = routesOf(fields);
      const { machineArn } = splitArn(routes[0]?.stateMachineVersionArn ?? "");
      authorizer.authorize(caller, "states:CreateStateMachineAlias", machineArn);
      const record = assertRoutes(routes);
      const known = record.aliases.find((alias) => alias.name === name);
      if (known !== undefined && (known.description !== description || !isDeepStrictEqual(known.routes, routes))) {
        throw new AwsError(
          "ConflictException",
          "Failed to create alias because an alias with the same name and a different routing configuration already exists.",
        );
      }
      const alias: Alias = known ?? {
        name,
        ...(description === undefined ? {} : { description }),
        routes,
        createdAt: now(),
        updatedAt: now(),
      };
      if (known === undefined) machines.save({ ...record, aliases: [...record.aliases, alias] });
      return { stateMachineAliasArn: `${machineArn}:${name}`, creationDate: alias.createdAt / 1000 };
    },

    UpdateStateMachineAlias(fields, caller) {
      const { record, alias } = aliasOf(fields, (machineArn) =>
        authorizer.authorize(caller, "states:UpdateStateMachineAlias", machineArn),
      );
      if (!fields.has("description") && !fields.has("routingConfiguration")) {
        throw new AwsError(
          "ValidationException",
          "Either the description or the routing configuration must be specified",
        );
      }
      const description = fields.optionalText("description", longestDescription) ?? alias.description;
      const routes = fields.has("routingConfiguration") ? routesOf(fields) : alias.routes;
      assertRoutes(routes, record);
      const changed: Alias = {
        ...alias,
        ...(description === undefined ? {} : { description }),
        routes,
        updatedAt: now(),
      };
      const aliases = record.aliases.map((other) => (other === alias ? changed : other));
      machines.save({ ...record, aliases });
      return { updateDate: changed.updatedAt / 1000 };
    },

    DeleteStateMachineAlias(fields, caller) {
      const arn = aliasArn(fields);
      const { machineArn, qualifier } = splitArn(arn);
      authorizer.authorize(caller, "states:DeleteStateMachineAlias", machineArn);
      if (machines.find(machineArn) === undefined) return {};
      const record = machines.record(machineArn);
      machines.save({ ...record, aliases: record.aliases.filter(({ name }) => name !== qualifier) });
      return {};
    },

    DescribeStateMachineAlias(fields, caller) {
      const { record, alias } = aliasOf(fields, (machineArn) =>
        authorizer.authorize(caller, "states:DescribeStateMachineAlias", machineArn),
      );
      return {
        stateMachineAliasArn: `${record.arn}:${alias.name}`,
        name: alias.name,
        ...(alias.description === undefined ? {} : { description: alias.description }),
        routingConfiguration: alias.routes,
        creationDate: alias.createdAt / 1000,
        updateDate: alias.updatedAt / 1000,
      };
    },

    ListStateMachineAliases(fields, caller) {
      const arn = fields.text("stateMachineArn");
      arnKind(arn, "stateMachine");
      const { machineArn, qualifier } = splitArn(arn);
      authorizer.authorize(caller, "states:ListStateMachineAliases", machineArn);
      const size = fields.pageSize();
      const token = fields.pageToken();
      machines.get(arn);
      const list = machines
        .record(machineArn)
        .aliases.filter(
          ({ routes }) => qualifier === undefined || routes.some((route) => route.stateMachineVersionArn === arn),
        );
      const { items, ...rest } = page(list, size, token, `aliases ${arn}`);
      return {
        stateMachineAliases: items.map(({ name, createdAt }) => ({
          stateMachineAliasArn: `${machineArn}:${name}`,
          creationDate: createdAt / 1000,
        })),
        ...rest,
      };
    },
  };

  function aliasArn(fields: Fields): string {
    const arn = fields.text("stateMachineAliasArn");
    arnKind(arn, "stateMachine");
    return arn;
  }

  function aliasOf(fields: Fields, authorize: (machineArn: string) => void): { record: MachineRecord; alias: Alias } {
    const { machineArn, qualifier } = splitArn(aliasArn(fields));
    authorize(machineArn);
    const record = machines.find(machineArn) === undefined ? undefined : machines.record(machineArn);
    const alias = record?.aliases.find(({ name }) => name === qualifier);
    if (record !== undefined && alias !== undefined) return { record, alias };
    throw new AwsError("ResourceNotFound", "Request references a resource that does not exist.");
  }

  /** Checks that all routes lead to versions of the same machine and returns its record. */
  function assertRoutes(routes: readonly Route[], expected?: MachineRecord): MachineRecord {
    const arns = routes.map(({ stateMachineVersionArn }) => stateMachineVersionArn);
    const owners = new Set(arns.map((arn) => splitArn(arn).machineArn));
    const [owner = ""] = owners;
    if (owners.size > 1 || (expected !== undefined && owner !== expected.arn)) {
      throw invalid("Routing configuration must contain versions of one state machine", arns);
    }
    const record = machines.record(owner);
    const known = new Set(record.versions.map(({ number }) => versionArn(owner, number)));
    for (const arn of arns) {
      if (splitArn(arn).qualifier === undefined) {
        throw invalid("Routing configuration must contain state machine version ARNs", arns);
      }
      if (!known.has(arn)) throw new AwsError("ResourceNotFound", "Request references a resource that does not exist.");
    }
    return record;
  }
}

function aliasName(fields: Fields): string {
  const name = fields.text("name", longestName);
  if (nameForm.test(name)) return name;
  throw new AwsError(
    "ValidationException",
    `1 validation error detected: Value '${name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ${namePattern}`,
  );
}

/** Reads one or two routes to different versions whose weights add up to 100. Throws "ValidationException". */
function routesOf(fields: Fields): readonly Route[] {
  const items = fields.objects("routingConfiguration");
  const routes = items.map((item) => ({
    stateMachineVersionArn: item.text("stateMachineVersionArn"),
    weight: item.number("weight", 100) ?? 0,
  }));
  for (const { stateMachineVersionArn } of routes) arnKind(stateMachineVersionArn, "stateMachine");
  if (routes.length < 1 || routes.length > 2) {
    const shown = routes.map(
      ({ stateMachineVersionArn, weight }) =>
        `RoutingConfigurationListItem(stateMachineVersionArn=${stateMachineVersionArn}, weight=${weight})`,
    );
    const bound = routes.length < 1 ? "greater than or equal to 1" : "less than or equal to 2";
    throw new AwsError(
      "ValidationException",
      `1 validation error detected: Value '[${shown.join(", ")}]' at 'routingConfiguration' failed to satisfy constraint: Member must have length ${bound}`,
    );
  }
  const arns = routes.map(({ stateMachineVersionArn }) => stateMachineVersionArn);
  if (new Set(arns).size < arns.length) {
    throw invalid("Routing configuration must contain distinct state machine version ARNs", arns);
  }
  const weights = routes.map(({ weight }) => weight);
  if (weights.reduce((sum, weight) => sum + weight, 0) !== 100) {
    throw new AwsError(
      "ValidationException",
      `Sum of routing configuration weights must equal 100. Received: [${weights.join(", ")}]`,
    );
  }
  return routes;
}

function invalid(problem: string, arns: readonly string[]): AwsError {
  return new AwsError("ValidationException", `${problem}. Received: [${arns.join(", ")}]`);
}

import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { StateMachineResource } from "../../graph.ts";
import { type Authorizer, AwsError } from "../../service.ts";
import { diagnose } from "../asl/validate.ts";
import type { Machine } from "../machines/machine.ts";
import { splitArn, versionArn } from "../machines/machine.ts";
import { assertRuns, emptyRecord, type Machines } from "../machines.ts";
import { arnKind, assertName } from "./arn.ts";
import { page } from "./page.ts";
import type { Fields, Operation } from "./protocol.ts";
import { tagsOf } from "./tags.ts";

type Logging = NonNullable<StateMachineResource["logging"]>;

/** Maximum length of the description of a version or an alias, in characters. */
const longestDescription = 256;

/** CreateStateMachine, UpdateStateMachine, DeleteStateMachine, and the operations on versions. */
export function manageOperations(
  machines: Machines,
  authorizer: Authorizer,
  options: { readonly region: string; readonly accountId: string; readonly now: () => number },
): Readonly<Record<string, Operation>> {
  const { now } = options;
  return {
    CreateStateMachine(fields, caller) {
      const name = fields.text("name");
      assertName(name);
      const arn = `arn:aws:states:${options.region}:${options.accountId}:stateMachine:${name}`;
      authorizer.authorize(caller, "states:CreateStateMachine", arn);
      const publish = fields.flag("publish", false);
      const description = versionDescription(fields, publish);
      const type = fields.oneOf("type", ["STANDARD", "EXPRESS"]) ?? "STANDARD";
      const definition = fields.text("definition");
      const roleArn = fields.text("roleArn");
      const logging = loggingOf(fields);
      const resource: StateMachineResource = {
        name,
        arn,
        type,
        definition,
        roleArn,
        ...(logging === undefined ? {} : { logging }),
        tracing: tracingOf(fields) ?? false,
      };
      assertRuns(diagnose(definition, type));
      const known = machines.find(arn);
      if (known !== undefined) {
        if (known.origin === "program") return declared(arn);
        if (!sameContent(known.resource, resource)) {
          throw new AwsError("StateMachineAlreadyExists", `State Machine Already Exists: '${arn}'`);
        }
      } else {
        machines.save({ ...emptyRecord(arn, now()), created: resource, tags: tagsOf(fields.objects("tags")) });
      }
      const answer = { stateMachineArn: arn, creationDate: machines.get(arn).createdAt / 1000 };
      if (!publish) return answer;
      return { ...answer, stateMachineVersionArn: published(arn, description) };
    },

    UpdateStateMachine(fields, caller) {
      const { arn, machine } = own(fields, "stateMachineArn");
      authorizer.authorize(caller, "states:UpdateStateMachine", arn);
      const changes = ["definition", "roleArn", "loggingConfiguration", "tracingConfiguration"];
      if (!changes.some((field) => fields.has(field))) {
        throw new AwsError(
          "MissingRequiredParameter",
          "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified",
        );
      }
      const publish = fields.flag("publish", false);
      const description = versionDescription(fields, publish);
      if (machine.origin === "program") return declared(arn);
      const { resource } = machine;
      const definition = fields.optionalText("definition");
      if (definition !== undefined) assertRuns(diagnose(definition, resource.type));
      const logging = fields.has("loggingConfiguration") ? loggingOf(fields) : resource.logging;
      const changed: StateMachineResource = {
        ...resource,
        definition: definition ?? resource.definition,
        roleArn: fields.optionalText("roleArn") ?? resource.roleArn,
        ...(logging === undefined ? {} : { logging }),
        tracing: tracingOf(fields) ?? resource.tracing,
      };
      const record = machines.record(arn);
      // An update that changes nothing does not create a revision.
      const revisionId = sameContent(resource, changed, true) ? record.revisionId : randomUUID();
      machines.save({ ...record, created: changed, ...(revisionId === undefined ? {} : { revisionId }) });
      return {
        updateDate: now() / 1000,
        ...(revisionId === undefined ? {} : { revisionId }),
        ...(publish ? { stateMachineVersionArn: published(arn, description) } : {}),
      };
    },

    DeleteStateMachine(fields, caller) {
      const arn = fields.text("stateMachineArn");
      arnKind(arn, "stateMachine");
      authorizer.authorize(caller, "states:DeleteStateMachine", arn);
      const machine = machines.find(arn);
      if (machine?.origin === "program") return declared(arn);
      if (machine !== undefined) machines.delete(arn);
      return {};
    },

    PublishStateMachineVersion(fields, caller) {
      const { arn, machine } = own(fields, "stateMachineArn");
      authorizer.authorize(caller, "states:PublishStateMachineVersion", arn);
      const description = fields.optionalText("description", longestDescription);
      const asked = fields.optionalText("revisionId");
      const current = machines.record(arn).revisionId;
      if (asked !== undefined && asked !== (current ?? "INITIAL")) {
        throw new AwsError(
          "ConflictException",
          `Failed to publish the State Machine version for revision ${asked}. The current State Machine revision is ${current ?? "INITIAL"}.`,
        );
      }
      if (machine.origin === "program") return declared(arn);
      const version = machines.publish(arn, description, now());
      return { creationDate: version.createdAt / 1000, stateMachineVersionArn: versionArn(arn, version.number) };
    },

    ListStateMachineVersions(fields, caller) {
      const { arn } = own(fields, "stateMachineArn");
      authorizer.authorize(caller, "states:ListStateMachineVersions", arn);
      const size = fields.pageSize();
      const token = fields.pageToken();
      const { items, ...rest } = page(machines.record(arn).versions.toReversed(), size, token, `versions ${arn}`);
      const stateMachineVersions = items.map(({ number, createdAt }) => ({
        stateMachineVersionArn: versionArn(arn, number),
        creationDate: createdAt / 1000,
      }));
      return { stateMachineVersions, ...rest };
    },

    DeleteStateMachineVersion(fields, caller) {
      const arn = fields.text("stateMachineVersionArn");
      arnKind(arn, "stateMachine");
      const { machineArn, qualifier } = splitArn(arn);
      authorizer.authorize(caller, "states:DeleteStateMachineVersion", machineArn);
      if (qualifier === undefined || machines.find(machineArn) === undefined) return {};
      const record = machines.record(machineArn);
      const users = record.aliases.filter(({ routes }) => routes.some((route) => route.stateMachineVersionArn === arn));
      if (users.length > 0) {
        throw new AwsError(
          "ConflictException",
          `Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [${users.map(({ name }) => name).join(", ")}]`,
        );
      }
      machines.save({ ...record, versions: record.versions.filter(({ number }) => String(number) !== qualifier) });
      return {};
    },
  };

  function published(arn: string, description: string | undefined): string {
    return versionArn(arn, machines.publish(arn, description, now()).number);
  }

  /** Returns the unqualified ARN and the machine that a request names. Throws "StateMachineDoesNotExist". */
  function own(fields: Fields, field: string): { readonly arn: string; readonly machine: Machine } {
    const arn = fields.text(field);
    arnKind(arn, "stateMachine");
    return { arn, machine: machines.get(arn) };
  }
}

function declared(arn: string): never {
  throw new AwsError(
    "ValidationException",
    `The state machine "${arn}" is declared by the program: edit it there. Only machines made through this API can be changed through it.`,
  );
}

function sameContent(left: StateMachineResource, right: StateMachineResource, withRole = false): boolean {
  const content = ({ definition, type, logging, tracing, roleArn }: StateMachineResource) => ({
    definition,
    type,
    logging,
    tracing,
    roleArn: withRole ? roleArn : undefined,
  });
  return isDeepStrictEqual(content(left), content(right));
}

function versionDescription(fields: Fields, publish: boolean): string | undefined {
  const description = fields.optionalText("versionDescription", longestDescription);
  if (description === undefined || publish) return description;
  throw new AwsError("ValidationException", "Version description can only be set when publish is true");
}

function tracingOf(fields: Fields): boolean | undefined {
  return fields.optionalObject("tracingConfiguration")?.flag("enabled", false);
}

/** Reads the logging configuration of a request. Throws "InvalidLoggingConfiguration". */
function loggingOf(fields: Fields): Logging | undefined {
  const configuration = fields.optionalObject("loggingConfiguration");
  if (configuration === undefined) return undefined;
  const level = configuration.oneOf("level", ["ALL", "ERROR", "FATAL", "OFF"]) ?? "OFF";
  const destinations = configuration.objects("destinations");
  if (destinations.length > 1 || (destinations.length === 0 && level !== "OFF")) {
    throw invalidLogging("Must specify exactly one Log Destination.");
  }
  const includeExecutionData = configuration.flag("includeExecutionData", false);
  const [destination] = destinations;
  if (destination === undefined) {
    const noDestinations = configuration.has("destinations");
    return { level, includeExecutionData, ...(noDestinations ? { noDestinations } : {}) };
  }
  const arn = destination.optionalObject("cloudWatchLogsLogGroup")?.optionalText("logGroupArn") ?? "";
  const [, logGroupName] = /^arn:[\w-]+:logs:[\w-]+:\d{12}:log-group:(.+):\*$/.exec(arn) ?? [];
  if (logGroupName === undefined)
    throw invalidLogging('Log Destination is not valid: it must be the ARN of a log group that ends in ":*".');
  return { level, includeExecutionData, logGroupName };
}

function invalidLogging(problem: string): AwsError {
  return new AwsError("InvalidLoggingConfiguration", `Invalid Logging Configuration: ${problem}`);
}

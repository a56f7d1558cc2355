import type { StateMachineResource } from "../../graph.ts";
import type { Authorizer } from "../../service.ts";
import { diagnose } from "../asl/validate.ts";
import { variableReferences } from "../asl/variable-references.ts";
import { splitArn } from "../machines/machine.ts";
import type { Machine, Machines } from "../machines.ts";
import { arnKind } from "./arn.ts";
import { page } from "./page.ts";
import type { Operation } from "./protocol.ts";

export interface AccountRegion {
  readonly region: string;
  readonly accountId: string;
}

/** DescribeStateMachine, ListStateMachines and ValidateStateMachineDefinition. */
export function machineOperations(
  machines: Machines,
  authorizer: Authorizer,
  account: AccountRegion,
): Readonly<Record<string, Operation>> {
  return {
    DescribeStateMachine(fields, caller) {
      const arn = fields.text("stateMachineArn");
      arnKind(arn, "stateMachine");
      authorizer.authorize(caller, "states:DescribeStateMachine", splitArn(arn).machineArn);
      const machine = machines.get(arn);
      const { definition, roleArn } = machine.resource;
      const { revisionId, version } = machine;
      return {
        ...summary(machine),
        ...(version === undefined ? {} : { stateMachineArn: version.arn }),
        ...(version?.description === undefined ? {} : { description: version.description }),
        ...(revisionId === undefined ? {} : { revisionId }),
        status: "ACTIVE",
        definition,
        roleArn,
        ...configurations(machine.resource, account),
        ...variableReferences(machine.definition),
      };
    },

    ListStateMachines(fields, caller) {
      authorizer.authorize(caller, "states:ListStateMachines", "*");
      const list = machines.all.toSorted((left, right) => (left.resource.name < right.resource.name ? -1 : 1));
      const { items, ...rest } = page(list, fields.pageSize(), fields.pageToken(), "machines");
      return { stateMachines: items.map(summary), ...rest };
    },

    ValidateStateMachineDefinition(fields, caller) {
      authorizer.authorize(caller, "states:ValidateStateMachineDefinition", "*");
      const type = fields.oneOf("type", ["STANDARD", "EXPRESS"]) ?? "STANDARD";
      const diagnostics = diagnose(fields.text("definition"), type);
      return { result: diagnostics.length === 0 ? "OK" : "FAIL", diagnostics, truncated: false };
    },
  };
}

function summary({ resource, createdAt }: Machine) {
  const { arn, name, type } = resource;
  return { stateMachineArn: arn, name, type, creationDate: createdAt / 1000 };
}

/** Returns the encryption, logging and tracing settings of a machine as the Describe operations show them. */
export function configurations(
  { logging, tracing }: Pick<StateMachineResource, "logging" | "tracing">,
  { region, accountId }: AccountRegion,
) {
  const { level = "OFF", includeExecutionData = false, logGroupName, noDestinations } = logging ?? {};
  const logGroupArn = `arn:aws:logs:${region}:${accountId}:log-group:${logGroupName}:*`;
  const destinations =
    logGroupName === undefined
      ? noDestinations === true && { destinations: [] }
      : { destinations: [{ cloudWatchLogsLogGroup: { logGroupArn } }] };
  return {
    encryptionConfiguration: { type: "AWS_OWNED_KEY" },
    loggingConfiguration: { level, includeExecutionData, ...destinations },
    tracingConfiguration: { enabled: tracing },
  };
}

import type { Authorizer } from "../../service.ts";
import { diagnose } from "../asl/validate.ts";
import type { Machine, Machines } from "../machines.ts";
import { arnKind } from "./arn.ts";
import { page } from "./page.ts";
import type { Operation } from "./protocol.ts";

/** DescribeStateMachine, ListStateMachines and ValidateStateMachineDefinition. */
export function machineOperations(
  machines: Machines,
  authorizer: Authorizer,
  place: { readonly region: string; readonly accountId: string },
): Readonly<Record<string, Operation>> {
  return {
    DescribeStateMachine(fields, caller) {
      const arn = fields.text("stateMachineArn");
      arnKind(arn, "stateMachine");
      authorizer.authorize(caller, "states:DescribeStateMachine", arn);
      const machine = machines.get(arn);
      const { definition, roleArn, tracing } = machine.resource;
      return {
        ...summary(machine),
        status: "ACTIVE",
        definition,
        roleArn,
        loggingConfiguration: logging(machine, place),
        tracingConfiguration: { enabled: tracing },
      };
    },

    ListStateMachines(fields, caller) {
      authorizer.authorize(caller, "states:ListStateMachines", "*");
      const list = machines.all.toSorted((left, right) => (left.resource.name < right.resource.name ? -1 : 1));
      const { items, ...rest } = page(list, fields.pageSize(), fields.optionalText("nextToken"), "machines");
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

function logging(
  { resource }: Machine,
  { region, accountId }: { readonly region: string; readonly accountId: string },
) {
  const { level = "OFF", includeExecutionData = false, logGroupName } = resource.logging ?? {};
  const logGroupArn = `arn:aws:logs:${region}:${accountId}:log-group:${logGroupName}:*`;
  const destinations =
    logGroupName === undefined ? {} : { destinations: [{ cloudWatchLogsLogGroup: { logGroupArn } }] };
  return { level, includeExecutionData, ...destinations };
}

import { exampleNames } from "../../../../contract/http.ts";
import {
  curlCommand,
  redriveCommand,
  signedCurlCommand,
  startCommand,
  stopCommand,
  type Target,
  testCommand,
} from "../../model/commands.ts";
import { inputProblem } from "../../model/example-input.ts";
import { type Configuration, executionName, machineArnOf, machineTitle } from "../../service/configuration.ts";
import type { Pending } from "../../state/actions.ts";
import type { PageState } from "../../state/page-state.ts";

/** The commands that do the same as an action: with the AWS command line, and with curl. */
export function commandsOf(pending: Pending, { configuration, definition = "" }: PageState): readonly string[] {
  const target = targetOf(configuration);
  if (pending.kind === "start") return startCommands(pending.machineArn, compact(pending.input), configuration, target);
  if (pending.kind === "try") {
    const { state: stateName, input } = pending;
    const signed = { definition, roleArn: "$ROLE_ARN", stateName, input };
    return [testCommand(definition, stateName, input, target), signedCurlCommand("TestState", signed, target)];
  }
  const { executionArn } = pending;
  if (pending.kind === "redrive") {
    return [redriveCommand(executionArn, target), signedCurlCommand("RedriveExecution", { executionArn }, target)];
  }
  const { workflowArn, delayedStartArn } = configuration;
  const ofApi = workflowArn !== undefined && [workflowArn, delayedStartArn].includes(machineArnOf(executionArn));
  const curl = ofApi
    ? curlCommand("DELETE", `/executions/${executionName(executionArn)}`, undefined, target)
    : signedCurlCommand("StopExecution", { executionArn }, target);
  return [stopCommand(executionArn, target), curl];
}

function startCommands(
  machineArn: string,
  input: string,
  configuration: Configuration,
  target: Target,
): readonly string[] {
  const machine = configuration.stateMachines.find(({ arn }) => arn === machineArn);
  const title = machine === undefined ? "" : machineTitle(machine, configuration);
  const path =
    machineArn === configuration.workflowArn
      ? "/classify"
      : exampleNames.some((name) => name === title)
        ? `/examples/${title}`
        : undefined;
  const curl =
    path === undefined
      ? signedCurlCommand("StartExecution", { stateMachineArn: machineArn, input }, target)
      : curlCommand("POST", path, input, target);
  return [startCommand(machineArn, input, target), curl];
}

function targetOf({ deployed, region }: Configuration): Target {
  const { origin } = location;
  if (deployed === undefined) return { api: origin, region, awsEndpoint: origin };
  return { api: deployed.api ?? "$ENDPOINT", region };
}

function compact(input: string): string {
  return inputProblem(input) === undefined ? JSON.stringify(JSON.parse(input)) : input;
}

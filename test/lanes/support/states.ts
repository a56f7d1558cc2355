import {
  type HistoryEvent,
  ListStateMachinesCommand,
  paginateGetExecutionHistory,
  SFNClient,
} from "@aws-sdk/client-sfn";
import { type OperatedService, operatorOf } from "./operator.ts";

/** The operator's Step Functions client for a running service. */
export function statesClient(service: OperatedService): SFNClient {
  return new SFNClient(operatorOf(service));
}

/** ARN of an execution of the state machine whose name matches. */
export async function executionArn(client: SFNClient, machine: RegExp, executionId: string): Promise<string> {
  const { stateMachines = [] } = await client.send(new ListStateMachinesCommand({}));
  const found = stateMachines.find(({ name }) => machine.test(name ?? ""));
  if (!found)
    throw new Error(`no state machine matches ${machine}: ${stateMachines.map(({ name }) => name).join(", ")}`);
  return `${found.stateMachineArn?.replace(":stateMachine:", ":execution:")}:${executionId}`;
}

/** The complete history of an execution, oldest event first. */
export async function historyOf(client: SFNClient, arn: string): Promise<readonly HistoryEvent[]> {
  const events: HistoryEvent[] = [];
  for await (const page of paginateGetExecutionHistory({ client, pageSize: 1000 }, { executionArn: arn })) {
    events.push(...(page.events ?? []));
  }
  return events;
}

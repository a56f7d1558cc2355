import {
  DescribeStateMachineForExecutionCommand,
  type ExecutionListItem,
  GetExecutionHistoryCommand,
  type HistoryEvent,
  ListExecutionsCommand,
  SFNClient,
} from "@aws-sdk/client-sfn";
import { z } from "zod/mini";
import type { Scope } from "./layout.ts";

const Configuration = z.object({
  stack: z.string(),
  region: z.string(),
  endpoint: z.string(),
  credentials: z.object({ accessKeyId: z.string(), secretAccessKey: z.string() }),
  apiKey: z.optional(z.string()),
  stateMachines: z.array(z.object({ name: z.string(), arn: z.string(), type: z.string() })),
});
export type Configuration = z.infer<typeof Configuration>;

export async function loadConfiguration(): Promise<Configuration> {
  const response = await fetch("/console/config.json");
  if (!response.ok) throw new Error(`the server does not tell its services (HTTP ${response.status})`);
  return Configuration.parse(await response.json());
}

/** Step Functions as the page needs it: signed calls by AWS's own client. */
export class Executions {
  readonly #client: SFNClient;
  readonly #machineArn: string;

  constructor({ region, credentials, stateMachines }: Configuration) {
    const main = stateMachines.find(({ name }) => /-workflow-/.test(name)) ?? stateMachines[0];
    if (!main) throw new Error("the stack declares no state machine");
    this.#machineArn = main.arn;
    this.#client = new SFNClient({ region, endpoint: location.origin, credentials });
  }

  arnOf(executionId: string): string {
    return `${this.#machineArn.replace(":stateMachine:", ":execution:")}:${executionId}`;
  }

  /** The newest executions of the workflow. */
  async list(): Promise<readonly ExecutionListItem[]> {
    const command = new ListExecutionsCommand({ stateMachineArn: this.#machineArn, maxResults: 25 });
    return (await this.#client.send(command)).executions ?? [];
  }

  async definition(executionArn: string): Promise<Scope> {
    const { definition = "{}" } = await this.#client.send(
      new DescribeStateMachineForExecutionCommand({ executionArn }),
    );
    return JSON.parse(definition) as Scope;
  }

  /** Events after the one known last, oldest first: read from the end, so that a long history costs only what is new. */
  async eventsAfter(executionArn: string, known: number): Promise<readonly HistoryEvent[]> {
    const found: HistoryEvent[] = [];
    let nextToken: string | undefined;
    do {
      const command = new GetExecutionHistoryCommand({
        executionArn,
        reverseOrder: true,
        maxResults: known === 0 ? 1000 : 100,
        ...(nextToken !== undefined && { nextToken }),
      });
      const page = await this.#client.send(command);
      const fresh = (page.events ?? []).filter(({ id }) => (id ?? 0) > known);
      found.push(...fresh);
      nextToken = fresh.length === (page.events ?? []).length ? page.nextToken : undefined;
    } while (nextToken !== undefined);
    return found.reverse();
  }
}

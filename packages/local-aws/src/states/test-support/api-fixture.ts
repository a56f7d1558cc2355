import { DescribeExecutionCommand, type SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import { afterEach, beforeEach } from "vitest";
import { AwsError } from "../../service.ts";
import { deferred } from "../deferred.ts";
import { FunctionError, Harness, machine, task } from "./harness.ts";
import { serveStates } from "./server.ts";

export const work = machine({ StartAt: "Work", States: { Work: task("work") } }, { name: "work" });
export const express = machine(
  { StartAt: "Work", States: { Work: task("work") } },
  { name: "express", type: "EXPRESS" },
);

export interface Api {
  readonly harness: Harness;
  readonly client: SFNClient;
  /** Lets the calls with the input "wait" finish. */
  release(): void;
  /** Turns on or off that every call throws. */
  break(broken: boolean): void;
}

/**
 * Creates a service for each test of the file and AWS's own client for it. The service's function returns `{done:
 * input}`; for "wait" it does so only after `release`, and for "fail" it throws. The operator may do everything, and a
 * role nothing.
 */
export function useApi(): () => Api {
  let current: (Api & { close(): Promise<void> }) | undefined;
  beforeEach(async () => {
    const gate = deferred();
    let broken = false;
    const harness = new Harness(
      [work, express],
      {
        work: async (input) => {
          if (input === "wait") await gate.promise;
          if (input === "fail" || broken) throw new FunctionError("Broken");
          return { done: input };
        },
      },
      {
        authorizer: {
          authorize(caller, action, resource) {
            if (caller.roleArn === undefined) return;
            throw new AwsError("AccessDeniedException", `${caller.arn} may not ${action} on ${resource}`);
          },
        },
      },
    );
    const server = await serveStates(harness.states.service);
    current = {
      harness,
      client: server.client,
      release: () => gate.resolve(),
      break: (value) => {
        broken = value;
      },
      async close() {
        gate.resolve();
        await server.close();
        await harness.stop();
      },
    };
  });
  afterEach(() => current?.close());
  return () => {
    if (current === undefined) throw new Error("The service is there only inside a test.");
    return current;
  };
}

/** Starts the state machine `work`. */
export function start({ client }: Api, input: unknown, name?: string) {
  return client.send(new StartExecutionCommand({ stateMachineArn: work.arn, name, input: JSON.stringify(input) }));
}

/** Waits until an execution has ended and returns its status. */
export async function ended({ client }: Api, executionArn: string | undefined): Promise<string | undefined> {
  for (;;) {
    const { status } = await client.send(new DescribeExecutionCommand({ executionArn }));
    if (status !== "RUNNING") return status;
  }
}

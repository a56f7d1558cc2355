import type { Graph } from "../../../packages/local-aws/src/graph.ts";
import { captured } from "../grants/testbed.ts";

/** The graph of a stack with every setting on that adds named resources. */
export function capturedWithEverything(stack: string): Promise<Graph> {
  return captured(stack, {
    apiGatewayAccountRole: "manage",
    apiAccessLogs: "true",
    alarmAddress: "team@example.com",
    modelSource: "bucket",
    coldStart: "provisioned",
  });
}

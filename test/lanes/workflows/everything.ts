import type { Graph } from "../../../packages/local-aws/src/graph.ts";
import { captured } from "../grants/testbed.ts";

/** The graph of a stack in which all settings that add named resources are enabled. */
export function capturedWithEverything(stack: string, more: Readonly<Record<string, string>> = {}): Promise<Graph> {
  return captured(stack, {
    apiGatewayAccountRole: "manage",
    apiAccessLogs: "true",
    alarmAddress: "team@example.com",
    modelSource: "bucket",
    coldStart: "provisioned",
    ...more,
  });
}

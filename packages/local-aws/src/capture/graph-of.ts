import path from "node:path";
import type { CapturedResource, Graph } from "../graph.ts";
import { bucketsOf, objectsOf } from "./graph-buckets.ts";
import { functionsOf } from "./graph-functions.ts";
import { restApisOf } from "./graph-gateway.ts";
import { rolesOf } from "./graph-roles.ts";
import { accountId } from "./identity.ts";
import { ofType } from "./reader.ts";

export interface Captured extends Pick<Graph, "project" | "stack" | "region" | "outputs" | "warnings"> {
  readonly root: string;
  readonly resources: readonly CapturedResource[];
}

/** The typed graph of what a program registered. */
export function graphOf({ root, resources, ...about }: Captured): Graph {
  return {
    ...about,
    accountId,
    resources,
    images: ofType(resources, "awsx:ecr:Image").map((image) => ({
      uri: image.text("imageUri"),
      context: path.resolve(root, image.text("context", ".")),
      target: image.text("target", ""),
      ...(image.get("dockerfile") !== undefined && { dockerfile: path.resolve(root, image.text("dockerfile")) }),
    })),
    functions: functionsOf(resources),
    roles: rolesOf(resources),
    stateMachines: ofType(resources, "aws:sfn/stateMachine:StateMachine").map((machine) => {
      const logging = machine.object("loggingConfiguration");
      return {
        name: machine.text("name"),
        arn: machine.text("arn"),
        type: machine.text("type") === "EXPRESS" ? ("EXPRESS" as const) : ("STANDARD" as const),
        definition: machine.text("definition"),
        roleArn: machine.text("roleArn"),
        ...("level" in logging && { logging: loggingOf(logging) }),
        tracing: machine.object("tracingConfiguration")["enabled"] === true,
      };
    }),
    buckets: bucketsOf(resources),
    objects: objectsOf(root, resources),
    restApis: restApisOf(resources),
    logGroups: ofType(resources, "aws:cloudwatch/logGroup:LogGroup").map((group) => ({
      name: group.text("name"),
      arn: group.text("arn"),
      retentionDays: group.number("retentionInDays", 0),
    })),
  };
}

type Logging = NonNullable<Graph["stateMachines"][number]["logging"]>;

function loggingOf({ level, includeExecutionData, logDestination }: Readonly<Record<string, unknown>>): Logging {
  const [, group] = /:log-group:(.+):\*$/.exec(String(logDestination ?? "")) ?? [];
  return {
    level: level as Logging["level"],
    includeExecutionData: includeExecutionData === true,
    ...(group !== undefined && { logGroupName: group }),
  };
}

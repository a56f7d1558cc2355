import path from "node:path";
import type { CapturedResource, Graph } from "../../graph.ts";
import { accountId } from "../identity.ts";
import { bucketsOf, objectsOf } from "./buckets.ts";
import { eventRulesOf } from "./events.ts";
import { functionsOf } from "./functions.ts";
import { restApisOf } from "./gateway.ts";
import { ofType } from "./reader.ts";
import { rolesOf } from "./roles.ts";
import { stateMachinesOf } from "./states.ts";

export interface Captured extends Pick<Graph, "project" | "stack" | "region" | "outputs" | "warnings"> {
  readonly root: string;
  readonly resources: readonly CapturedResource[];
}

/** Builds the typed graph from the resources that a program registered. */
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
    stateMachines: stateMachinesOf(resources),
    buckets: bucketsOf(resources),
    objects: objectsOf(root, resources),
    restApis: restApisOf(resources),
    eventRules: eventRulesOf(resources),
    logGroups: ofType(resources, "aws:cloudwatch/logGroup:LogGroup").map((group) => ({
      name: group.text("name"),
      arn: group.text("arn"),
      retentionDays: group.number("retentionInDays", 0),
    })),
  };
}

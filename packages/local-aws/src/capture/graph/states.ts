import type { CapturedResource, Graph, StateMachineAliasResource, StateMachineResource } from "../../graph.ts";
import { ofType, type Reader } from "./reader.ts";

/** Reads state machines with their aliases. */
export function stateMachinesOf(resources: readonly CapturedResource[]): readonly StateMachineResource[] {
  const aliases = ofType(resources, "aws:sfn/alias:Alias");
  return ofType(resources, "aws:sfn/stateMachine:StateMachine").map((machine) => {
    const logging = machine.object("loggingConfiguration");
    const arn = machine.text("arn");
    const mine = aliases.filter((alias) => alias.text("arn") === `${arn}:${alias.text("name")}`);
    return {
      name: machine.text("name"),
      arn,
      type: machine.text("type") === "EXPRESS" ? ("EXPRESS" as const) : ("STANDARD" as const),
      definition: machine.text("definition"),
      roleArn: machine.text("roleArn"),
      ...("level" in logging && { logging: loggingOf(logging) }),
      tracing: machine.object("tracingConfiguration")["enabled"] === true,
      publish: machine.get("publish") === true,
      aliases: mine.map(aliasOf),
    };
  });
}

function aliasOf(alias: Reader): StateMachineAliasResource {
  const description = alias.get("description");
  const { ignoreChanges } = alias.resource.options;
  return {
    name: alias.text("name"),
    ...(typeof description === "string" && { description }),
    ...(ignoreChanges.includes("routingConfigurations") && { keepsRoutes: true }),
    routes: alias.objects("routingConfigurations").map((route) => ({
      stateMachineVersionArn: String(route["stateMachineVersionArn"]),
      weight: Number(route["weight"]),
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

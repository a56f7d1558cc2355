import type { Reading } from "./event.ts";

interface Route {
  readonly stateMachineVersionArn: string;
  readonly weight: number;
}

/**
 * How `npm run release` or a rollback has moved the traffic of a state machine's alias; undefined if the routes are as
 * the stack left them, or if they lead to another state machine.
 */
export function movedTraffic({ type, before, after }: Reading): string | undefined {
  if (type !== "aws:sfn/alias:Alias" || !after) return undefined;
  const [stack, cloud] = [routesOf(before), routesOf(after)];
  const machine = before.id.slice(0, before.id.lastIndexOf(":"));
  const isOwn = cloud.every(({ stateMachineVersionArn }) => stateMachineVersionArn.startsWith(`${machine}:`));
  if (!isOwn || cloud.length === 0 || text(stack) === text(cloud)) return undefined;
  return `a release or a rollback has moved its traffic: ${text(cloud)}; the stack left ${text(stack)}`;
}

function routesOf({ inputs, outputs }: Reading["before"]): readonly Route[] {
  const routes = (inputs["routingConfigurations"] ?? outputs["routingConfigurations"] ?? []) as readonly Route[];
  return routes.filter(({ weight }) => weight > 0);
}

function text(routes: readonly Route[]): string {
  return routes
    .map(({ stateMachineVersionArn, weight }) => `${weight} % to version ${stateMachineVersionArn.split(":").at(-1)}`)
    .sort()
    .join(", ");
}

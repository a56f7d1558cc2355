import { type Configuration, executionArn, executionName, machineArnOf } from "../service/configuration.ts";

/** What the address of the page says is looked at: `#machine`, `#machine/execution`, `#machine/label/child execution`. */
export interface Route {
  readonly machineArn: string;
  readonly executionArn?: string;
}

export function routeTo(arn: string): string {
  return `#${executionName(machineArnOf(arn))}/${encodeURIComponent(executionName(arn))}`;
}

/** The route of an address; undefined when it names a machine that is not there (any more). */
export function readRoute(hash: string, { stateMachines }: Configuration): Route | undefined {
  const [machineName, ...names] = hash.replace(/^#/, "").split("/");
  const machine = stateMachines.find((candidate) => candidate.name === machineName);
  if (machine === undefined) return undefined;
  const name = names.pop();
  if (name === undefined || name === "") return { machineArn: machine.arn };
  return { machineArn: machine.arn, executionArn: executionArn([machine.arn, ...names].join("/"), decode(name)) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

import { ListExecutionsCommand, type SFNClient } from "@aws-sdk/client-sfn";
import { keptReleases } from "../../contract/release.ts";
import type { Machine } from "./machine.ts";
import type { Machines } from "./situation.ts";

/**
 * Deletes the versions of old releases, except the newest ones, those that `live` routes to, and those with running
 * executions.
 * @returns how many versions of each workflow were deleted
 */
export async function prune(machines: Machines, states: SFNClient): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const [name, machine] of Object.entries(machines)) counts[name] = await pruneMachine(machine, states);
  return counts;
}

async function pruneMachine(machine: Machine, states: SFNClient): Promise<number> {
  const [versions, routes] = [await machine.versions(), await machine.routes()];
  const routed = new Set(routes.map(({ version }) => version));
  let deleted = 0;
  for (const version of versions.slice(keptReleases)) {
    if (routed.has(version) || (await runs(version, states))) continue;
    await machine.deleteVersion(version);
    deleted += 1;
  }
  return deleted;
}

/**
 * Whether a version has running executions. The executions of an Express workflow cannot be listed; the longest takes
 * five minutes.
 */
async function runs(version: string, states: SFNClient): Promise<boolean> {
  try {
    const running = new ListExecutionsCommand({ stateMachineArn: version, statusFilter: "RUNNING", maxResults: 1 });
    return ((await states.send(running)).executions ?? []).length > 0;
  } catch (error) {
    if ((error as Error).name === "StateMachineTypeNotSupported") return false;
    throw error;
  }
}

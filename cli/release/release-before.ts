import { CommandFailure, exitCodes } from "../failure.ts";
import type { Machine } from "./machine.ts";
import type { Machines, Release } from "./situation.ts";

/** A workflow, and its versions that are older than a release. */
interface Older {
  readonly name: string;
  readonly machine: Machine;
  readonly versions: readonly string[];
}

/**
 * The newest release that is older than this one and of which every workflow has a version: a command that was killed
 * may have deleted another one from some of the workflows only. If they have none in common, because a machine was
 * replaced while another release had the traffic, it is what they had before: the next older version of each.
 * @throws CommandFailure if a workflow has no older version
 */
export async function releaseBefore({ id, versions: newer }: Release, machines: Machines): Promise<Release> {
  const all = await Promise.all(
    Object.entries(machines).map(async ([name, machine]): Promise<Older> => {
      const versions = await machine.versions();
      return { name, machine, versions: versions.slice(versions.indexOf(newer[name] ?? "") + 1) };
    }),
  );
  const lacking = all.find(({ versions }) => versions.length === 0);
  if (lacking) {
    throw new CommandFailure(
      exitCodes.usage,
      `There is no release before ${id}: "${lacking.name}" has no older version.`,
    );
  }
  const [first] = all;
  for (const version of first?.versions ?? []) {
    const older = await first?.machine.releaseOf(version);
    const found = older === undefined ? [] : await Promise.all(all.map((each) => versionOf(older, each)));
    const versions = found.filter((each) => each !== undefined);
    if (older !== undefined && versions.length === all.length) {
      return { id: older, versions: Object.fromEntries(all.map(({ name }, at) => [name, versions[at] ?? ""])) };
    }
  }
  const next = all.map(({ name, versions: [version = ""] }) => [name, version] as const);
  return {
    id: (await first?.machine.releaseOf(first.versions[0] ?? "")) ?? "before",
    versions: Object.fromEntries(next),
  };
}

/** One version after the other, newest first, because usually the first one belongs to the release. */
async function versionOf(release: string, { machine, versions }: Older): Promise<string | undefined> {
  for (const version of versions) if ((await machine.releaseOf(version)) === release) return version;
  return undefined;
}

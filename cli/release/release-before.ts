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
 * may have deleted another one from some of the workflows only.
 * @throws CommandFailure if there is none
 */
export async function releaseBefore({ id, versions: newer }: Release, machines: Machines): Promise<Release> {
  const all = await Promise.all(
    Object.entries(machines).map(async ([name, machine]): Promise<Older> => {
      const versions = await machine.versions();
      return { name, machine, versions: versions.slice(versions.indexOf(newer[name] ?? "") + 1) };
    }),
  );
  const lacking = all.find(({ versions }) => versions.length === 0);
  if (lacking) throw noneBefore(id, `"${lacking.name}" has no older version`);
  const [first] = all;
  for (const version of first?.versions ?? []) {
    const older = await first?.machine.releaseOf(version);
    const found = older === undefined ? [] : await Promise.all(all.map((each) => versionOf(older, each)));
    const versions = found.filter((each) => each !== undefined);
    if (older !== undefined && versions.length === all.length) {
      return { id: older, versions: Object.fromEntries(all.map(({ name }, at) => [name, versions[at] ?? ""])) };
    }
  }
  throw noneBefore(id, "no older one has a version of every workflow");
}

/** One version after the other, newest first, because usually the first one belongs to the release. */
async function versionOf(release: string, { machine, versions }: Older): Promise<string | undefined> {
  for (const version of versions) if ((await machine.releaseOf(version)) === release) return version;
  return undefined;
}

function noneBefore(id: string, why: string): CommandFailure {
  return new CommandFailure(exitCodes.usage, `There is no release before ${id}: ${why}.`);
}

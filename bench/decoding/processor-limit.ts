import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import path from "node:path";

/** Lambda limits a function in periods of 20 ms too, so that a pause is as short as there. */
const periodUs = 20_000;

/** The processor cannot be limited on this machine, or by this user. */
export class NoProcessorLimit extends Error {
  override readonly name = "NoProcessorLimit";
  constructor(cores: number, cause?: unknown) {
    super(
      `The processor cannot be limited to ${cores} cores here: this needs Linux, and a user (such as root) who may make control groups below their own. ` +
        `Without "--cores", limit the whole command instead: "systemd-run --user --scope -p CPUQuota=${Math.round(cores * 100)}% npm run bench:decoding", or "docker run --cpus ${cores}".`,
      { cause },
    );
  }
}

/** Where control groups are; a test has others. */
export interface Places {
  readonly mounted: string;
  /** The kernel's list of this process's groups. */
  readonly own: string;
}

/** A control group whose processes together get `cores` processors, by version 1 or 2 of Linux's control groups. */
export class ProcessorLimit {
  readonly #folder: string;

  /** @throws NoProcessorLimit */
  constructor(cores: number, { mounted, own }: Places = { mounted: "/sys/fs/cgroup", own: "/proc/self/cgroup" }) {
    try {
      this.#folder = path.join(parentOf(mounted, readFileSync(own, "utf8")), `bench-${process.pid}`);
      mkdirSync(this.#folder);
    } catch (cause) {
      throw new NoProcessorLimit(cores, cause);
    }
    const quotaUs = Math.round(cores * periodUs);
    try {
      if (existsSync(this.#file("cpu.cfs_quota_us"))) {
        writeFileSync(this.#file("cpu.cfs_period_us"), String(periodUs));
        writeFileSync(this.#file("cpu.cfs_quota_us"), String(quotaUs));
      } else writeFileSync(this.#file("cpu.max"), `${quotaUs} ${periodUs}`);
    } catch (cause) {
      this.remove();
      throw new NoProcessorLimit(cores, cause);
    }
  }

  /** The command that runs another one in this group. */
  around(command: readonly string[]): readonly string[] {
    return ["/bin/sh", "-c", 'echo $$ > "$0" && exec "$@"', this.#file("cgroup.procs"), ...command];
  }

  /** Call it when the processes have ended. */
  remove(): void {
    rmdirSync(this.#folder);
  }

  #file(name: string): string {
    return path.join(this.#folder, name);
  }
}

/** The group of this process that limits processors; each line of `own` is `number:controllers:path`. */
function parentOf(mounted: string, own: string): string {
  const groups = own.split("\n").map((line) => line.split(":"));
  const first = groups.find(([, controllers = ""]) => controllers.split(",").includes("cpu"));
  if (first) return path.join(mounted, first[1] ?? "", first[2] ?? "");
  const second = groups.find(([number, controllers]) => number === "0" && controllers === "");
  if (!second) throw new Error("This process is in no control group.");
  const parent = path.join(mounted, second[2] ?? "");
  writeFileSync(path.join(parent, "cgroup.subtree_control"), "+cpu");
  return parent;
}

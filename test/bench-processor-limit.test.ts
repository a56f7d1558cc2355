import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { NoProcessorLimit, ProcessorLimit } from "../bench/decoding/processor-limit.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A folder in the form of the kernel's; a real one creates the files of a new group. */
function places(own: string, ...groups: readonly string[]) {
  const mounted = mkdtempSync(path.join(os.tmpdir(), "groups-"));
  folders.push(mounted);
  for (const group of groups) mkdirSync(path.join(mounted, group), { recursive: true });
  const list = path.join(mounted, "own");
  writeFileSync(list, own);
  return { mounted, own: list };
}

describe("a limit of the processor", () => {
  it("is a group below this process's own, by version 2: 34 ms of each 20 ms for 1.7 cores", () => {
    const given = places("0::/mine\n", "mine");
    new ProcessorLimit(1.7, given);
    const [group = ""] = readdirSync(path.join(given.mounted, "mine")).filter((name) => name.startsWith("bench-"));
    expect(readFileSync(path.join(given.mounted, "mine", group, "cpu.max"), "utf8")).toBe("34000 20000");
    expect(readFileSync(path.join(given.mounted, "mine/cgroup.subtree_control"), "utf8")).toBe("+cpu");
  });

  it("is below the group of the controller by version 1, if that one limits processors", () => {
    const given = places("2:memory:/other\n1:cpu,cpuacct:/mine\n0::/\n", "cpu,cpuacct/mine");
    const [, , , procs] = new ProcessorLimit(1, given).around(["node"]);
    expect(path.dirname(path.dirname(procs ?? ""))).toBe(path.join(given.mounted, "cpu,cpuacct/mine"));
  });

  it("runs a command in it without changing its parameters", () => {
    const given = places("0::/\n");
    expect(new ProcessorLimit(1, given).around(["node", "a b"]).slice(-2)).toEqual(["node", "a b"]);
  });

  it("is refused with what to run instead, where groups cannot be made", () => {
    const refused = () => new ProcessorLimit(1.7, { mounted: "/nowhere", own: "/nowhere/own" });
    expect(refused).toThrow(NoProcessorLimit);
    expect(refused).toThrow("CPUQuota=170%");
  });
});

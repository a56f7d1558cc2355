import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";

const root = path.resolve(import.meta.dirname, "..");
const versions = z.record(z.string(), z.string()).default({});
const Manifest = z.object({ dependencies: versions, devDependencies: versions, optionalDependencies: versions });
const Lock = z.object({
  packages: z.record(
    z.string(),
    z.object({ optionalDependencies: versions, resolved: z.string().optional(), link: z.boolean().default(false) }),
  ),
});

const read = (file: string): unknown => JSON.parse(readFileSync(path.join(root, file), "utf8"));

/** The packages of this repository that npm links into `node_modules`. */
const workspaces = readdirSync(path.join(root, "packages")).map((name) => `packages/${name}`);

describe.each([["."], ["image"]])("the packages of %s", (folder) => {
  const manifest = Manifest.parse(read(path.join(folder, "package.json")));
  const { packages } = Lock.parse(read(path.join(folder, "package-lock.json")));

  it("are pinned to one exact version each", () => {
    const all = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
    const loose = Object.entries(all).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version));
    expect(loose).toEqual([]);
  });

  it("have every optional dependency in the lock, so that the lock installs on every platform", () => {
    const absent = Object.entries(packages).flatMap(([location, { optionalDependencies }]) =>
      Object.keys(optionalDependencies)
        .filter((name) => !isLocked(packages, location, name))
        .map((name) => `${location}: ${name}`),
    );
    expect(absent).toEqual([]);
  });

  it("name no registry host, so that each user's own registry serves them", () => {
    expect(Object.values(packages).filter(({ resolved, link }) => resolved !== undefined && !link)).toEqual([]);
  });
});

describe("versions that several manifests name", () => {
  const rootManifest = Manifest.parse(read("package.json"));
  const known: Record<string, string> = {
    ...rootManifest.dependencies,
    ...rootManifest.devDependencies,
    ...rootManifest.optionalDependencies,
  };

  it("image/ ships the versions that the root tests", () => {
    const image = Manifest.parse(read("image/package.json"));
    const shipped = { ...image.dependencies, ...image.optionalDependencies };
    expect(Object.keys(shipped).length).toBeGreaterThan(0);
    expect(Object.entries(shipped).filter(([name, version]) => known[name] !== version)).toEqual([]);
  });

  it.each(workspaces)("%s pins what it shares with the root to the same version", (folder) => {
    const manifest = Manifest.parse(read(path.join(folder, "package.json")));
    const own = { ...manifest.dependencies, ...manifest.devDependencies, ...manifest.optionalDependencies };
    expect(Object.entries(own).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
    expect(Object.entries(own).filter(([name, version]) => (known[name] ?? version) !== version)).toEqual([]);
  });
});

/** Node's own look-up: beside the package that asks, then in each folder above it. */
function isLocked(packages: Readonly<Record<string, unknown>>, location: string, name: string): boolean {
  for (let at = location; ; at = at.slice(0, Math.max(0, at.lastIndexOf("node_modules/") - 1))) {
    if (`${at === "" ? "" : `${at}/`}node_modules/${name}` in packages) return true;
    if (at === "") return false;
  }
}

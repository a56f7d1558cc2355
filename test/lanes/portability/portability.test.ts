import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { cacheDirectory } from "../../../contract/cache.ts";
import { sampleKey } from "../../../contract/workflow.ts";
import { finish, start } from "../support/client.ts";
import { labelOf } from "../support/outcome.ts";
import { startService } from "../support/service.ts";

/**
 * The lock file can be installed on every supported platform, and the product starts and classifies with each supported
 * Node version.
 */
const root = path.resolve(import.meta.dirname, "../../..");

describe.each(["linux", "darwin", "win32"])("npm ci resolves on %s", (system) => {
  test.for(["x64", "arm64"])("%s", async (cpu, { annotate }) => {
    const folder = mkdtempSync(path.join(os.tmpdir(), "dlw-dry-"));
    try {
      for (const file of ["package.json", "package-lock.json"]) cpSync(path.join(root, file), path.join(folder, file));
      const run = spawnSync("npm", ["ci", "--dry-run", "--ignore-scripts", `--os=${system}`, `--cpu=${cpu}`], {
        cwd: folder,
        encoding: "utf8",
        timeout: 120_000,
      });
      expect(run.status, run.stderr).toBe(0);
      await annotate(/added \d+ packages/.exec(run.stdout)?.[0] ?? "");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

test.for([20, 22, 24])("start and one classification under Node %s", async (major, { annotate }) => {
  const node = nodeOf(major);
  const service = await startService({ node, environment: { PATH: `${path.dirname(node)}:${process.env["PATH"]}` } });
  try {
    const view = await finish(service, await start(service, [`${service.url}/${sampleKey}`]));
    expect(view.results?.map(labelOf), view.status).toEqual(["Labrador retriever"]);
    const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
    await annotate(`${version}, ready in ${(service.readyMs / 1000).toFixed(1)} s`);
  } finally {
    await service.stop();
  }
});

/**
 * This Node if its major version matches. Otherwise, the newest version of that major in npm's own Node package, kept
 * in the cache.
 */
function nodeOf(major: number): string {
  if (Number(process.versions.node.split(".")[0]) === major) return process.execPath;
  const name = `node-${process.platform}-${process.arch}`;
  const prefix = path.join(cacheDirectory(), `node-${major}`);
  const binary = path.join(prefix, "node_modules", name, "bin/node");
  if (!runs(binary)) {
    mkdirSync(prefix, { recursive: true });
    execFileSync("npm", ["install", "--no-save", "--ignore-scripts", "--prefix", prefix, `${name}@${major}`], {
      stdio: "inherit",
      timeout: 300_000,
    });
  }
  return binary;
}

/** Whether a Node binary runs. An interrupted installation leaves a file that does not start. */
function runs(binary: string): boolean {
  return spawnSync(binary, ["--version"], { timeout: 20_000 }).status === 0;
}

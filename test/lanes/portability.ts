import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { cacheDirectory } from "../../contract/cache.ts";
import { sampleKey } from "../../contract/workflow.ts";
import { finish, start } from "./support/client.ts";
import { startService } from "./support/service.ts";
import { Verdict } from "./support/verdict.ts";

/** The lock installs on every platform that Node runs on here; the product starts and classifies under each supported Node. */
const root = path.resolve(import.meta.dirname, "../..");
const cache = cacheDirectory();
const verdict = new Verdict();

for (const system of ["linux", "darwin", "win32"]) {
  for (const cpu of ["x64", "arm64"]) {
    await verdict.check(`npm ci resolves on ${system} ${cpu}`, async () => dryInstall(system, cpu));
  }
}
for (const major of [20, 22, 24]) {
  await verdict.check(`start and one classification under Node ${major}`, async () => classifyUnder(major));
}
verdict.close();

function dryInstall(system: string, cpu: string): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), "dlw-dry-"));
  try {
    for (const file of ["package.json", "package-lock.json"]) cpSync(path.join(root, file), path.join(folder, file));
    const run = spawnSync("npm", ["ci", "--dry-run", "--ignore-scripts", `--os=${system}`, `--cpu=${cpu}`], {
      cwd: folder,
      encoding: "utf8",
      timeout: 120_000,
    });
    if (run.status !== 0) throw new Error(run.stderr.trim());
    return /added (\d+) packages/.exec(run.stdout)?.[0] ?? "";
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** This Node where its major fits, else the newest of that major that npm's own Node package has, kept in the cache. */
function nodeOf(major: number): string {
  if (Number(process.versions.node.split(".")[0]) === major) return process.execPath;
  const name = `node-${process.platform}-${process.arch}`;
  const prefix = path.join(cache, `node-${major}`);
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

/** An install that was cut off leaves a file that does not start. */
function runs(binary: string): boolean {
  return spawnSync(binary, ["--version"], { timeout: 20_000 }).status === 0;
}

async function classifyUnder(major: number): Promise<string> {
  const node = nodeOf(major);
  const service = await startService({ node, environment: { PATH: `${path.dirname(node)}:${process.env["PATH"]}` } });
  try {
    const view = await finish(service, await start(service, [`${service.url}/${sampleKey}`]));
    const [first] = view.results ?? [];
    const label = first && "predictions" in first ? first.predictions[0]?.label : JSON.stringify(first);
    if (label !== "Labrador retriever") throw new Error(`${view.status}, the sample is "${label}"`);
    return `${execFileSync(node, ["--version"], { encoding: "utf8" }).trim()}, ready in ${(service.readyMs / 1000).toFixed(1)} s`;
  } finally {
    await service.stop();
  }
}

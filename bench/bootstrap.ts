/**
 * `npm run bench:bootstrap`: measures the processor time that the bootstrap adds to the start of a program when all
 * packages are installed and undamaged. The comparison is Node with the same TypeScript loader but without the
 * bootstrap.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { readCommand } from "../lib/command.ts";
import { median } from "../test/lanes/support/median.ts";

/** Maximum processor time, in milliseconds, that the bootstrap may add to a healthy start. */
const mostMs = 50;
const values =
  readCommand(
    `npm run bench:bootstrap -- [options]

Measures the processor time that the bootstrap adds to a healthy start, in milliseconds. Exit code 1 above ${mostMs}.

  --rounds N   Starts of each kind, in turn (default 21)
  --json       Figures as JSON
  --help       This text
`,
    { rounds: { type: "string", default: "21" }, json: { type: "boolean", default: false } },
  ) ?? process.exit();

const root = path.resolve(import.meta.dirname, "..");
mkdirSync(path.join(root, ".build"), { recursive: true });
const folder = mkdtempSync(path.join(root, ".build/bench-"));
try {
  const program = path.join(folder, "program.ts");
  writeFileSync(program, "const { user, system } = process.cpuUsage(); console.log((user + system) / 1_000);\n");
  const start = (...parameters: string[]): number =>
    Number(execFileSync(process.execPath, [...parameters, program], { cwd: root, encoding: "utf8" }));
  const kinds = { bare: ["--import", "tsx"], bootstrap: ["bootstrap.mjs"] } as const;
  // The first start fills the caches of the loader and of the bootstrap.
  for (const parameters of Object.values(kinds)) start(...parameters);
  const rounds = Array.from({ length: Number(values.rounds) }, () => ({
    bare: start(...kinds.bare),
    bootstrap: start(...kinds.bootstrap),
  }));
  const [theirs, ours] = [median(rounds.map(({ bare }) => bare)), median(rounds.map(({ bootstrap }) => bootstrap))];
  const added = median(rounds.map(({ bare, bootstrap }) => bootstrap - bare));
  const figure = {
    name: "start of a program",
    peer: "node --import tsx",
    ours,
    theirs,
    unit: "ms",
    ratio: ours / theirs,
  };
  console.log(
    values.json
      ? JSON.stringify({ figures: [figure], added })
      : `bootstrap ${ours.toFixed(1)} ms, without it ${theirs.toFixed(1)} ms, added ${added.toFixed(1)} ms (at most ${mostMs})`,
  );
  if (added > mostMs) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

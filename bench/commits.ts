/** `npm run bench:commits -- --old COMMIT`: two commits of this project, measured in turn by their own `bench/ours.ts`. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { readCommand } from "../lib/command.ts";
import { inTurn, type Measurement, measure, medianOf, medianPer } from "./measure.ts";

const values =
  readCommand(
    `npm run bench:commits -- --old COMMIT [options]

Checks two commits out, installs their packages, and measures cold start, warm photo and batch of 8 of each in turn.
A ratio above 1 means that the new commit is slower.

  --old COMMIT   The commit to compare with
  --new COMMIT   The commit to measure (default: HEAD)
  --turns N      Turns of each (default: 5)
  --help         This text
`,
    {
      old: { type: "string", default: "" },
      new: { type: "string", default: "HEAD" },
      turns: { type: "string", default: "5" },
    },
  ) ?? process.exit();
const turns = Number(values.turns);
if (values.old === "" || !Number.isSafeInteger(turns) || turns < 1) {
  console.error('Name the commit to compare with, and a whole number of turns: "--old COMMIT --turns 5".');
  process.exit(2);
}

const root = path.resolve(import.meta.dirname, "..");
const runs = 20;
const eight = 8;
/** Runs in a checkout: builds its model and bundles what it measures; prints the program, the model and the photo. */
const prepare = `
const { existsSync, mkdirSync, writeFileSync } = await import("node:fs");
const { buildModel } = await import("./model/build.ts");
const { bundleModules } = await import("./image/bundle.ts");
const decoder = "functions/classify/decode/main";
const entries = ["bench/ours", ...(existsSync(decoder + ".ts") ? [decoder] : [])];
const model = await buildModel();
const bundles = await bundleModules(process.cwd(), entries);
mkdirSync(".build/bench", { recursive: true });
for (const [at, name] of ["ours.mjs", "decoder.mjs"].entries())
  if (bundles[at]) writeFileSync(".build/bench/" + name, bundles[at].contents);
console.log(JSON.stringify({ model: model.directory, photo: model.samplePhoto }));
`;

interface Checkout {
  readonly folder: string;
  readonly model: string;
  readonly photo: string;
}

function checkOut(commit: string): Checkout {
  const id = execFileSync("git", ["rev-parse", "--verify", `${commit}^{commit}`], {
    cwd: root,
    encoding: "utf8",
  }).trim();
  const folder = path.join(root, ".build/commits", id);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(path.dirname(folder), { recursive: true });
  execFileSync("git", ["worktree", "prune"], { cwd: root });
  execFileSync("git", ["worktree", "add", "--detach", folder, id], { cwd: root, stdio: "ignore" });
  console.error(`bench: installing the packages of ${commit}`);
  execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], { cwd: folder, stdio: "ignore" });
  const parameters = ["--import", "tsx", "--input-type=module", "--eval", prepare];
  const printed = execFileSync(process.execPath, parameters, { cwd: folder, encoding: "utf8" });
  const { model, photo } = JSON.parse(printed.trim().split("\n").at(-1) ?? "") as Omit<Checkout, "folder">;
  return { folder, model, photo };
}

function remove({ folder }: Checkout): void {
  execFileSync("git", ["worktree", "remove", "--force", folder], { cwd: root });
}

const ours = ({ folder, model, photo }: Checkout, batch: number): Promise<Measurement> => {
  const built = (name: string) => path.join(folder, ".build/bench", name);
  return measure(process.execPath, [built("ours.mjs"), model, "native", photo, String(runs), String(batch)]);
};

const checkouts: Checkout[] = [];
try {
  const old = checkOut(values.old);
  checkouts.push(old);
  const current = checkOut(values.new);
  if (current.folder !== old.folder) checkouts.push(current);
  const found = await inTurn(turns, {
    old: () => ours(old, 1),
    new: () => ours(current, 1),
    "old, eight": () => ours(old, eight),
    "new, eight": () => ours(current, eight),
  });
  const rows = [
    ["cold start", medianPer(found.old, "cold"), medianPer(found.new, "cold")],
    ["warm photo", medianOf(found.old, "warm"), medianOf(found.new, "warm")],
    ["batch of 8", medianOf(found["old, eight"], "warm"), medianOf(found["new, eight"], "warm")],
  ] as const;
  for (const [what, before, after] of rows) {
    console.log(`${what}: ${before.toFixed(1)} ms, then ${after.toFixed(1)} ms, ratio ${(after / before).toFixed(3)}`);
  }
} finally {
  for (const checkout of checkouts) if (existsSync(checkout.folder)) remove(checkout);
}

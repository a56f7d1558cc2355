/**
 * `npm run test:mutants`: plants a seeded sample of mutants, one at a time, in copies of the checkout, and prints those
 * that neither a test nor the compiler notices. It is not part of .ci/run, because a person must read the survivors
 * (docs/mutants.md).
 */
import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { z } from "zod";
import { readCommand } from "../../lib/command.ts";
import { copyProject, projectFiles } from "../support/project-copy.ts";
import { seeded } from "../support/seeded.ts";
import { importersIn } from "./importers.ts";
import { deployedMutants, listedMutants } from "./listed.ts";
import { type Mutant, mutantsOf } from "./mutants.ts";
import { type Outcome, Trial } from "./trial.ts";

const folders = ["functions", "infra", "packages/local-aws/src/states/interpreter"];
const root = path.resolve(import.meta.dirname, "../..");

const help = `npm run test:mutants -- [options]

Plants a sample of mutants in copies of the checkout and prints those that no test and no type notices. It takes hours.

  --count N        Mutants (default 300)
  --seed N         Of the choice (default 1)
  --under FOLDER   Where to plant them (repeatable; default ${folders.join(", ")})
  --copies N       Copies of the checkout that are tried at once (default 2)
  --results FILE   Keeps what is finished: the same command goes on from there
  --listed         Plants the changes of test/mutants/listed.ts instead
  --deployed       Plants those of that list that a story of the lane "engine" must notice (--copies 1: it takes all cores)
  --help           This text
`;

const options = {
  count: { type: "string", default: "300" },
  seed: { type: "string", default: "1" },
  under: { type: "string", multiple: true, default: folders },
  copies: { type: "string", default: "2" },
  results: { type: "string" },
  listed: { type: "boolean", default: false },
  deployed: { type: "boolean", default: false },
} as const;
const values = readCommand(help, options) ?? process.exit();

const Line = z.object({ mutant: z.string(), fate: z.string(), by: z.string() });
const nameOf = ({ file, line, change, from }: Mutant): string => `${file}:${line} (${from}) ${change}`;
const sample = values.deployed
  ? deployedMutants(root)
  : values.listed
    ? listedMutants(root)
    : sampleOf(Number(values.count), Number(values.seed), values.under);
const outcomes = finished();
const left = sample.filter((mutant) => !outcomes.has(nameOf(mutant)));
console.log(
  `${sample.length} mutants${values.listed || values.deployed ? "" : ` of seed ${values.seed}`}; ${outcomes.size} are finished already`,
);

const importers = await importersIn(root);
await Promise.all(Array.from({ length: Number(values.copies) }, work));

const survivors = sample.filter((mutant) => outcomes.get(nameOf(mutant))?.fate === "survived");
for (const mutant of survivors) console.log(`survived  ${nameOf(mutant)}`);
console.log(`${sample.length} mutants, ${sample.length - survivors.length} killed, ${survivors.length} survived`);

/** A seeded sample of all mutants of the files that ship. */
function sampleOf(count: number, seed: number, under: readonly string[]): readonly Mutant[] {
  const ships = (file: string): boolean =>
    file.endsWith(".ts") && under.some((folder) => file.startsWith(`${folder}/`)) && !isForTests(file);
  const all = projectFiles()
    .filter(ships)
    .flatMap((file) => mutantsOf(file, readFileSync(path.join(root, file), "utf8")));
  const random = seeded(seed);
  return Array.from({ length: Math.min(count, all.length) }, () => all.splice(random(all.length), 1)).flat();
}

function isForTests(file: string): boolean {
  return /\.test\.ts$|\.d\.ts$|(^|\/)(fixtures|test-support)\//.test(file);
}

function finished(): Map<string, Outcome> {
  if (values.results === undefined || !existsSync(values.results)) return new Map();
  const lines = readFileSync(values.results, "utf8").trim().split("\n");
  const parsed = lines.map((line) => Line.parse(JSON.parse(line)));
  return new Map(parsed.map(({ mutant, fate, by }) => [mutant, { fate: fate as Outcome["fate"], by }]));
}

/** Tries mutants in one copy of the checkout until no mutants are left. */
async function work(): Promise<void> {
  const copy = copyProject();
  // Lanes ask git for the files of their checkout.
  execFileSync("git", ["init", "--quiet"], { cwd: copy.folder });
  // `.gitignore` names a folder, and here it is a link.
  writeFileSync(path.join(copy.folder, ".git/info/exclude"), "node_modules\n");
  const trial = new Trial(copy.folder, importers);
  try {
    for (let mutant = left.shift(); mutant !== undefined; mutant = left.shift()) {
      const outcome = await trial.of(mutant);
      outcomes.set(nameOf(mutant), outcome);
      const line = { mutant: nameOf(mutant), fate: outcome.fate, by: outcome.by };
      if (values.results !== undefined) appendFileSync(values.results, `${JSON.stringify(line)}\n`);
      console.log(`${outcome.fate}  ${line.mutant}  ${outcome.by}`);
    }
  } finally {
    copy.remove();
    for (const file of trial.unsound) console.log(`left out, because it fails without a mutant  ${file}`);
  }
}

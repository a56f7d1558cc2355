/**
 * `npm run bench:pages`: counts the 512 KiB pieces of the image's files that a start reads from an empty page cache,
 * for each precision. AWS Lambda loads these pieces of a container image before the first photo is classified. Needs
 * Linux and Python 3. Run it on a quiet machine, because pages that another process has mapped cannot be evicted.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import Table from "cli-table3";
import { z } from "zod";
import { addonLocations } from "../functions/inference/native/places.ts";
import { bundleModules } from "../image/bundle.ts";
import { readCommand } from "../lib/command.ts";
import { buildModel } from "../model/build.ts";

const Report = z.object({
  left: z.number(),
  files: z.array(z.object({ file: z.string(), pieces: z.number(), of: z.number() })),
});

readCommand(
  `npm run bench:pages

Counts the pieces of 512 KiB of the image's files that a start reads, in each precision. Needs Linux, Python 3 and a
quiet machine.
`,
  {},
) ?? process.exit();
const root = path.resolve(import.meta.dirname, "..");
const { directory, files: modelParts } = await buildModel();
const [location] = addonLocations();
if (!location) {
  console.error('This counts what native TensorFlow reads, which is missing: run "npm run setup:native" first.');
  process.exit(1);
}
const native = path.dirname(location.file);
const files = [
  ...readdirSync(native).map((name) => path.join(native, name)),
  ...modelParts.map(({ name }) => path.join(directory, name)),
  ...binariesOf("node_modules/@img"),
  process.execPath,
];
mkdirSync(path.join(root, ".build"), { recursive: true });
const folder = mkdtempSync(path.join(root, ".build/bench-"));
try {
  const bundles = await bundleModules(root, ["functions/inference/self-check"]);
  const program = path.join(folder, "self-check.mjs");
  writeFileSync(program, bundles[0]?.contents ?? "");
  const table = new Table({ head: ["precision", "file", "pieces", "of"], style: { head: [], border: [] } });
  for (const precision of ["int8", "float32"]) {
    const command = [process.execPath, program, "--model", directory, "--engine", "native", "--precision", precision];
    const output = execFileSync("python3", [path.join(import.meta.dirname, "pages.py")], {
      input: JSON.stringify({ files, command }),
      encoding: "utf8",
    });
    const report = Report.parse(JSON.parse(output));
    const read = report.files.filter(({ pieces }) => pieces > 0);
    for (const { file, pieces, of } of read) table.push([precision, path.basename(file), pieces, of]);
    const sum = (pick: "pieces" | "of"): number => read.reduce((total, one) => total + one[pick], 0);
    table.push([precision, "all", sum("pieces"), sum("of")]);
    if (report.left > 0) console.log(`${report.left} pieces could not be evicted: another process has them mapped.`);
  }
  console.log(table.toString());
  console.log(`pieces of 512 KiB; the kernel reads ahead ${readAhead()}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function binariesOf(below: string): readonly string[] {
  const names = readdirSync(path.join(root, below), { recursive: true, withFileTypes: true });
  return names
    .filter((entry) => entry.isFile() && /\.(node|so[.\d]*)$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath, entry.name));
}

/** The read-ahead of each disk of the machine: how much the kernel reads beyond the requested data. */
function readAhead(): string {
  const disks = readdirSync("/sys/block").flatMap((disk) => {
    try {
      return [`${disk} ${readFileSync(`/sys/block/${disk}/queue/read_ahead_kb`, "utf8").trim()} KiB`];
    } catch {
      return [];
    }
  });
  return disks.join(", ");
}

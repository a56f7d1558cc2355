/**
 * `npm run bench:pages`: counts the 512 KiB pieces of the image's files that a start of the engine reads from an
 * empty page cache, for each precision. AWS Lambda loads these pieces of a container image. The files are copied first,
 * because pages that another process has mapped cannot be evicted. Needs Linux and Python 3.
 */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
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
  readAhead: z.string(),
});

const root = path.resolve(import.meta.dirname, "..");
const values =
  readCommand(
    `npm run bench:pages -- [options]

Counts the pieces of 512 KiB of the image's files that a start of the engine reads, in each precision. What the
kernel reads ahead counts too, so the figures mean most on a disk without read-ahead. Needs Linux and Python 3.

  --folder PATH  Where the files are copied to, 800 MB (default: .build)
  --help         This text
`,
    { folder: { type: "string", default: path.join(root, ".build") } },
  ) ?? process.exit();
const { directory } = await buildModel();
const [location] = addonLocations();
if (!location) {
  console.error('This counts what native TensorFlow reads, which is missing: run "npm run setup:native" first.');
  process.exit(1);
}
mkdirSync(values.folder, { recursive: true });
const task = mkdtempSync(path.join(values.folder, "bench-"));
try {
  const node = await copyImage(path.dirname(location.file));
  const table = new Table({ head: ["precision", "file", "pieces", "of"], style: { head: [], border: [] } });
  for (const precision of ["int8", "float32"]) {
    const program = path.join(task, "inference/self-check.mjs");
    const command = [
      node,
      program,
      "--model",
      path.join(task, "model"),
      "--engine",
      "native",
      "--precision",
      precision,
    ];
    const report = count(command);
    const read = report.files.filter(({ pieces }) => pieces > 0);
    for (const { file, pieces, of } of read) table.push([precision, path.relative(task, file), pieces, of]);
    const sum = (pick: "pieces" | "of"): number => read.reduce((total, one) => total + one[pick], 0);
    table.push([precision, "all", sum("pieces"), sum("of")]);
    if (report.left > 0) console.log(`${report.left} pieces could not be evicted: another process has them mapped.`);
    if (precision === "float32") console.log(`${table.toString()}\nThe kernel reads ahead ${report.readAhead}.`);
  }
} finally {
  rmSync(task, { recursive: true, force: true });
}

/** Copies what an image contains and a start may read. Returns the copy of Node. */
async function copyImage(native: string): Promise<string> {
  const into = (name: string): string => path.join(task, name);
  cpSync(native, into("native"), { recursive: true });
  cpSync(directory, into("model"), { recursive: true });
  cpSync(process.execPath, into("node"));
  mkdirSync(into("inference"));
  const [bundle] = await bundleModules(root, ["functions/inference/self-check"]);
  writeFileSync(into("inference/self-check.mjs"), bundle?.contents ?? "");
  return into("node");
}

function count(command: readonly string[]): z.infer<typeof Report> {
  const files = readdirSync(task, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const output = execFileSync("python3", [path.join(import.meta.dirname, "pages.py")], {
    input: JSON.stringify({ files, command }),
    encoding: "utf8",
    env: { ...process.env, LAMBDA_TASK_ROOT: task, NODE_EXTRA_CA_CERTS: undefined },
  });
  return Report.parse(JSON.parse(output));
}

/**
 * `node self-check.mjs [--model FOLDER] [--engine auto|native|webassembly] [--precision auto|int8|float32] [--each-class]`:
 * loads the model and compares it with all its golden predictions, of which `classify` repeats some when it starts. The image
 * build runs it, so an image without a working engine is never built. `--each-class` repeats it for each processor class that this
 * machine can act as, and lists the rest.
 */
import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";
import { modelDirectory } from "../../contract/model.ts";
import { isMainModule } from "../../lib/main-module.ts";
import { openClassifier } from "./classifier.ts";
import { ModelFolderError } from "./description.ts";
import { EngineUnavailable, engineNames, precisions } from "./engine.ts";
import { processorClass, runnableClasses } from "./processor.ts";

const engines = ["auto", ...engineNames] as const;
const allPrecisions = ["auto", ...precisions] as const;
type Insist = { readonly engine: (typeof engines)[number]; readonly precision: (typeof allPrecisions)[number] };

/** Returns a sentence with the chosen engine and the reason. @throws EngineUnavailable, ModelFolderError */
export async function selfCheck(directory: string, { engine, precision }: Insist): Promise<string> {
  const classifier = await openClassifier({ directory, engine, precision, everyPicture: true });
  classifier.close();
  return classifier.choice;
}

/** oneDNN reads its limit once per process, so each class needs a process. */
function checkEachClass(program: string, parameters: readonly string[]): void {
  for (const { name, limit } of runnableClasses()) {
    if (limit === undefined) {
      console.log(`${name}: this machine is ${processorClass()} and cannot act as it; not checked.`);
      continue;
    }
    const env = { ...process.env, ONEDNN_MAX_CPU_ISA: limit };
    const found = execFileSync(process.execPath, [...process.execArgv, program, ...parameters], {
      env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "inherit"],
    });
    process.stdout.write(`${name}: ${found}`);
  }
}

if (isMainModule(import.meta.url)) {
  const text = { type: "string" } as const;
  const auto = { type: "string", default: "auto" } as const;
  const { values } = parseArgs({
    options: { model: text, engine: auto, precision: auto, "each-class": { type: "boolean", default: false } },
  });
  const engine = engines.find((name) => name === values.engine);
  const precision = allPrecisions.find((name) => name === values.precision);
  const model = values.model ?? modelDirectory();
  try {
    if (!engine) throw new EngineUnavailable("absent", `There is no engine "${values.engine}": ${engines.join(", ")}.`);
    if (!precision) {
      const known = allPrecisions.join(", ");
      throw new EngineUnavailable("absent", `There is no precision "${values.precision}": ${known}.`);
    }
    if (values["each-class"]) {
      checkEachClass(process.argv[1] ?? "", ["--model", model, "--engine", engine, "--precision", precision]);
    } else console.log(await selfCheck(model, { engine, precision }));
  } catch (error) {
    if (error instanceof EngineUnavailable || error instanceof ModelFolderError) {
      console.error(`${error.name}: ${error.message}`);
    } else if (!values["each-class"]) throw error;
    // A child has reported the problem with its class on standard error.
    process.exitCode = 1;
  }
}

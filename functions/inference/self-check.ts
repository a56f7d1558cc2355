/**
 * `node self-check.mjs [--model FOLDER] [--engine auto|native|webassembly]`: loads the model and compares it with its
 * golden predictions, as `classify` does when it starts. The image build runs it, so an image without a working
 * engine is never built.
 */
import { parseArgs } from "node:util";
import { modelDirectory } from "../../contract/model.ts";
import { isMainModule } from "../../lib/main-module.ts";
import { openClassifier } from "./classifier.ts";
import { ModelFolderError } from "./description.ts";
import { EngineUnavailable } from "./engine.ts";

const engines = ["auto", "native", "webassembly"] as const;

/** Answers the sentence that tells what runs and why. @throws EngineUnavailable, ModelFolderError */
export async function selfCheck(directory: string, engine: (typeof engines)[number]): Promise<string> {
  const classifier = await openClassifier({ directory, engine });
  classifier.close();
  return classifier.choice;
}

if (isMainModule(import.meta.url)) {
  const { values } = parseArgs({
    options: { model: { type: "string" }, engine: { type: "string", default: "auto" } },
  });
  const engine = engines.find((name) => name === values.engine);
  try {
    if (!engine) throw new EngineUnavailable("absent", `There is no engine "${values.engine}": ${engines.join(", ")}.`);
    console.log(await selfCheck(values.model ?? modelDirectory(), engine));
  } catch (error) {
    if (!(error instanceof EngineUnavailable || error instanceof ModelFolderError)) throw error;
    console.error(`${error.name}: ${error.message}`);
    process.exitCode = 1;
  }
}

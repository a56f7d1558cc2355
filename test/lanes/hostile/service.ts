import { readFileSync } from "node:fs";
import path from "node:path";
import type { ImageResult } from "../../../contract/workflow.ts";
import { sampleKey } from "../../../contract/workflow.ts";
import { finish, results, start } from "../support/client.ts";
import { serveFiles } from "../support/photos.ts";
import { startService } from "../support/service.ts";
import type { Verdict } from "../support/verdict.ts";
import { outcomes } from "./outcomes.ts";

/** All hostile files and one good photo in one request through the whole workflow, then the good photo alone. */
export async function judgeThroughService(folder: string, verdict: Verdict): Promise<void> {
  const files = await serveFiles((name) => (name in outcomes ? readFileSync(path.join(folder, name)) : undefined));
  const service = await startService({ arguments: ["--allow-host", files.host] });
  const sample = `${service.url}/${sampleKey}`;
  try {
    const names = Object.keys(outcomes);
    const view = await finish(service, await start(service, [...names.map((name) => files.urlOf(name)), sample]));
    const found = await results(service, view);
    const different = names.filter((name, place) => outcomeOf(found[place]) !== outcomes[name]);
    verdict.claim("through the service every file has its outcome", different.length === 0, different.join(", "));
    verdict.claim("and the good photo beside them its label", labelOf(found.at(-1)) === "Labrador retriever");
    const next = await finish(service, await start(service, [sample]));
    const [again] = await results(service, next);
    verdict.claim("the next request is served as if nothing had been", labelOf(again) === "Labrador retriever");
  } finally {
    await service.stop();
    await files.close();
  }
}

function outcomeOf(result: ImageResult | undefined): string {
  if (!result) return "no result";
  return "error" in result ? result.error.code : "decoded";
}

function labelOf(result: ImageResult | undefined): string | undefined {
  return result && "predictions" in result ? result.predictions[0]?.label : undefined;
}

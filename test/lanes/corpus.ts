import type { ImageResult } from "../../contract/workflow.ts";
import { finish, results, start } from "./support/client.ts";
import { photosFromSample, readCorpus, serveFiles } from "./support/photos.ts";
import { startService } from "./support/service.ts";
import { Verdict } from "./support/verdict.ts";

/** Every labelled photo in one POST, through the whole workflow, with each inference engine. */
const verdict = new Verdict();
const corpus = readCorpus();
if (!corpus) console.log("labelled photos: absent on this machine; images made from the sample stand in for them");

for (const engine of ["native", "webassembly"] as const) {
  const files = await serveFiles((name) => photos.find((photo) => photo.file === name)?.bytes);
  const service = await startService({
    arguments: ["--allow-host", files.host, "--config", `inferenceEngine=${engine}`],
  });
  const photos = corpus ?? (await photosFromSample(await sampleOf(service.url)));
  try {
    const began = Date.now();
    const images = photos.map(({ file }) => files.urlOf(file));
    const view = await finish(service, await start(service, images));
    const found = await results(service, view);
    const seconds = ((Date.now() - began) / 1000).toFixed(1);
    verdict.claim(`${engine}: the execution succeeds`, view.status === "SUCCEEDED", view.status);
    verdict.claim(
      `${engine}: one result a photo, in request order`,
      found.every(({ image }, at) => image === images[at]),
    );
    const wrong = photos.filter(({ expected_labels }, at) => !expected_labels.includes(topLabel(found[at])));
    for (const photo of wrong) {
      console.log(
        `       ${photo.file}: "${topLabel(found[photos.indexOf(photo)])}", not "${photo.expected_labels[0]}"`,
      );
    }
    const right = photos.length - wrong.length;
    verdict.claim(
      `${engine}: right at top 1`,
      right >= (corpus ? 60 : photos.length),
      `${right} of ${photos.length}, ${seconds} s`,
    );
  } finally {
    await service.stop();
    await files.close();
  }
}
verdict.close();

function topLabel(result: ImageResult | undefined): string {
  if (!result) return "no result";
  return "error" in result ? `${result.error.code}: ${result.error.message}` : (result.predictions[0]?.label ?? "none");
}

async function sampleOf(url: string): Promise<Buffer> {
  const response = await fetch(`${url}/samples/labrador.jpg`);
  if (!response.ok) throw new Error(`the sample photo answered ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

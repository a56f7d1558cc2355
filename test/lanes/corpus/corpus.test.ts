import { describe, expect, test } from "vitest";
import { finish, results, start } from "../support/client.ts";
import { opened } from "../support/opened.ts";
import { labelOf } from "../support/outcome.ts";
import { photosFromSample, readCorpus, serveFiles } from "../support/photos.ts";
import { startService } from "../support/service.ts";

/** Sends all labelled photos in one POST through the whole workflow, with each inference engine. */
const corpus = readCorpus();
if (!corpus) console.log("labelled photos: absent on this machine; images made from the sample replace them");

describe.each(["native", "webassembly"])("%s", (engine) => {
  const ran = opened(() => classifyAll(engine));

  test("the execution succeeds", () => {
    expect(ran().status).toBe("SUCCEEDED");
  });

  test("one result per photo, in request order", () => {
    expect(ran().found.map(({ image }) => image)).toEqual(ran().images);
  });

  test("right at top 1", async ({ annotate }) => {
    const { photos, found, seconds } = ran();
    const wrong = photos.flatMap(({ file, expected_labels }, at) => {
      const label = labelOf(found[at]);
      return expected_labels.includes(label) ? [] : [`${file}: "${label}", not "${expected_labels[0]}"`];
    });
    for (const line of wrong) await annotate(line);
    const right = photos.length - wrong.length;
    await annotate(`${right} of ${photos.length}, ${seconds.toFixed(1)} s`);
    expect(right).toBeGreaterThanOrEqual(corpus ? 60 : photos.length);
  });
});

async function classifyAll(engine: string) {
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
    return { status: view.status, photos, images, found, seconds: (Date.now() - began) / 1_000 };
  } finally {
    await service.stop();
    await files.close();
  }
}

async function sampleOf(url: string): Promise<Buffer> {
  const response = await fetch(`${url}/samples/labrador.jpg`);
  if (!response.ok) throw new Error(`the request for the sample photo returned ${response.status}`);
  return Buffer.from(await response.arrayBuffer());
}

import sharp from "sharp";
import { sampleKey } from "../../../contract/workflow.ts";
import { type RunningService, startService } from "../support/service.ts";
import { patientSettings, serveImages } from "./image-host.ts";

export const largeCount = 10_000;
/** Images per child execution. */
export const batchSize = 50;
/** The photos are in the first batch, so that there are results soon. */
const photos = 12;
/** Position in each batch of the image that is requested from the host, which returns 404. */
const missingAt = 10;
/** Pictures of noise: the model is not sure of any label. */
const noise = 12;

export interface LargeService {
  readonly service: RunningService;
  /** A list of ten thousand images; the mark makes it different from other lists. */
  readonly references: (mark: string) => readonly string[];
  /** Holds every batch of this list that has an image after this number. Each call replaces the last one. */
  holdFrom(mark: string, number: number): void;
  close(): Promise<void>;
}

/** The one-machine AWS with large batches, and a host of images: a few of ten thousand can be classified. */
export async function startLargeService(): Promise<LargeService> {
  const images = await serveImages();
  const settings = [`batchSize=${batchSize}`, "inlineLimit=16384", "distributedMapConcurrency=2", ...patientSettings];
  const service = await startService({
    arguments: ["--quiet", "--allow-host", images.host, ...settings.flatMap((setting) => ["--config", setting])],
  });
  const photo = new Uint8Array(await (await fetch(`${service.url}/${sampleKey}`)).arrayBuffer());
  images.give(photo, await Promise.all([40, 90, 140].map(noisePicture)));
  return {
    service,
    references: (mark) =>
      Array.from({ length: largeCount }, (_, index) => {
        const query = `?${mark}=${index}`;
        if (index < photos) return images.url(`photo.jpg${query}`);
        if (index < photos + noise) return images.url(`picture.png${query}`);
        // The service refuses the other addresses without a request.
        return index % batchSize === missingAt
          ? images.url(`missing-${index}.jpg${query}`)
          : `http://169.254.169.254/${index}.jpg${query}`;
      }),
    holdFrom(mark, number) {
      images.hold((path) => {
        const [, name, index] = /^\/missing-\d+\.jpg\?(\w+)=(\d+)$/.exec(path) ?? [];
        return name === mark && Number(index) + batchSize - missingAt > number;
      });
    },
    async close() {
      await service.stop();
      images.close();
    },
  };
}

/** Starts an execution of ten thousand images by the API, and waits until it has succeeded. Returns its id. */
export async function classifyLarge({ service, references }: LargeService, mark: string): Promise<string> {
  const headers = { "content-type": "application/json", "x-api-key": service.apiKey };
  const body = JSON.stringify(references(mark));
  const started = await fetch(`${service.url}/classify`, { method: "POST", headers, body });
  const { executionId } = (await started.json()) as { readonly executionId: string };
  for (;;) {
    const response = await fetch(`${service.url}/executions/${executionId}?wait=20`, { headers });
    const { status } = (await response.json()) as { readonly status: string };
    if (status === "SUCCEEDED") return executionId;
    if (status !== "RUNNING") throw new Error(`The execution of ${largeCount} images ended as ${status}.`);
  }
}

async function noisePicture(mean: number): Promise<Uint8Array> {
  const noise = { type: "gaussian", mean, sigma: 60 } as const;
  return sharp({ create: { width: 96, height: 96, channels: 3, noise, background: "#000" } })
    .png()
    .toBuffer();
}

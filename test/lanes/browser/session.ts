import { sampleKey } from "../../../contract/workflow.ts";
import { type RunningService, startService } from "../support/service.ts";
import { openBrowser, Watched } from "./browser.ts";
import { patientSettings, serveImages } from "./image-host.ts";

/**
 * The console of a running service in a browser. The tests share it; each continues with the page that the previous
 * test left.
 */
export interface Session {
  readonly watched: Watched;
  readonly service: RunningService;
  /** The sample photo. */
  readonly photo: Uint8Array;
  /** URL of an image on a host from which the service may fetch. */
  readonly urlOf: (name: string) => string;
  /** Between `hold` and `release`, a request for `slow.jpg` gets no response: its execution can be watched as it runs. */
  readonly slow: { hold(): void; release(): void };
  close(): Promise<void>;
}

export async function openSession(): Promise<Session> {
  const browser = await openBrowser();
  const images = await serveImages();
  const settings = ["inlineLimit=16384", ...patientSettings];
  const service = await startService({
    arguments: ["--allow-host", images.host, ...settings.flatMap((setting) => ["--config", setting])],
  });
  const photo = new Uint8Array(await (await fetch(`${service.url}/${sampleKey}`)).arrayBuffer());
  images.give(photo);
  return {
    watched: await Watched.open(browser, service.url),
    service,
    photo,
    urlOf: images.url,
    slow: {
      hold: () => images.hold((path) => path.startsWith("/slow")),
      release: () => images.hold(() => false),
    },
    async close() {
      await browser.close();
      await service.stop();
      images.close();
    },
  };
}

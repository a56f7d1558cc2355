import { sampleKey } from "../../../contract/workflow.ts";
import { type RunningService, startService } from "../support/service.ts";
import { openBrowser, Watched } from "./browser.ts";
import { serveImages } from "./image-host.ts";

/** The console of a running service in a browser; the tests share it, and each goes on from where the one before left the page. */
export interface Session {
  readonly watched: Watched;
  readonly service: RunningService;
  /** The sample photo. */
  readonly photo: Uint8Array;
  /** Address of an image on a host that the service may fetch from. */
  readonly urlOf: (name: string) => string;
  close(): Promise<void>;
}

/** @param pictures folder that keeps what the page looked like; no pictures unless given */
export async function openSession(pictures: string | undefined): Promise<Session> {
  const browser = await openBrowser();
  const images = await serveImages(2_000);
  const service = await startService({ arguments: ["--allow-host", images.host, "--config", "inlineLimit=16384"] });
  const photo = new Uint8Array(await (await fetch(`${service.url}/${sampleKey}`)).arrayBuffer());
  images.give(photo);
  return {
    watched: await Watched.open(browser, service.url, pictures),
    service,
    photo,
    urlOf: images.url,
    async close() {
      await browser.close();
      await service.stop();
      images.close();
    },
  };
}

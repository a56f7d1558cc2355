import { parseArgs } from "node:util";
import { sampleKey } from "../../../contract/workflow.ts";
import { startService } from "../support/service.ts";
import { Verdict } from "../support/verdict.ts";
import { openBrowser, Watched } from "./browser.ts";
import { serveImages } from "./image-host.ts";
import { judgeLongHistory } from "./long-history.ts";
import { judgeMapRun } from "./map-run.ts";
import { judgePhotos } from "./photos.ts";
import { judgeReading } from "./reading.ts";
import { judgeWorkflow } from "./workflow.ts";

/** The console in a real headless Chromium, against the running product. `--pictures DIR` keeps what it looked like. */
const { values } = parseArgs({ options: { pictures: { type: "string" } } });
const verdict = new Verdict();
const browser = await openBrowser();
const images = await serveImages(2_000);
const service = await startService({ arguments: ["--allow-host", images.host, "--config", "inlineLimit=16384"] });
try {
  const photo = new Uint8Array(await (await fetch(`${service.url}/${sampleKey}`)).arrayBuffer());
  images.give(photo);
  const watched = await Watched.open(browser, service.url, values.pictures);
  await verdict.check("the policy of the page allows no inline script and no foreign one", async () => {
    const policy = (await fetch(service.url)).headers.get("content-security-policy") ?? "";
    if (!/script-src 'self'(;|$)/.test(policy) || !policy.startsWith("default-src 'none'")) throw new Error(policy);
    return undefined;
  });
  await judgePhotos(watched, verdict, photo, images.url);
  await judgeWorkflow(watched, verdict, { service, host: images.url });
  await judgeReading(watched, verdict);
  await judgeMapRun(watched, verdict, images.url);
  await judgeLongHistory(watched, verdict);
  const { complaints } = watched;
  verdict.claim("the browser has nothing to complain about", complaints.length === 0, complaints.join("\n"));
} finally {
  await browser.close();
  await service.stop();
  images.close();
}
verdict.close();

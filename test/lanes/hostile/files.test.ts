import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { ImageResult } from "../../../contract/workflow.ts";
import { sampleKey } from "../../../contract/workflow.ts";
import { finish, results, start } from "../support/client.ts";
import { opened } from "../support/opened.ts";
import { labelOf } from "../support/outcome.ts";
import { serveFiles } from "../support/photos.ts";
import { startService } from "../support/service.ts";
import { Decoder } from "./decoder.ts";
import { outcomes } from "./outcomes.ts";

/**
 * Files that broke decoders in the past. Each must have its recorded outcome, and may need only little more memory than
 * an ordinary photo.
 */
const growthLimitMb = 300;
const folder = path.resolve(import.meta.dirname, "../../../../shared/hostile");
const read = (file: string) => readFileSync(path.join(folder, file));
const present = existsSync(folder);
const required = process.env["REQUIRE_CORPUS"] === "1";

test("the hostile files are beside the checkout, or need not be", async ({ annotate }) => {
  if (!present) await annotate("absent on this machine: mutations of small pictures replace them");
  expect(present || !required).toBe(true);
});

if (present) {
  describe("decoded alone", () => {
    const decoder = opened(
      () => Decoder.open(),
      (each) => each.close(),
    );
    const ordinary = opened(() => decoder().decode(read("exif-landscape-1__exif-orientation-examples.jpg")));

    test.for(Object.entries(outcomes))("%s: %s", async ([file, expected], { annotate }) => {
      const { outcome, peakMb, processorMs } = await decoder().decode(read(file));
      const growth = peakMb - ordinary().peakMb;
      await annotate(`${processorMs} ms of processor time, ${growth.toFixed(0)} MB above an ordinary photo`);
      expect(outcome).toBe(expected);
      expect(growth).toBeLessThan(growthLimitMb);
    });
  });

  describe("through the service, all in one request with a good photo", () => {
    const files = opened(
      () => serveFiles((name) => (name in outcomes ? read(name) : undefined)),
      (server) => server.close(),
    );
    const service = opened(
      () => startService({ arguments: ["--allow-host", files().host] }),
      (running) => running.stop(),
    );
    const classified = async (images: readonly string[]): Promise<readonly ImageResult[]> =>
      results(service(), await finish(service(), await start(service(), images)));
    const sample = () => `${service().url}/${sampleKey}`;
    const names = Object.keys(outcomes);
    const found = opened(() => classified([...names.map((name) => files().urlOf(name)), sample()]));

    test("every file has its outcome", () => {
      expect(Object.fromEntries(names.map((name, index) => [name, outcomeOf(found()[index])]))).toEqual(outcomes);
    });

    test("the good photo beside them has its label", () => {
      expect(labelOf(found().at(-1))).toBe("Labrador retriever");
    });

    test("the next request is served as if nothing had been", async () => {
      expect(labelOf((await classified([sample()]))[0])).toBe("Labrador retriever");
    });
  });
}

function outcomeOf(result: ImageResult | undefined): string {
  if (!result) return "no result";
  return "error" in result ? result.error.code : "decoded";
}

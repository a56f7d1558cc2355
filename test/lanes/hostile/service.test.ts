import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { imageErrorCodes } from "../../../contract/errors.ts";
import { SyncResult } from "../../../contract/http.ts";
import { apiLimits } from "../../../contract/limits.ts";
import { type ImageResult, sampleKey } from "../../../contract/workflow.ts";
import { call, finish, results, start } from "../support/client.ts";
import { opened } from "../support/opened.ts";
import { labelOf } from "../support/outcome.ts";
import { serveFiles } from "../support/photos.ts";
import { descendants } from "../support/processes.ts";
import { type RunningService, startService } from "../support/service.ts";
import { burningName } from "./made/avif.ts";
import { madeFiles } from "./made/files.ts";

/** Tests the hostile files that the lane generates, together with good photos, in the service that `npm start` runs. */
const made = opened(async () => {
  const refused = madeFiles.filter(({ expected, name }) => expected !== "decoded" && name !== burningName);
  return {
    burner: await madeFiles.find(({ name }) => name === burningName)?.make(),
    others: await Promise.all(refused.map(async ({ make }) => make())),
  };
});
const files = opened(
  () => serveFiles((name) => (name.startsWith("burning") ? made().burner : made().others[Number(name)])),
  (server) => server.close(),
);
let service: () => RunningService;

/**
 * Query strings make the same file count as different images, because a request classifies each reference only once.
 */
const good = (count: number) => Array.from({ length: count }, (_, at) => `${service().url}/${sampleKey}?good=${at}`);
const burners = (count: number) => Array.from({ length: count }, (_, at) => files().urlOf(`burning-${at}`));
const others = (count: number) =>
  Array.from({ length: count }, (_, at) => `${files().urlOf(String(at % made().others.length))}?hostile=${at}`);
/** Alternates hostile and good images. */
const mixed = (hostile: readonly string[], fine: readonly string[]) =>
  hostile.flatMap((each, at) => [each, fine[at] ?? ""]);
const classifyNow = async (images: readonly string[]): Promise<readonly ImageResult[]> => {
  const response = await call(service(), "/classify/sync", { method: "POST", body: JSON.stringify(images) });
  const body: unknown = await response.json();
  expect(response.status, JSON.stringify(body)).toBe(200);
  return SyncResult.parse(body).results;
};
const codeOf = (result: ImageResult | undefined) => (result && "error" in result ? result.error.code : "decoded");

/** Every good photo must have its label, and every other image an error code. */
function check(found: readonly ImageResult[], images: readonly string[], fine: readonly string[]): void {
  expect(found.map(({ image }) => image)).toEqual(images);
  const labels = found.filter(({ image }) => fine.includes(image)).map(labelOf);
  expect(labels).toEqual(fine.map(() => "Labrador retriever"));
  const codes = new Set(found.filter(({ image }) => !fine.includes(image)).map(codeOf));
  expect([...imageErrorCodes, ...codes]).toHaveLength(imageErrorCodes.length + codes.size);
  expect(codes).not.toContain("decoded");
  expect(codes).not.toContain("ClassificationFailed");
}

async function expectUntouched(): Promise<void> {
  const fine = good(4);
  check(await classifyNow(fine), fine, fine);
}

describe.each<[string, readonly string[]]>([
  ["as it is configured by default", []],
  ["with one call for a batch of a hundred", ["--config", "batchSize=100", "--config", "inlineMapConcurrency=1"]],
])("%s", (_how, settings) => {
  const running = opened(
    async () => startService({ arguments: ["--allow-host", files().host, ...settings] }),
    (each) => each.stop(),
  );
  beforeAll(() => {
    service = running;
  });

  test("one that burns beside three good photos", async () => {
    const fine = good(3);
    const images = [...burners(1), ...fine];
    const found = await classifyNow(images);
    check(found, images, fine);
    expect(codeOf(found[0])).toBe("ClassificationTimeout");
    await expectUntouched();
  });

  test(`half of ${apiLimits.syncImages} that burn, in a request that is waited for`, async ({ annotate }) => {
    const half = apiLimits.syncImages / 2;
    const fine = good(half);
    const images = mixed(burners(half), fine);
    const began = performance.now();
    const found = await classifyNow(images);
    await annotate(`${((performance.now() - began) / 1_000).toFixed(1)} s of ${apiLimits.syncSeconds}`);
    check(found, images, fine);
    await expectUntouched();
  });

  test("half of sixteen of all kinds", async () => {
    const half = apiLimits.syncImages / 2;
    const fine = good(half);
    const images = mixed(others(half), fine);
    check(await classifyNow(images), images, fine);
    await expectUntouched();
  });

  test("half of a hundred, some of which burn", async ({ annotate }) => {
    const fine = good(50);
    const images = mixed([...burners(6), ...others(44)], fine);
    const began = performance.now();
    const view = await finish(service(), await start(service(), images));
    await annotate(`${((performance.now() - began) / 1_000).toFixed(1)} s`);
    expect(view.status).toBe("SUCCEEDED");
    check(await results(service(), view), images, fine);
    await expectUntouched();
  });

  test("nothing burns when all calls have ended", async () => {
    const time = () => descendants(service().process.pid ?? 0).reduce((sum, { pid }) => sum + processorTicks(pid), 0);
    const inOneSecond = async (): Promise<number> => {
      const before = time();
      await new Promise((resolve) => setTimeout(resolve, 1_000));
      return time() - before;
    };
    await expect.poll(inOneSecond, { timeout: 60_000 }).toBeLessThan(30);
  });
});

/** Processor time of a process in hundredths of a second. */
function processorTicks(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "latin1");
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return 0;
  }
}

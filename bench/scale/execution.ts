import { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { findTarget } from "../../cli/release/target.ts";
import { ExecutionView } from "../../contract/http.ts";
import { prefixes } from "../../contract/workflow.ts";
import { call, start } from "../../test/lanes/support/client.ts";
import type { RunningService } from "../../test/lanes/support/service.ts";
import type { PlantedImages } from "../planted/planted.ts";
import { verifiedCounts } from "../planted/results.ts";

/** Most images that are sent as a list; more are a manifest. */
const mostListed = 10_000;
const pollMs = 2_000;

/** Starts an execution with the first images, in a list or in a manifest with one line of JSON per image. */
export async function startExecution(
  service: RunningService,
  images: number,
  { imageOf }: PlantedImages,
): Promise<string> {
  const references = Array.from({ length: images }, (_, index) => imageOf(index));
  if (images <= mostListed) return start(service, references);
  const { s3, bucket } = await findTarget({ endpoint: service.url, dataDir: service.dataDir }, surroundingsOf(service));
  const Key = `${prefixes.uploads}scale-${images}.jsonl`;
  const Body = references.map((reference) => `${JSON.stringify(reference)}\n`).join("");
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
  return start(service, { manifest: `s3://${bucket}/${Key}` });
}

/** Follows an execution until it has succeeded. @throws Error if it ends otherwise, or does not end in time */
export async function followed(
  service: RunningService,
  executionId: string,
  { withinMs, show }: { readonly withinMs: number; show(view: ExecutionView): void },
): Promise<ExecutionView> {
  for (const deadline = Date.now() + withinMs; Date.now() < deadline; await delay(pollMs)) {
    const view = ExecutionView.parse(await (await call(service, `/executions/${executionId}`)).json());
    if (view.status === "SUCCEEDED") return view;
    if (view.status !== "RUNNING") throw new Error(`The execution ended as ${JSON.stringify(view)}.`);
    show(view);
  }
  throw new Error(`The execution "${executionId}" did not end within ${withinMs / 1_000} s.`);
}

/** Reads the results of an execution as a stream, and returns how many have each code. @throws Error */
export async function countsOfResults(
  { apiKey }: RunningService,
  { results, resultsUrl = "", resultsFormat = "json" }: ExecutionView,
  images: number,
  planted: PlantedImages,
): Promise<Readonly<Record<string, number>>> {
  if (results) return verifiedCounts(Readable.from([Buffer.from(JSON.stringify(results))]), "json", images, planted);
  const signed = await fetch(resultsUrl, { redirect: "manual", headers: { "x-api-key": apiKey } });
  const { ok, status, body } = await fetch(signed.headers.get("location") ?? "");
  if (!ok || body === null) throw new Error(`The results cannot be read: ${status}.`);
  return verifiedCounts(body as unknown as AsyncIterable<Uint8Array>, resultsFormat, images, planted);
}

export const surroundingsOf = ({ apiKey, dataDir }: RunningService) => ({
  environment: { ...process.env, DLW_API_KEY: apiKey },
  root: dataDir,
});

import { expect, it } from "vitest";
import type { Run } from "../frame.ts";
import type { ChildResult } from "./map-run.ts";
import { writeResults } from "./result-writer.ts";

const arn = "arn:aws:states:us-east-1:000000000000:mapRun:machine/label:run";
const child = (name: string, status: ChildResult["status"]): ChildResult => ({
  name,
  status,
  executionArn: `arn:${name}`,
  machineArn: "arn:machine",
  input: "{}",
  redriveCount: 0,
});

/**
 * Iterates over results. A writer that never reads on would ask for ever whether it is at the end, so the question is
 * limited.
 */
function* limited(results: readonly ChildResult[]): Generator<ChildResult> {
  yield* results;
}
function asked(results: readonly ChildResult[], most: number): Generator<ChildResult> {
  const inner = limited(results);
  let questions = 0;
  return Object.assign(Object.create(inner) as Generator<ChildResult>, {
    next() {
      const { value, done } = inner.next();
      return {
        value,
        get done() {
          questions += 1;
          if (questions > most) throw new Error("the results are not read");
          return done;
        },
      };
    },
  });
}

it("writes one file per kind of result, and a manifest with their keys and sizes", async () => {
  const results = [child("a", "SUCCEEDED"), child("b", "TIMED_OUT"), child("c", "SUCCEEDED"), child("d", "PENDING")];
  const written = new Map<string, string>();
  const run = {
    mapRuns: {
      results: (_arn: string, wanted: (status: ChildResult["status"]) => boolean) =>
        asked(
          results.filter(({ status }) => wanted(status)),
          100,
        ),
    },
    objects: {
      async write(bucket: string, key: string, content: AsyncIterable<Uint8Array>) {
        const pieces: Uint8Array[] = [];
        for await (const piece of content) pieces.push(piece);
        written.set(`${bucket}/${key}`, Buffer.concat(pieces).toString());
      },
    },
  } as unknown as Run;

  await writeResults(run, { bucket: "bucket", prefix: "runs" }, arn);

  const names = (key: string) =>
    (JSON.parse(written.get(key) ?? "[]") as readonly { readonly Name: string }[]).map(({ Name }) => Name);
  expect(names("bucket/runs/run/SUCCEEDED_0.json")).toEqual(["a", "c"]);
  expect(names("bucket/runs/run/FAILED_0.json")).toEqual(["b"]);
  expect(names("bucket/runs/run/PENDING_0.json")).toEqual(["d"]);
  const file = (category: string) => {
    const Key = `runs/run/${category}_0.json`;
    return [{ Key, Size: Buffer.byteLength(written.get(`bucket/${Key}`) ?? "") }];
  };
  expect(JSON.parse(written.get("bucket/runs/run/manifest.json") ?? "")).toEqual({
    DestinationBucket: "bucket",
    MapRunArn: arn,
    ResultFiles: { FAILED: file("FAILED"), PENDING: file("PENDING"), SUCCEEDED: file("SUCCEEDED") },
  });
});

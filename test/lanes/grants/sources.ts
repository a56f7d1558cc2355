import assert from "node:assert/strict";
import { type ExecutionView, ManifestTicket } from "../../../contract/http.ts";
import { prefixes } from "../../../contract/workflow.ts";
import { call } from "../support/client.ts";
import type { Scenario } from "./scenario.ts";
import { longManifest, manifestKey, otherBucket, type Testbed } from "./testbed.ts";

/** Requests that name a prefix or a manifest instead of images. `own` is the stack's bucket. */
export function sourceScenarios(testbed: Testbed, own: string, patienceMs: number): readonly Scenario[] {
  const about = ["map"];
  const ended = async (body: object): Promise<ExecutionView> => {
    const response = await call(testbed, "/classify", { method: "POST", body: JSON.stringify(body) });
    assert.equal(response.status, 202, await response.clone().text());
    const { executionId } = (await response.json()) as { executionId: string };
    return testbed.patience.finish(executionId, patienceMs);
  };
  const counted = async (body: object, counts: object): Promise<void> => {
    const view = await ended(body);
    assert.deepEqual(view.counts, counts, JSON.stringify(view));
  };
  const refused = { total: 1, succeeded: 0, failed: 1 };
  const photo = { total: 1, succeeded: 1, failed: 0 };
  return [
    {
      title: "a prefix of the samples",
      about,
      run: () => counted({ images: `s3://${own}/${prefixes.samples}` }, { ...photo, skipped: 1 }),
    },
    {
      title: "a prefix of another bucket",
      about,
      run: () => counted({ images: `s3://${otherBucket}/` }, { ...photo, skipped: 2 }),
    },
    {
      title: "a manifest among the samples",
      about,
      run: () => counted({ manifest: `s3://${own}/${prefixes.samples}${manifestKey}` }, refused),
    },
    {
      title: "a manifest of another bucket",
      about,
      run: () => counted({ manifest: `s3://${otherBucket}/${manifestKey}` }, refused),
    },
    {
      title: "a manifest that was uploaded",
      about: ["api", ...about],
      run: async () =>
        counted({ manifest: await uploaded(testbed, "image\nhttps://refused.example.com/a.jpg\n") }, refused),
    },
    {
      title: "a manifest with too many images, whose plan is given up",
      about,
      async run() {
        const manifest = `s3://${otherBucket}/${longManifest.key}`;
        const view = await ended({ manifest, maxImages: longManifest.images - 1 });
        assert.equal(view.error?.code, "TooManyImages", JSON.stringify(view));
      },
    },
  ];
}

async function uploaded(testbed: Testbed, text: string): Promise<string> {
  const body = JSON.stringify({ contentType: "text/csv", bytes: text.length, name: "list.csv" });
  const answer = await call(testbed, "/uploads", { method: "POST", body });
  assert.equal(answer.status, 201, await answer.clone().text());
  const { uploadUrl, fields, manifest } = ManifestTicket.parse(await answer.json());
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set("file", new Blob([text]));
  const response = await fetch(uploadUrl, { method: "POST", body: form });
  assert(response.ok, await response.text());
  return manifest;
}

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { modelDirectory, samplePhotoFile } from "../../../contract/model.ts";
import { BatchResult } from "../../../contract/workflow.ts";
import {
  createRuntimeApi,
  type Outcome,
  type RuntimeApi,
} from "../../../packages/local-aws/src/lambda/sandbox/runtime-api.ts";
import { opened } from "../support/opened.ts";
import { labelOf } from "../support/outcome.ts";
import { serveFiles } from "../support/photos.ts";
import { signalGroup } from "../support/processes.ts";
import type { Buildah } from "./buildah.ts";

/** Maximum milliseconds of a cold start, on any machine. */
const longestStartMs = 300_000;

/** A function of a built image, run by AWS's runtime client in the image's own file system. */
interface Running {
  readonly runtime: RuntimeApi;
  readonly readyMs: number;
  invoke(payload: unknown): Promise<{ readonly outcome: Outcome; readonly ms: number }>;
  output(): string;
  stop(): Promise<void>;
}

/** The function of the image `light`. */
export function testMessage(buildah: () => Buildah): void {
  test("returns a message through AWS's runtime client", async ({ annotate }) => {
    const running = await start(buildah(), "light", "examples/message/handler.handler", {});
    try {
      const { outcome, ms } = await running.invoke({ message: "hello" });
      expect(outcome.kind, `${outcome.payload}\n${running.output()}`).toBe("response");
      await annotate(`${outcome.payload} (ready in ${running.readyMs} ms, returned in ${ms} ms)`);
    } finally {
      await running.stop();
    }
  });
}

/** The function of the image `classify`. */
export function testClassify(buildah: () => Buildah): void {
  describe("invoked", () => {
    const sample = readFileSync(path.join(modelDirectory(), samplePhotoFile));
    const files = opened(
      () => serveFiles((name) => (name === "labrador.jpg" ? sample : undefined)),
      (server) => server.close(),
    );
    const running = opened(
      () => start(buildah(), "classify", "classify/handler.handler", environmentFor(files().host)),
      (each) => each.stop(),
    );
    const items = () =>
      ["labrador.jpg", "absent.jpg"].map((name, index) => ({ index, image: files().urlOf(name), duplicates: [] }));

    test("starts, its self-check passed", async ({ annotate }) => {
      await annotate(`ready in ${running().readyMs} ms`);
    });

    test("labels the sample with native TensorFlow through AWS's runtime client", async ({ annotate }) => {
      const { outcome, ms } = await running().invoke({ BatchInput: { executionId: "lane", topK: 3 }, Items: items() });
      expect(outcome.kind, `${outcome.payload}\n${running().output().slice(-3_000)}`).toBe("response");
      const { results } = BatchResult.parse(JSON.parse(outcome.payload));
      await annotate(`${JSON.stringify(results[0])} (returned in ${ms} ms)`);
      expect(labelOf(results[0])).toBe("Labrador retriever");
      expect(results[1]).toMatchObject({ error: { code: "ImageNotFound" } });
    });

    test("is warm at a second invocation", async ({ annotate }) => {
      const again = { BatchInput: { executionId: "lane", topK: 1 }, Items: items().slice(0, 1) };
      const { outcome, ms } = await running().invoke(again);
      await annotate(`${ms} ms`);
      expect(outcome.kind, outcome.payload).toBe("response");
    });

    test("logs which engine runs and why", async ({ annotate }) => {
      const lines = running().output().split("\n");
      const engine = lines.find((line) => /native|webassembly/i.test(line)) ?? "";
      await annotate(engine.slice(0, 200));
      expect(engine).toMatch(/native/i);
    });
  });
}

function environmentFor(host: string): Readonly<Record<string, string>> {
  return {
    BUCKET_NAME: "lane",
    ALLOWED_IMAGE_HOSTS: JSON.stringify([host]),
    IMAGE_BUCKETS: "[]",
    MAX_IMAGE_BYTES: "26214400",
    MAX_IMAGE_PIXELS: "100000000",
    FETCH_TIMEOUT_MS: "10000",
    INFERENCE_ENGINE: "native",
    INFERENCE_PRECISION: "auto",
    MODEL: JSON.stringify({ source: "image" }),
  };
}

async function start(
  buildah: Buildah,
  image: string,
  handler: string,
  environment: Readonly<Record<string, string>>,
): Promise<Running> {
  const runtime = await createRuntimeApi();
  const container = (await buildah.run("from", image)).trim();
  const variables = {
    ...environment,
    AWS_LAMBDA_RUNTIME_API: runtime.address,
    AWS_LAMBDA_FUNCTION_NAME: image,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "3008",
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "lane",
    AWS_SECRET_ACCESS_KEY: "lane",
    _HANDLER: handler,
  };
  const set = Object.entries(variables).flatMap(([key, value]) => ["--env", `${key}=${value}`]);
  const parameters = buildah.parameters(
    "run",
    "--user",
    "1000:1000",
    ...set,
    container,
    "--",
    "/lambda-entrypoint.sh",
    handler,
  );
  const began = Date.now();
  const child = spawn("buildah", parameters, {
    env: buildah.environment,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
  }
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const stop = async () => {
    signalGroup(child, "SIGKILL");
    await exited;
    await runtime.close();
    await buildah.run("rm", container);
  };
  const first = await Promise.race([runtime.initialised, exited.then(() => undefined), delay(longestStartMs)]);
  if (first?.kind !== "ready") {
    await stop();
    throw new Error(`"${handler}" did not start: ${JSON.stringify(first)}\n${text.slice(-4_000)}`);
  }
  let calls = 0;
  return {
    runtime,
    readyMs: Date.now() - began,
    output: () => text,
    stop,
    async invoke(payload) {
      calls += 1;
      const from = Date.now();
      const work = runtime.run({
        requestId: `request-${calls}`,
        payload: JSON.stringify(payload),
        deadline: from + 120_000,
        functionArn: `arn:aws:lambda:us-east-1:123456789012:function:${image}`,
      });
      const ended = exited.then((): never => {
        throw new Error(`the sandbox ended in the middle of a call:\n${text.slice(-4_000)}`);
      });
      const outcome = await Promise.race([work, ended]);
      return { outcome, ms: Date.now() - from };
    },
  };
}

import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import type { LambdaContext } from "hono/aws-lambda";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { handler as Handler } from "./handler.ts";
import { event, machineArn } from "./test-support/api.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "dlw-bundle-"));
  vi.stubEnv("BUCKET_NAME", "own-bucket");
  vi.stubEnv("STATE_MACHINE_ARN", machineArn);
  vi.stubEnv("CLASSIFY_NOW_STATE_MACHINE_ARN", machineArn);
  vi.stubEnv("EXAMPLE_STATE_MACHINE_ARNS", "{}");
  vi.stubEnv("MAX_IMAGE_BYTES", "1000");
  vi.stubEnv("DELAYED_START_STATE_MACHINE_ARN", "arn:aws:states:eu-central-1:1:stateMachine:d");
  vi.stubEnv("UPLOAD_RETENTION_DAYS", "7");
  vi.stubEnv("WORKFLOW_TIMEOUT_SECONDS", "3600");
  vi.stubEnv("NOTIFY_HOSTS", "[]");
  vi.stubEnv("CORS_ORIGINS", '["*"]');
  vi.stubEnv("AUTHENTICATION", "apiKey");
  vi.stubEnv("AWS_REGION", "eu-central-1");
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

describe("the handler as one ES module, as it ships", () => {
  it("needs only its environment to load, and serves the document generated from the schemas", async () => {
    const outfile = path.join(folder, "handler.mjs");
    await build({
      entryPoints: [path.join(import.meta.dirname, "handler.ts")],
      outfile,
      bundle: true,
      platform: "node",
      format: "esm",
      target: "node20",
      banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
    });
    const { handler } = (await import(/* @vite-ignore */ pathToFileURL(outfile).href)) as { handler: typeof Handler };
    const asked = event({ method: "GET", path: "/openapi.json", body: undefined, headers: {} });
    const { statusCode, body } = await handler(asked, {} as LambdaContext);
    expect(statusCode).toBe(200);
    const { components } = JSON.parse(body) as { components: { schemas: Record<string, { properties?: object }> } };
    expect(components.schemas["ExecutionView"]?.properties).toHaveProperty("resultsUrl");
  });
});

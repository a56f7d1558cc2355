import { appendFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { copyProject } from "../../support/project-copy.ts";
import { openSession } from "../engine/session.ts";
import { plant } from "../releases/planted.ts";
import { attempt, run } from "../support/command.ts";
import { opened } from "../support/opened.ts";
import { startService } from "../support/service.ts";
import { until } from "../support/until.ts";
import { checkout, left, runStep } from "./steps.ts";

/**
 * Runs the script of every step of live.yml. Those that call Pulumi run with the real engine, whose provider creates the
 * resources in moto; those that call the stack run against the one-machine runtime.
 */
const copy = () =>
  opened(
    async () => copyProject(),
    (project) => project.remove(),
  );

describe("the steps that deploy", () => {
  const project = copy();
  const session = opened(
    async () => {
      await run(process.execPath, ["--import", "tsx", "model/build.ts"]);
      return openSession();
    },
    (each) => each.close(),
  );
  const step = (id: string) =>
    runStep(id, id === "left" ? checkout : project().folder, {
      ...session().environment,
      AWS_REGION: "us-east-1",
      AWS_ENDPOINT_URL: session().moto.url,
      AWS_ACCESS_KEY_ID: "lane",
      AWS_SECRET_ACCESS_KEY: "lane",
      ROLE: "arn:aws:iam::123456789012:role/deep-learning-workflow-live-deploy",
      // The engine's own encryption instead of a key of AWS, which moto does not have.
      SECRETS_PROVIDER: "passphrase",
      STACK: "live",
    });

  test.for([
    ["init", /Created stack 'live'/],
    ["up", /\+ \d+ created/],
    ["again", /\d+ unchanged/],
    ["publish", /~ \d+ updated/],
  ] as const)("%s", async ([id, says]) => {
    const { code, output } = await step(id);
    expect(code, output.slice(-3_000)).toBe(0);
    expect(output).toMatch(says);
  });

  test("left is not blind: before the end it lists what the account has", async ({ annotate }) => {
    const { code, output } = await step("left");
    await annotate(output.trim().split("\n").at(-1) ?? "");
    expect(code, output).toBe(1);
    expect(output).toMatch(/dlw-live-/);
  });

  test.for([
    ["destroy", /- \d+ deleted/],
    ["left", /Nothing of the stack "live" is left/],
  ] as const)("%s", async ([id, says]) => {
    const { code, output } = await step(id);
    expect(code, output.slice(-3_000)).toBe(0);
    expect(output).toMatch(says);
  });
});

describe("the steps that use the stack", () => {
  const project = copy();
  const service = opened(
    async () => {
      // The results of a few images are already too many for an inline Map.
      const settings = { release: "gradual", inlineLimit: "4096" };
      const lines = Object.entries(settings).map(([key, value]) => `  deep-learning-workflow:${key}: ${value}\n`);
      appendFileSync(path.join(project().folder, "Pulumi.dev.yaml"), lines.join(""));
      return startService({ root: project().folder });
    },
    (each) => each.stop(),
  );
  const step = (id: string) =>
    runStep(id, checkout, {
      ...process.env,
      TARGET: `--data ${service().dataDir}`,
      DLW_ENDPOINT: service().url,
      DLW_API_KEY: service().apiKey,
      // It must still run when the command stops it, up to two seconds after the first batch.
      IMAGES: id === "redrive" ? "256" : "128",
      EVERY: "20s",
    });

  test.for([
    ["smoke", /The endpoint returns the/],
    ["many", /128 images in 16 batches, [\d.]+ s: each has its label/],
    ["redrive", /Stopped after \d+ of \d+ batches: ABORTED\.\n(.*\n)*Redriven: 256 images, each has its label/],
    ["starts", /dlw-dev-classify-\w+: Init Duration [\d.]+ ms, \w+ in \w+ on [\w-]+: .*avx/],
  ] as const)("%s", async ([id, says]) => {
    const { code, output } = await step(id);
    expect(code, output.slice(-3_000)).toBe(0);
    expect(output).toMatch(says);
  });

  test("gradual, after a second release is published", async () => {
    plant(project().folder, "harmless second");
    await until("the second release is published", published);
    const { code, output } = await step("gradual");
    expect(code, output.slice(-3_000)).toBe(0);
    expect(output).toMatch(/Release \w{12} has all traffic/);
    expect(output).toMatch(/Executions: (\d+ of release \w{12}(, )?)+\. Each image has its label/);
  });

  test("rollback", async () => {
    const { code, output } = await step("rollback");
    expect(code, output.slice(-3_000)).toBe(0);
    expect(output).toMatch(/Release \w{12} has all traffic. Release \w{12} is deleted/);
    expect(output).toMatch(/The endpoint returns the/);
  });

  async function published(): Promise<boolean> {
    const status = ["--import", "tsx", "cli/main.ts", "release", "--status", "--json", "--data", service().dataDir];
    const { stdout } = await attempt(process.execPath, status, { cwd: project().folder });
    return stdout.includes('"candidate"');
  }
});

test("every step of live.yml has run", () => {
  expect(left()).toEqual([]);
});

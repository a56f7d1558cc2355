import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { drift } from "./drift.ts";

/** A command `pulumi` that prints what a test plants. The engine lane runs the real one. */
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "dlw-drift-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function plant(script: string): void {
  const file = path.join(folder, "pulumi");
  writeFileSync(file, `#!${process.execPath}\n${script}\n`);
  chmodSync(file, 0o755);
}

const events = (...all: object[]): string =>
  all.map((each) => `console.log(${JSON.stringify(JSON.stringify(each))})`).join("\n");
const alarm = (op: string) => {
  const state = { custom: true, id: "a", inputs: { name: "a" }, outputs: { name: "a" } };
  const metadata = {
    op,
    urn: "urn:pulumi:dev::p::aws:cloudwatch/metricAlarm:MetricAlarm::a",
    type: "aws:cloudwatch/metricAlarm:MetricAlarm",
    old: state,
    ...(op === "delete" ? {} : { new: state }),
  };
  return { resOutputsEvent: { metadata } };
};

async function run(parameters: readonly string[], more: { signal?: AbortSignal; isTTY?: true } = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const { isTTY, ...rest } = more;
  const code = await drift(parameters, {
    stdout: { write: (text: string) => out.push(text) },
    stderr: { write: (text: string) => err.push(text), ...(isTTY ? { isTTY } : {}) },
    environment: { ...process.env, PATH: folder },
    folder,
    root: folder,
    ...rest,
  });
  return { code, out: out.join(""), err: err.join("") };
}

describe("npm run drift", () => {
  it("asks for a preview of a refresh, and ends with 0 where nothing differs", async () => {
    plant(`const asked = process.argv.slice(2).join(" ");
if (!asked.startsWith("refresh --preview-only --json --non-interactive --stack dev --config-file ")) process.exit(9);
${events(alarm("same"), { summaryEvent: {} })}`);
    expect(await run(["--stack", "dev"])).toEqual({
      code: 0,
      out: 'All resources of the stack "dev" are in the cloud as the stack left them: 1 were compared.\n',
      err: "",
    });
  });

  it("ends with 1 where a resource is gone, also as JSON, and shows its progress on a terminal", async () => {
    plant(events(alarm("delete"), { summaryEvent: {} }));
    const { code, out, err } = await run(["--stack", "dev", "--json"], { isTTY: true });
    expect(code).toBe(1);
    expect(JSON.parse(out)).toMatchObject({
      stack: "dev",
      resources: 1,
      differences: [{ noun: "alarm", sentences: ["it was deleted"] }],
      explained: [],
    });
    expect(err).toContain("1 of 1 resources read");
  });

  it("never takes a refresh that failed for one without differences", async () => {
    plant(`${events(alarm("same"), { diagnosticEvent: { severity: "error", message: "ExpiredToken: x" } }, { summaryEvent: {} })}
process.exit(1);`);
    expect(await run(["--stack", "dev"])).toMatchObject({
      code: 3,
      out: "",
      err: expect.stringMatching(/^The AWS credentials/),
    });
    plant(events(alarm("same")));
    expect(await run(["--stack", "dev"])).toMatchObject({ code: 3, err: expect.stringContaining("version of pulumi") });
  });

  it("says in one sentence that pulumi is not installed", async () => {
    const { code, err } = await run(["--stack", "dev"]);
    expect([code, err]).toEqual([3, expect.stringMatching(/^The command pulumi cannot be started.*\n$/)]);
  });

  it("can be interrupted", async () => {
    plant(`process.on("SIGINT", () => process.exit(1)); setInterval(() => {}, 1000);`);
    const controller = new AbortController();
    const running = run(["--stack", "dev"], { signal: controller.signal });
    setTimeout(() => controller.abort(), 200);
    expect(await running).toEqual({ code: 130, out: "", err: "Interrupted: nothing was changed.\n" });
  });

  it.each([
    [[], /Name the stack/],
    [["dev"], /drift takes no "dev"/],
    [["--stac", "dev"], /Did you mean "--stack"/],
    [["--stack", ""], /Name the stack/],
  ])("rejects %j with a sentence", async (parameters, sentence) => {
    expect(await run(parameters)).toMatchObject({ code: 2, out: "", err: expect.stringMatching(sentence) });
  });

  it("has a help with its exit codes", async () => {
    expect(await run(["--help"])).toMatchObject({ code: 0, out: expect.stringContaining("Exit codes: 0") });
  });
});

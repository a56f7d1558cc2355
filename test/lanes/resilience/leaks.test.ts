import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { sampleKey } from "../../../contract/workflow.ts";
import { finish, start } from "../support/client.ts";
import { opened } from "../support/opened.ts";
import { canListen, freePort } from "../support/ports.ts";
import { descendants, isAlive } from "../support/processes.ts";
import { startService } from "../support/service.ts";
import { until } from "../support/until.ts";

/** However the service ends, it must leave no process, port or temporary folder behind. */
// A temporary folder only for this file, so that other programs on this machine do not leave anything in it.
const temporary = opened(
  async () => mkdtempSync(path.join(os.tmpdir(), "dlw-lane-")),
  (folder) => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
);
const environment = () => ({ TMPDIR: temporary() });
const left = (): readonly string[] => readdirSync(temporary()).filter((name) => !name.startsWith("tsx-"));

test.for(["SIGINT", "SIGTERM", "SIGKILL"] as const)("%s: nothing is left", async (signal, { annotate }) => {
  const service = await startService({ environment: environment() });
  await finish(service, await start(service, [`${service.url}/${sampleKey}`])).catch(async (error: unknown) => {
    await service.stop("SIGKILL");
    throw error;
  });
  const family = descendants(service.process.pid ?? 0).map(({ pid }) => pid);
  expect(family, "processes that the service could leave").not.toEqual([]);
  expect(left(), "temporary folders that the service could leave").not.toEqual([]);
  const began = Date.now();
  await service.stop(signal);
  await until("every process of the service ends", () => !family.some(isAlive));
  await annotate(`${family.length} processes ended in ${((Date.now() - began) / 1000).toFixed(1)} s`);
  expect(await canListen(Number(new URL(service.url).port)), "the port is free").toBe(true);
  // After SIGKILL there is no process that could clean up, so the next start does it.
  if (signal === "SIGKILL") await (await startService({ environment: environment() })).stop();
  await until(`the folders "${left()}" are removed`, () => left().length === 0);
});

test("a crash at start: nothing is left", async () => {
  const port = await freePort();
  const refused = startService({ port, environment: environment(), arguments: ["--stack", "no-such-stack"] });
  await expect(refused).rejects.toThrow("no-such-stack");
  expect(await canListen(port), "the port is free").toBe(true);
  expect(left()).toEqual([]);
});

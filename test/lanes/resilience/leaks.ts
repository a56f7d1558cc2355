import { readdirSync } from "node:fs";
import net from "node:net";
import os from "node:os";
import { sampleKey } from "../../../contract/workflow.ts";
import { finish, start } from "../support/client.ts";
import { descendants, isAlive } from "../support/processes.ts";
import { freePort, startService } from "../support/service.ts";
import { until } from "../support/until.ts";
import type { Verdict } from "../support/verdict.ts";

/** However the service ends, nothing of it stays: no process, no port, no temporary folder. */
export async function leaks(verdict: Verdict): Promise<void> {
  for (const signal of ["SIGINT", "SIGTERM", "SIGKILL"] as const) {
    await verdict.check(`${signal}: nothing is left`, async () => {
      const before = temporaryFolders();
      const service = await startService();
      await finish(service, await start(service, [`${service.url}/${sampleKey}`]));
      const family = descendants(service.process.pid ?? 0).map(({ pid }) => pid);
      if (family.length === 0) throw new Error("the service ran no process of its own, so there was nothing to leave");
      const began = Date.now();
      await service.stop(signal);
      await until("every process of the service ends", () => !family.some(isAlive), 10_000);
      const seconds = ((Date.now() - began) / 1000).toFixed(1);
      if (!(await canListen(Number(new URL(service.url).port)))) throw new Error("the port is still taken");
      // After SIGKILL nobody is left to tidy: the next start does it.
      if (signal === "SIGKILL") await (await startService()).stop();
      await until("temporary folders go", () => temporaryFolders().every((name) => before.includes(name)), 5_000);
      return `${family.length} processes ended in ${seconds} s`;
    });
  }
  await verdict.check("a crash at start: nothing is left", async () => {
    const before = temporaryFolders();
    const port = await freePort();
    const ended = await startService({ port, arguments: ["--stack", "no-such-stack"] }).then(
      () => undefined,
      (error: Error) => error.message,
    );
    if (!ended?.includes("no-such-stack")) throw new Error(`the error does not name the stack: ${ended}`);
    if (!(await canListen(port))) throw new Error("the port is still taken");
    if (temporaryFolders().some((name) => !before.includes(name))) throw new Error("a temporary folder is left");
    return undefined;
  });
}

function temporaryFolders(): readonly string[] {
  return readdirSync(os.tmpdir()).filter((name) => /^(dlw|deep-learning)/.test(name) && !name.startsWith("dlw-lane-"));
}

async function canListen(port: number): Promise<boolean> {
  const server = net.createServer();
  const free = await new Promise<boolean>((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => resolve(true));
  });
  await new Promise((resolve) => server.close(resolve));
  return free;
}

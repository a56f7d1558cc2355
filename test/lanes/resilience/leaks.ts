import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { sampleKey } from "../../../contract/workflow.ts";
import { finish, start } from "../support/client.ts";
import { descendants, isAlive } from "../support/processes.ts";
import { freePort, startService } from "../support/service.ts";
import { until } from "../support/until.ts";
import type { Verdict } from "../support/verdict.ts";

/** However the service ends, nothing of it stays: no process, no port, no temporary folder. */
export async function leaks(verdict: Verdict): Promise<void> {
  // A temporary folder of the lane's own: whatever else this machine does leaves nothing in it.
  const temporary = mkdtempSync(path.join(os.tmpdir(), "dlw-lane-"));
  const environment = { TMPDIR: temporary };
  const isEmpty = (): boolean => readdirSync(temporary).filter((name) => !name.startsWith("tsx-")).length === 0;
  try {
    for (const signal of ["SIGINT", "SIGTERM", "SIGKILL"] as const) {
      await verdict.check(`${signal}: nothing is left`, async () => {
        const service = await startService({ environment });
        await finish(service, await start(service, [`${service.url}/${sampleKey}`])).catch(async (error: unknown) => {
          await service.stop("SIGKILL");
          throw error;
        });
        const family = descendants(service.process.pid ?? 0).map(({ pid }) => pid);
        if (family.length === 0)
          throw new Error("the service ran no process of its own, so there was nothing to leave");
        if (isEmpty()) throw new Error("the service used no temporary folder, so there was nothing to leave");
        const began = Date.now();
        await service.stop(signal);
        await until("every process of the service ends", () => !family.some(isAlive), 10_000);
        const seconds = ((Date.now() - began) / 1000).toFixed(1);
        if (!(await canListen(Number(new URL(service.url).port)))) throw new Error("the port is still taken");
        // After SIGKILL nobody is left to tidy: the next start does it.
        if (signal === "SIGKILL") await (await startService({ environment })).stop();
        await until(`"${readdirSync(temporary)}" go`, isEmpty, 5_000);
        return `${family.length} processes ended in ${seconds} s`;
      });
    }
    await verdict.check("a crash at start: nothing is left", async () => {
      const port = await freePort();
      const ended = await startService({ port, environment, arguments: ["--stack", "no-such-stack"] }).then(
        () => undefined,
        (error: Error) => error.message,
      );
      if (!ended?.includes("no-such-stack")) throw new Error(`the error does not name the stack: ${ended}`);
      if (!(await canListen(port))) throw new Error("the port is still taken");
      if (!isEmpty()) throw new Error(`temporary folders are left: ${readdirSync(temporary)}`);
      return undefined;
    });
  } finally {
    rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
  }
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

import { spawn } from "node:child_process";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { freePort } from "./ports.ts";
import { pythonCommands } from "./tools.ts";

/** An independent implementation of AWS, as a package on PyPI. */
export const motoPackage = "moto[server]==5.2.5";

export interface Moto {
  readonly url: string;
  post(path: string, body: unknown): Promise<unknown>;
  stop(): Promise<void>;
}

/** The folder of moto's commands, which is installed unless it is in the cache. */
export async function motoCommands(): Promise<string> {
  return pythonCommands("moto", [motoPackage]);
}

/** Starts moto on a free loopback port. `configuration` specifies what it executes (its `/moto-api/config`). */
export async function startMoto(configuration: unknown, environment: NodeJS.ProcessEnv = {}): Promise<Moto> {
  const commands = await motoCommands();
  const port = await freePort();
  const child = spawn(path.join(commands, "moto_server"), ["-H", "127.0.0.1", "-p", String(port)], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, AWS_DEFAULT_REGION: "us-east-1", LOG_LEVEL: "ERROR", ...environment },
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-8_000);
    });
  }
  const exited = new Promise((resolve) => child.once("exit", resolve));
  // If a lane fails in the middle, moto must not keep running.
  const end = (): void => void child.kill("SIGKILL");
  process.once("exit", end);
  child.once("exit", () => process.off("exit", end));
  const url = `http://127.0.0.1:${port}`;
  const moto: Moto = {
    url,
    async post(location, body) {
      const response = await fetch(`${url}${location}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
      const answer = await response.text();
      if (!response.ok) throw new Error(`moto returned ${response.status} for ${location}: ${answer.slice(0, 500)}`);
      return answer;
    },
    async stop() {
      child.kill("SIGTERM");
      await exited;
    },
  };
  for (let tries = 0; ; tries += 1) {
    if (child.exitCode !== null) throw new Error(`moto ended at its start:\n${text}`);
    try {
      await moto.post("/moto-api/config", configuration);
      return moto;
    } catch (error) {
      if (tries < 600) await delay(200);
      else {
        await moto.stop();
        throw new Error(`moto did not answer in time:\n${text}`, { cause: error });
      }
    }
  }
}

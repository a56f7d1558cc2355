import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import path from "node:path";
import { createInterface } from "node:readline";
import type { Call, Client, Outcome } from "./client.ts";

/** boto3's service names, where they differ from the command line's. */
const services: Readonly<Record<string, string>> = { s3api: "s3" };

/** boto3 in a separate process. */
export class Boto implements Client {
  readonly name = "boto3";
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #waiting: ((line: string) => void)[] = [];
  #trouble = "";

  constructor(python: string, environment: NodeJS.ProcessEnv) {
    this.#child = spawn(python, [path.join(import.meta.dirname, "boto.py")], { env: environment });
    createInterface(this.#child.stdout).on("line", (line) => this.#waiting.shift()?.(line));
    this.#child.stderr.on("data", (chunk: Buffer) => {
      this.#trouble += chunk.toString();
    });
    this.#child.once("exit", () => {
      for (const done of this.#waiting.splice(0)) done(JSON.stringify({ failure: `boto.py ended: ${this.#trouble}` }));
    });
  }

  knows(): boolean {
    return true;
  }

  shows(): boolean {
    return true;
  }

  async send({ service, operation, parameters }: Call, more: object = {}): Promise<Outcome> {
    return this.#ask("call", { service: services[service] ?? service, operation, parameters, ...more });
  }

  /** Calls any service that boto3 supports. */
  async sendTo(service: string, operation: string, more: object = {}): Promise<Outcome> {
    return this.#ask("call", { service, operation, parameters: {}, ...more });
  }

  async presign(bucket: string, key: string, config: object = {}): Promise<string> {
    return this.#ask("presign", { bucket, key, config });
  }

  /** The parameters of each operation ("s3 PutObject") with their names in the protocol. */
  async members(names: readonly string[]): Promise<Readonly<Record<string, Readonly<Record<string, string>>>>> {
    return this.#ask("members", { services: names });
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.stdin.end();
    await ended;
  }

  async #ask<Answer>(run: string, parameters: object): Promise<Answer> {
    const line = await new Promise<string>((resolve) => {
      this.#waiting.push(resolve);
      this.#child.stdin.write(`${JSON.stringify({ run, with: parameters })}\n`);
    });
    const answer = JSON.parse(line) as Answer & { readonly failure?: string };
    if (typeof answer === "object" && answer.failure !== undefined) throw new Error(answer.failure);
    return answer;
  }
}

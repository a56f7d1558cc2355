import { type ChildProcess, spawn } from "node:child_process";
import type { PluginCommands } from "./plugins.ts";

/**
 * Plugins that run as long as a session, to which the engine attaches. A story has many commands, and starting every
 * plugin for each of them would take most of its time.
 */
export class RunningPlugins {
  readonly #commands: PluginCommands;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #children: ChildProcess[] = [];
  readonly #ports = new Map<string, Promise<number>>();
  #output = "";
  // If the process ends in the middle of a test, the plugins must not stay.
  readonly #kill = (): void => {
    for (const child of this.#children) child.kill("SIGKILL");
  };

  constructor(commands: PluginCommands, environment: NodeJS.ProcessEnv) {
    this.#commands = commands;
    this.#environment = environment;
    process.once("exit", this.#kill);
  }

  /** The variables with which the engine attaches. @param folder of the program, to which build contexts are relative */
  async variables(folder: string): Promise<Readonly<Record<string, string>>> {
    const { providers, languageHost } = this.#commands;
    const ports = Object.entries(providers).map(
      async ([name, command]) => `${name}:${await this.#port(command, folder)}`,
    );
    return {
      PULUMI_DEBUG_PROVIDERS: (await Promise.all(ports)).join(),
      PULUMI_DEBUG_LANGUAGES: `nodejs:${await this.#port(languageHost, folder)}`,
    };
  }

  /** The end of what the plugins have printed, with the output of the programs that the language host started. */
  get output(): string {
    return this.#output;
  }

  async stop(): Promise<void> {
    process.off("exit", this.#kill);
    const running = this.#children.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
    const exits = running.map((child) => new Promise((resolve) => child.once("exit", resolve)));
    this.#kill();
    await Promise.all(exits);
  }

  #port(command: string, folder: string): Promise<number> {
    const key = `${command}\0${folder}`;
    const known = this.#ports.get(key) ?? this.#start(command, folder);
    this.#ports.set(key, known);
    return known;
  }

  /** Starts a plugin and returns the port that it prints. */
  #start(command: string, cwd: string): Promise<number> {
    const child = spawn(command, { cwd, env: this.#environment, stdio: ["ignore", "pipe", "pipe"] });
    this.#children.push(child);
    const keep = (chunk: Buffer): void => {
      this.#output = (this.#output + chunk.toString()).slice(-8_000);
    };
    child.stderr.on("data", keep);
    return new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code) => reject(new Error(`"${command}" ended with ${code}:\n${this.#output}`)));
      child.stdout.once("data", (line: Buffer) => {
        resolve(Number(line.toString()));
        child.stdout.on("data", keep);
      });
    });
  }
}

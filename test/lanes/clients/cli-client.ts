import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { attempt } from "../support/command.ts";
import { type Call, type Client, isBytes, type Outcome, type ServiceName } from "./client.ts";

/** Operations whose response is written to a file, which is the last argument of the command. */
const streaming: Readonly<Record<string, string>> = { GetObject: "Body", Invoke: "Payload" };

export interface CommandLine {
  readonly name: string;
  /** Path of the command. */
  readonly command: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Options that this version needs for every command. */
  readonly options: readonly string[];
  /** Exit code when the service rejects a command: 255 in version 1, 254 in version 2. */
  readonly refused: number;
  /**
   * Whether AWS_DISABLE_HOST_PREFIX_INJECTION has an effect. Without it, no call to `sync-localhost` reaches the
   * service.
   */
  readonly honoursPrefixSetting: boolean;
  readonly knows: (call: Call) => boolean;
  readonly shows: (service: ServiceName, member: string) => boolean;
  /** A folder that only this client uses. */
  readonly folder: string;
}

/** AWS's command line. Each call is a separate process, with the arguments that a user would type. */
export class CommandLineClient implements Client {
  readonly #line: CommandLine;
  #files = 0;

  constructor(line: CommandLine) {
    this.#line = line;
  }

  get name(): string {
    return this.#line.name;
  }

  get refused(): number {
    return this.#line.refused;
  }

  get honoursPrefixSetting(): boolean {
    return this.#line.honoursPrefixSetting;
  }

  get folder(): string {
    return this.#line.folder;
  }

  knows(call: Call): boolean {
    return this.#line.knows(call) && (this.#line.honoursPrefixSetting || call.operation !== "StartSyncExecution");
  }

  shows(service: ServiceName, member: string): boolean {
    return this.#line.shows(service, member);
  }

  /** Runs `aws` with these arguments. The variables in `also` are added to its environment. */
  async run(
    words: readonly string[],
    also: NodeJS.ProcessEnv = {},
  ): Promise<{ code: number | null; stdout: string; output: string }> {
    const { command, options, environment, folder } = this.#line;
    const parameters = [...words.slice(0, 2), ...options, ...words.slice(2)];
    return attempt(command, parameters, { environment: { ...environment, ...also }, cwd: folder, withinMs: 120_000 });
  }

  async send({ service, operation, parameters }: Call): Promise<Outcome> {
    const words = [service, kebab(operation)];
    for (const [name, value] of Object.entries(parameters)) words.push(...this.#option(operation, name, value));
    const member = streaming[operation];
    const file = this.#newFile();
    if (member !== undefined) words.push(file);
    const { code, stdout, output } = await this.run(words);
    if (code !== 0) {
      const [, error = `exit ${code}`] = /An error occurred \(([^)]+)\)/.exec(output) ?? [];
      return { error, message: output.trim(), ...(code === null ? {} : { exit: code }) };
    }
    const response = stdout.trim() === "" ? {} : (JSON.parse(stdout) as Record<string, unknown>);
    if (member === undefined) return { response, problems: [] };
    return { response: { ...response, [member]: readFileSync(file, "utf8") }, problems: [] };
  }

  async close(): Promise<void> {}

  #newFile(): string {
    this.#files += 1;
    return path.join(this.folder, `bytes-${this.#files}`);
  }

  #option(operation: string, name: string, value: unknown): readonly string[] {
    const option = `--${kebab(name)}`;
    if (typeof value === "boolean") return [value ? option : `--no-${kebab(name)}`];
    if (isBytes(operation, name)) {
      const file = this.#newFile();
      writeFileSync(file, String(value));
      // A body is given as a file name; a payload is given as text, or as a file with "fileb://".
      return [option, operation === "Invoke" ? `fileb://${file}` : file];
    }
    return [option, typeof value === "object" ? JSON.stringify(value) : String(value)];
  }
}

/** `ListObjectsV2` → `list-objects-v2`, as the command line writes names. */
export function kebab(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1-$2")
    .toLowerCase();
}

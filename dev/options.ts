import { readFileSync } from "node:fs";
import path from "node:path";
import { parseOptions } from "../lib/options.ts";
import { OperatorError } from "./operator-error.ts";

export interface StartOptions {
  readonly port: number;
  readonly stack: string;
  readonly dataDir: string;
  readonly apiKey?: string;
  /** Whether the console opens only through the one-time token in the printed URL. */
  readonly token: boolean;
  readonly allowedHosts: readonly string[];
  /** `key=value` pairs of the stack's configuration, without the project's name. */
  readonly configuration: Readonly<Record<string, string>>;
  /** The Node executable of the sandboxes. */
  readonly node?: string;
  /** A file with faults that the services inject. */
  readonly faultFile?: string;
  /** Hides function logs. */
  readonly quiet: boolean;
  readonly help: boolean;
}

/** Below the checkout; the command line client looks there, too. */
export const defaultDataFolder = ".data";

export const help = `npm start -- [options]

  --port N                 Port of the API and the console, on loopback only (default 8080; 0: any free one)
  --stack NAME             Stack whose configuration is used: Pulumi.NAME.yaml (default dev)
  --data DIR               Folder for objects, executions, logs and keys (default ${defaultDataFolder})
  --api-key KEY            API key of this run, 20 to 128 of A-Z a-z 0-9 _ - (default: one made once, kept in DIR)
  --api-key-file FILE      The same from a file, which a list of processes does not show; or set DLW_API_KEY
  --token                  Open the console only through the one-time token in the printed URL: for machines that
                           several users share
  --allow-host HOST:PORT   Image host that may be reached though its address is private (repeatable)
  --config KEY=VALUE       Any value of the stack's configuration (repeatable)
  --node FILE              Node of the sandboxes (default: the image's version if it is installed, otherwise this one)
  --faults FILE            Lets services fail as a JSON file says: docs/local-server.md, "Faults"
  --quiet                  Hides function logs (they are still in the console and in the CloudWatch Logs API)
  --help                   This text

Every option that changes behaviour is a value of the Pulumi configuration, set before the program is evaluated.
`;

/** Reads the command line. @throws OperatorError */
export function readOptions(
  parameters: readonly string[],
  root: string,
  environment: NodeJS.ProcessEnv = process.env,
): StartOptions {
  const { values, positionals } = parse(parameters);
  if (positionals.length > 0) {
    throw new OperatorError(
      `"${positionals.join(" ")}" is not an option. With npm, options follow "--": npm start -- --port 8081`,
    );
  }
  const port = Number(values.port);
  if (!/^\d{1,5}$/.test(values.port) || port > 65_535) {
    throw new OperatorError(`--port is "${values.port}"; it must be a whole number from 0 to 65535.`);
  }
  if (!/^[A-Za-z0-9_.-]{1,100}$/.test(values.stack)) {
    throw new OperatorError(`--stack is "${values.stack}"; a stack's name has letters, digits, "_", "." and "-" only.`);
  }
  const hosts = values["allow-host"].map(checkHost);
  const apiKey = apiKeyOf(values["api-key"], values["api-key-file"], environment);
  return {
    port,
    stack: values.stack,
    dataDir: path.resolve(root, values.data),
    ...(apiKey === undefined ? {} : { apiKey }),
    token: values.token,
    allowedHosts: hosts,
    configuration: Object.fromEntries(values.config.map(pair)),
    ...(values.node === undefined ? {} : { node: path.resolve(values.node) }),
    ...(values.faults === undefined ? {} : { faultFile: path.resolve(values.faults) }),
    quiet: values.quiet,
    help: values.help,
  };
}

function parse(parameters: readonly string[]) {
  return parseOptions(
    parameters,
    {
      port: { type: "string", default: "8080" },
      stack: { type: "string", default: "dev" },
      data: { type: "string", default: defaultDataFolder },
      "api-key": { type: "string" },
      "api-key-file": { type: "string" },
      token: { type: "boolean", default: false },
      "allow-host": { type: "string", multiple: true, default: [] as string[] },
      config: { type: "string", multiple: true, default: [] as string[] },
      node: { type: "string" },
      faults: { type: "string" },
      quiet: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
    (message, cause) =>
      new OperatorError(message.replace("See --help.", "All options: npm start -- --help"), { cause }),
  );
}

function apiKeyOf(
  given: string | undefined,
  file: string | undefined,
  environment: NodeJS.ProcessEnv,
): string | undefined {
  if (given !== undefined && file !== undefined) {
    throw new OperatorError("Both --api-key and --api-key-file are given; give one of them.");
  }
  if (file === undefined) return given ?? (environment["DLW_API_KEY"] || undefined);
  let text: string;
  try {
    text = readFileSync(file, "utf8").trim();
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new OperatorError(`--api-key-file "${file}" cannot be read (${code}).`, { cause });
  }
  if (text === "") throw new OperatorError(`--api-key-file "${file}" is empty: write the key into it.`);
  return text;
}

function checkHost(host: string): string {
  if (/^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):\d{1,5}$/.test(host)) return host;
  throw new OperatorError(
    `--allow-host is "${host}"; it must be a host and a port, such as "localhost:9000": only such an entry allows ` +
      "private addresses. Allow public hosts with --config allowedImageHosts.",
  );
}

function pair(text: string): readonly [string, string] {
  const at = text.indexOf("=");
  if (at < 1) throw new OperatorError(`--config is "${text}"; it must be KEY=VALUE, such as "classifyMemory=2048".`);
  return [text.slice(0, at), text.slice(at + 1)];
}

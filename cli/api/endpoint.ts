import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { usage } from "../failure.ts";
import type { Options } from "../options.ts";

/** Where the API is, without a slash at the end, and the key for it. */
export interface Endpoint {
  readonly url: string;
  readonly apiKey?: string;
}

export type RunPulumi = (parameters: readonly string[], folder: string) => Promise<string>;

const run = promisify(execFile);
const pulumi: RunPulumi = async (parameters, folder) =>
  (await run("pulumi", [...parameters], { cwd: folder, timeout: 60_000, maxBuffer: 16 * 1024 * 1024 })).stdout;

const local = "http://localhost:8080";
const Outputs = z.object({ endpoint: z.url(), apiKey: z.string().optional() });

/** The API that the options, the environment or the local service name, in this order. @throws CommandFailure */
export async function findEndpoint(
  options: Pick<Options, "endpoint" | "apiKey" | "stack" | "dataDir">,
  { environment, root, runPulumi = pulumi }: { environment: NodeJS.ProcessEnv; root: string; runPulumi?: RunPulumi },
): Promise<Endpoint> {
  const key = options.apiKey ?? (environment["DLW_API_KEY"] || undefined);
  if (options.stack !== undefined) {
    const outputs = await stackOutputs(options.stack, root, runPulumi);
    return endpointOf(outputs.endpoint, key ?? outputs.apiKey);
  }
  const dataDir = path.resolve(root, options.dataDir);
  const text = options.endpoint ?? (environment["DLW_ENDPOINT"] || (await kept(dataDir, "endpoint")) || local);
  const url = checkUrl(text);
  // The key of this machine is for this machine only.
  const keptKey = isLoopback(url) ? await kept(dataDir, "api-key") : undefined;
  return endpointOf(text, key ?? keptKey);
}

function endpointOf(url: string, apiKey: string | undefined): Endpoint {
  const bare = url.replace(/\/+$/, "");
  return apiKey === undefined ? { url: bare } : { url: bare, apiKey };
}

function checkUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.protocol === "https:" || (url?.protocol === "http:" && isLoopback(url))) return url;
  // A key must not travel in clear.
  throw usage(`The endpoint is "${text}"; it must be an https:// URL, or http:// on this machine.`);
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "127.0.0.1" || hostname === "[::1]";
}

/** What `npm start` keeps in its data folder: where it listens, and its key. */
async function kept(dataDir: string, name: "endpoint" | "api-key"): Promise<string | undefined> {
  try {
    return (await readFile(path.join(dataDir, name), "utf8")).trim() || undefined;
  } catch {
    return undefined;
  }
}

async function stackOutputs(stack: string, root: string, runPulumi: RunPulumi): Promise<z.infer<typeof Outputs>> {
  let text: string;
  try {
    text = await runPulumi(["stack", "output", "--json", "--show-secrets", "--stack", stack], root);
  } catch (error) {
    const { code, stderr = "" } = error as { code?: unknown; stderr?: string };
    const why = code === "ENOENT" ? "the command pulumi is not installed" : stderr.trim().split("\n")[0];
    throw usage(`The outputs of the stack "${stack}" cannot be read: ${why}.`, { cause: error });
  }
  const { success, data } = Outputs.safeParse(JSON.parse(text));
  if (success) return data;
  throw usage(`The stack "${stack}" has no output "endpoint": deploy it first.`);
}

import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { usage } from "../failure.ts";
import type { Options } from "../options.ts";
import { type RunPulumi, readStackOutputs } from "./stack-outputs.ts";

/** The address of the API, without a trailing slash, and its key. */
export interface Endpoint {
  readonly url: string;
  readonly apiKey?: string;
}

const local = "http://localhost:8080";
const Outputs = z.object({ endpoint: z.url(), apiKey: z.string().optional() });

/** The API from the options, the environment or the local service, in this order. @throws CommandFailure */
export async function findEndpoint(
  options: Pick<Options, "endpoint" | "apiKey" | "stack" | "dataDir">,
  { environment, root, runPulumi }: { environment: NodeJS.ProcessEnv; root: string; runPulumi?: RunPulumi },
): Promise<Endpoint> {
  const key = options.apiKey ?? (environment["DLW_API_KEY"] || undefined);
  if (options.stack !== undefined) {
    const outputs = await stackOutputs(options.stack, root, runPulumi);
    return endpointOf(outputs.endpoint, key ?? outputs.apiKey);
  }
  const dataDir = path.resolve(root, options.dataDir);
  const text = options.endpoint ?? (environment["DLW_ENDPOINT"] || (await kept(dataDir, "endpoint")) || local);
  const url = checkUrl(text);
  // The key in the data folder must only be sent to this machine.
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
  // A key must not be sent unencrypted.
  throw usage(`The endpoint is "${text}"; it must be an https:// URL, or http:// on this machine.`);
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "127.0.0.1" || hostname === "[::1]";
}

/** The address and key of `npm start`, from its data folder. */
async function kept(dataDir: string, name: "endpoint" | "api-key"): Promise<string | undefined> {
  try {
    return (await readFile(path.join(dataDir, name), "utf8")).trim() || undefined;
  } catch {
    return undefined;
  }
}

async function stackOutputs(
  stack: string,
  root: string,
  runPulumi: RunPulumi | undefined,
): Promise<z.infer<typeof Outputs>> {
  const { success, data } = Outputs.safeParse(await readStackOutputs(stack, { root, runPulumi }));
  if (success) return data;
  throw usage(`The stack "${stack}" has no output "endpoint": deploy it first.`);
}

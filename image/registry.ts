/** The registry cannot say which image a tag names; the message has the reason and the remedy. */
export class RegistryError extends Error {
  override readonly name = "RegistryError";
}

/** Timeout of one request, in milliseconds. */
const requestMs = 15_000;

/** Formats of a manifest that a tag can name, an index of several platforms first (OCI distribution specification). */
const manifests = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
].join(", ");

/**
 * The digest that a tag names now, as `sha256:` and 64 hexadecimal digits. Asks the registry as Docker does: without
 * credentials, and with the anonymous token that the registry offers. `protocol` is for registries without TLS.
 * @throws RegistryError
 */
export async function digestOf(reference: string, protocol = "https"): Promise<string> {
  const [, registry, repository, tag] = /^([^/]+\.[^/]+|[^/]+:\d+)\/([^:@]+):([\w.-]+)$/.exec(reference) ?? [];
  if (registry === undefined) {
    throw new RegistryError(
      `"${reference}" names no registry, repository and tag, such as public.ecr.aws/lambda/nodejs:22.`,
    );
  }
  const url = `${protocol}://${registry}/v2/${repository}/manifests/${tag}`;
  const first = await ask(reference, url);
  const response = first.status === 401 ? await ask(reference, url, await anonymousToken(reference, first)) : first;
  const digest = response.headers.get("docker-content-digest");
  if (response.ok && /^sha256:[0-9a-f]{64}$/.test(digest ?? "")) return digest ?? "";
  const why = response.ok ? "without a digest" : `with ${response.status}`;
  throw new RegistryError(
    `The registry of "${reference}" responded ${why}. Check the name and the tag, or try again later.`,
  );
}

async function anonymousToken(reference: string, refused: Response): Promise<string> {
  const challenge = refused.headers.get("www-authenticate") ?? "";
  const fields = Object.fromEntries([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]));
  const { realm, ...query } = fields;
  if (!/^Bearer /i.test(challenge) || realm === undefined || !URL.canParse(realm)) {
    throw new RegistryError(`The registry of "${reference}" wants credentials, which this command does not have.`);
  }
  const response = await ask(reference, `${realm}?${new URLSearchParams(query)}`);
  const body = (await response.json().catch(() => ({}))) as { token?: string; access_token?: string };
  const token = body.token ?? body.access_token;
  if (token === undefined)
    throw new RegistryError(`The registry of "${reference}" gave no token (${response.status}).`);
  return token;
}

async function ask(reference: string, url: string, token?: string): Promise<Response> {
  const headers = { accept: manifests, ...(token !== undefined && { authorization: `Bearer ${token}` }) };
  try {
    return await fetch(url, { headers, signal: AbortSignal.timeout(requestMs) });
  } catch (error) {
    const { message, cause } = error as Error;
    const why = cause instanceof Error ? cause.message : message;
    throw new RegistryError(
      `The registry of "${reference}" cannot be reached: ${why}. Check the network and try again.`,
      {
        cause: error,
      },
    );
  }
}

/** Provisioned concurrency, which moto does not support, as documented in Lambda's API Reference. */
export class WarmSandboxes {
  /** By function, then by version, the number of sandboxes. */
  readonly #functions = new Map<string, Map<string, number>>();

  /** The versions of a function that have warm sandboxes. */
  versionsOf(name: string): readonly string[] {
    return [...(this.#functions.get(name)?.keys() ?? [])].toSorted((left, right) => Number(left) - Number(right));
  }

  /** Returns the response to a request, or undefined if it is not about provisioned concurrency. */
  async respond(request: Request): Promise<Response | undefined> {
    const url = new URL(request.url);
    const [, name] = /^\/2019-09-30\/functions\/([^/]+)\/provisioned-concurrency$/.exec(url.pathname) ?? [];
    if (name === undefined) return undefined;
    const versions = this.#functions.get(decodeURIComponent(name)) ?? new Map<string, number>();
    this.#functions.set(decodeURIComponent(name), versions);
    const version = url.searchParams.get("Qualifier") ?? "";
    if (url.searchParams.get("List") === "ALL") {
      const configs = [...versions].map(([each, count]) => ({ ...configOf(count), FunctionArn: arnOf(name, each) }));
      return Response.json({ ProvisionedConcurrencyConfigs: configs });
    }
    if (request.method === "PUT") {
      if (!/^[1-9]\d*$/.test(version)) return refusal(400, "InvalidParameterValueException", `"${version}"`);
      const { ProvisionedConcurrentExecutions: count } = (await request.json()) as Record<string, number>;
      versions.set(version, count ?? 0);
      return Response.json(configOf(count ?? 0), { status: 202 });
    }
    const count = versions.get(version);
    if (request.method === "DELETE") {
      versions.delete(version);
      return new Response(null, { status: 204 });
    }
    return count === undefined
      ? refusal(404, "ProvisionedConcurrencyConfigNotFoundException", `No config for ${name}:${version}`)
      : Response.json(configOf(count));
  }
}

const configOf = (count: number) => ({
  RequestedProvisionedConcurrentExecutions: count,
  AvailableProvisionedConcurrentExecutions: count,
  AllocatedProvisionedConcurrentExecutions: count,
  Status: "READY",
  LastModified: new Date(0).toISOString(),
});

const arnOf = (name: string, version: string): string =>
  `arn:aws:lambda:us-east-1:123456789012:function:${decodeURIComponent(name)}:${version}`;

function refusal(status: number, type: string, message: string): Response {
  return Response.json({ Type: "User", Message: message }, { status, headers: { "x-amzn-errortype": type } });
}

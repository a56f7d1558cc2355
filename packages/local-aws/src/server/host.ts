/** Names by which this machine refers to itself. */
const loopbackNames = new Set(["localhost", "127.0.0.1", "[::1]"]);

export interface HostRules {
  readonly port: number;
  readonly isBucket: (name: string) => boolean;
  /** Whether the request may use the host prefix `sync-`, which Step Functions clients add. */
  readonly allowsSync: boolean;
}

/**
 * Whether a Host header names this server: a loopback name or `<bucket>.localhost`, with the server's port. Any other
 * name means that a web page made a browser resolve the page's domain to this machine (DNS rebinding).
 */
export function isOwnHost(host: string | undefined, { port, isBucket, allowsSync }: HostRules): boolean {
  const match = /^(\[[0-9a-f:]+\]|[^:]*)(?::(\d+))?$/i.exec(host ?? "");
  if (!match || Number(match[2] ?? 80) !== port) return false;
  const name = (match[1] ?? "").toLowerCase();
  if (loopbackNames.has(name) || (allowsSync && loopbackNames.has(name.replace(/^sync-/, "")))) return true;
  const bucket = /^(.+?)(?:\.s3(?:\.[a-z0-9-]+)?)?\.localhost$/.exec(name)?.[1];
  return bucket !== undefined && isBucket(bucket);
}

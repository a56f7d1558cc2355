import { lookup } from "node:dns/promises";
import { isIP } from "node:net";
import { CodedError } from "../../../lib/coded-error.ts";
import { canonicalHost, permissionOf } from "./permission.ts";
import { isPublicAddress } from "./public.ts";

export interface Address {
  readonly address: string;
  readonly family: number;
}
/** Resolves with all addresses of a name, or rejects like `dns.lookup`. */
export type Resolver = (host: string) => Promise<readonly Address[]>;

export const systemResolver: Resolver = (host) => lookup(host, { all: true });

/** A host that this stack may not reach, or that does not exist. */
export class HostRefused extends CodedError<"HostNotAllowed" | "HostNotFound"> {
  override readonly name = "HostRefused";
}

/** The patterns of the hosts that may be reached, and the setting that they come from. */
export interface HostRules {
  readonly patterns: readonly string[];
  readonly setting: "allowedImageHosts" | "notifyHosts";
}

/**
 * The allowed addresses of a URL's host. The connection must use exactly these, because a second DNS response could
 * differ from the one that was checked.
 * @throws HostRefused
 */
export async function allowedAddresses(
  url: URL,
  { patterns, setting }: HostRules,
  resolve: Resolver = systemResolver,
): Promise<readonly Address[]> {
  const permission = permissionOf(url, patterns);
  if (permission === "refused") {
    throw new HostRefused(
      "HostNotAllowed",
      `The host "${url.host}" is not allowed in this stack (setting "${setting}").`,
    );
  }
  const host = canonicalHost(url.hostname).replace(/^\[|\]$/g, "");
  const addresses = isIP(host) === 0 ? await resolveName(host, resolve) : [{ address: host, family: isIP(host) }];
  const special = addresses.find(({ address }) => !isPublicAddress(address));
  if (permission === "public" && special) {
    throw new HostRefused(
      "HostNotAllowed",
      `The host "${url.host}" has an address that is not public (private, loopback, link-local or reserved). ` +
        `An entry "host:port" in the setting "${setting}" would allow it.`,
    );
  }
  return addresses;
}

async function resolveName(host: string, resolve: Resolver): Promise<readonly Address[]> {
  try {
    const addresses = await resolve(host);
    if (addresses.length > 0) return addresses;
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new HostRefused("HostNotFound", `The host "${host}" cannot be found (${code ?? "no response"}).`, { cause });
  }
  throw new HostRefused("HostNotFound", `The host "${host}" has no address.`);
}

import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** Maximum number of sessions; the one that has been idle longest is removed first. */
const mostSessions = 100;

export interface PageSessionOptions {
  /** Cookies are shared by all ports of a host, so the name contains the port. */
  readonly port: number;
  /** Whether a session can be started only with a one-time token. Needed on machines that several users share. */
  readonly requiresToken: boolean;
}

/**
 * The browser sessions that may use this server's page. Scripts cannot read the cookie (HttpOnly) and other sites
 * cannot send it (SameSite=Strict), so a page from another origin never acts on the user's behalf.
 */
export class PageSessions {
  readonly #cookie: string;
  readonly #requiresToken: boolean;
  /** Digests of the session secrets, so that the duration of a lookup does not depend on the secret. */
  readonly #known = new Set<string>();
  #token = newSecret();

  constructor({ port, requiresToken }: PageSessionOptions) {
    this.#cookie = `console-${port}`;
    this.#requiresToken = requiresToken;
  }

  /** The path that opens the page, including the token if one is required. */
  get entrance(): string {
    return this.#requiresToken ? `/?token=${this.#token}` : "/";
  }

  has(request: Request): boolean {
    const found = this.#digestOf(request);
    if (found === undefined || !this.#known.delete(found)) return false;
    this.#known.add(found);
    return true;
  }

  /** The `Set-Cookie` header for a new session; undefined if the browser already has a session or may not start one. */
  start(request: Request): string | undefined {
    if (this.has(request) || (this.#requiresToken && !this.#takeToken(request))) return undefined;
    const secret = newSecret();
    this.#known.add(digest(secret));
    const [oldest] = this.#known;
    if (this.#known.size > mostSessions && oldest !== undefined) this.#known.delete(oldest);
    return `${this.#cookie}=${secret}; Path=/; HttpOnly; SameSite=Strict`;
  }

  /** Each token opens only one session; a new token then replaces it. */
  #takeToken(request: Request): boolean {
    const given = new URL(request.url).searchParams.get("token") ?? "";
    if (!timingSafeEqual(Buffer.from(digest(given)), Buffer.from(digest(this.#token)))) return false;
    this.#token = newSecret();
    return true;
  }

  #digestOf(request: Request): string | undefined {
    for (const pair of (request.headers.get("cookie") ?? "").split(";")) {
      const [name, value = ""] = pair.trim().split("=");
      if (name === this.#cookie && value !== "") return digest(value);
    }
    return undefined;
  }
}

function newSecret(): string {
  return randomBytes(24).toString("base64url");
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

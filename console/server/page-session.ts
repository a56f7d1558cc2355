import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** Browsers that may use the page at once; the one that has been silent longest is forgotten first. */
const mostSessions = 100;

export interface PageSessionOptions {
  /** Cookies of one machine are shared by all of its ports, so the name has the port. */
  readonly port: number;
  /** Whether a session starts only through a one-time token: on machines that several users share. */
  readonly requiresToken: boolean;
}

/**
 * Who may use this server's page: a browser that holds its cookie. No script reads the cookie (HttpOnly) and no other
 * site sends it (SameSite=Strict), so a page of another origin never acts for the user.
 */
export class PageSessions {
  readonly #cookie: string;
  readonly #requiresToken: boolean;
  /** Digests, so that a lookup takes no time that depends on the secret. */
  readonly #known = new Set<string>();
  #token = newSecret();

  constructor({ port, requiresToken }: PageSessionOptions) {
    this.#cookie = `console-${port}`;
    this.#requiresToken = requiresToken;
  }

  /** Where the page is opened, below the server's URL: with the token where one is required. */
  get entrance(): string {
    return this.#requiresToken ? `/?token=${this.#token}` : "/";
  }

  has(request: Request): boolean {
    const found = this.#digestOf(request);
    if (found === undefined || !this.#known.delete(found)) return false;
    this.#known.add(found);
    return true;
  }

  /** The `Set-Cookie` of a new session; undefined where the browser has one, or may not start one. */
  start(request: Request): string | undefined {
    if (this.has(request) || (this.#requiresToken && !this.#takeToken(request))) return undefined;
    const secret = newSecret();
    this.#known.add(digest(secret));
    const [oldest] = this.#known;
    if (this.#known.size > mostSessions && oldest !== undefined) this.#known.delete(oldest);
    return `${this.#cookie}=${secret}; Path=/; HttpOnly; SameSite=Strict`;
  }

  /** A token opens one session; the next one has a new token. */
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

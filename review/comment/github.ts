import { Readable } from "node:stream";
import type { ReadableStream } from "node:stream/web";
import { z } from "zod";
import { ReviewError } from "../review-error.ts";

/** Milliseconds of one request, including its response. */
const timeoutMs = 30_000;
const perPage = 100;
/** A pull request with more comments than this gets a second comment of the review at worst. */
const mostPages = 20;

export interface GitHubOptions {
  /** `https://api.github.com`, or that of another installation. */
  readonly api: string;
  readonly token: string;
  /** `owner/name`. */
  readonly repository: string;
}

/** The requests to GitHub's REST API that the comment needs. All paths are relative to the repository. */
export class GitHub {
  readonly #options: GitHubOptions;

  constructor(options: GitHubOptions) {
    this.#options = options;
  }

  /** Undefined if there is nothing at the path. @throws ReviewError "GitHub" */
  async get<Schema extends z.ZodType>(path: string, schema: Schema): Promise<z.infer<Schema> | undefined> {
    const response = await this.#request("GET", path);
    if (!response) return undefined;
    const found = schema.safeParse(await response.json());
    if (!found.success) throw new ReviewError("GitHub", `GitHub's response to "GET ${path}" has an unknown form.`);
    return found.data;
  }

  /** All elements of a list, page by page. @throws ReviewError "GitHub" */
  async list<Schema extends z.ZodType>(path: string, schema: Schema): Promise<readonly z.infer<Schema>[]> {
    const all: z.infer<Schema>[] = [];
    for (let page = 1; page <= mostPages; page++) {
      const separator = path.includes("?") ? "&" : "?";
      const found = await this.get(`${path}${separator}per_page=${perPage}&page=${page}`, z.array(schema));
      all.push(...(found ?? []));
      if ((found?.length ?? 0) < perPage) break;
    }
    return all;
  }

  /** The bytes at a path, if they are at most `most`. @throws ReviewError "GitHub" */
  async bytes(path: string, most: number): Promise<Uint8Array | undefined> {
    const response = await this.#request("GET", path);
    if (!response?.body) return undefined;
    const pieces: Uint8Array[] = [];
    let length = 0;
    for await (const piece of Readable.fromWeb(response.body as ReadableStream<Uint8Array>)) {
      length += piece.length;
      if (length > most) return undefined;
      pieces.push(piece);
    }
    return Buffer.concat(pieces);
  }

  /** @throws ReviewError "GitHub" */
  async send(method: "POST" | "PATCH", path: string, body: object): Promise<void> {
    if (!(await this.#request(method, path, body))) throw refused(method, path, 404);
  }

  async #request(method: string, path: string, body?: object): Promise<Response | undefined> {
    const { api, token, repository } = this.#options;
    // A download is redirected to another host, which does not get the token.
    const response = await fetch(`${api}/repos/${repository}/${path}`, {
      method,
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${token}`,
        "x-github-api-version": "2022-11-28",
        ...(body && { "content-type": "application/json" }),
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    }).catch((cause: unknown) => {
      throw new ReviewError("GitHub", `GitHub did not respond to "${method} ${path}": run the workflow again.`, {
        cause,
      });
    });
    if (response.status === 404 || response.status === 410) return undefined;
    if (!response.ok) throw refused(method, path, response.status);
    return response;
  }
}

const refused = (method: string, path: string, status: number): ReviewError =>
  new ReviewError("GitHub", `GitHub refused "${method} ${path}" with ${status}: see the permissions of comment.yml.`);

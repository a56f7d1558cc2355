import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

export interface Comment {
  readonly id: number;
  readonly user: { readonly login: string } | null;
  body: string;
}

/** The state of a repository; a run of a workflow has uploaded an archive, or has not ended. */
export interface Repository {
  readonly pulls: readonly { readonly number: number; readonly head: { readonly sha: string } }[];
  readonly comments: Comment[];
  readonly runs: Readonly<Record<string, "running" | "nothing" | Uint8Array>>;
}

export const token = "a-token";
const bot = "github-actions[bot]";
const root = "/repos/owner/repository/";

async function listen(handle: (request: IncomingMessage, response: ServerResponse) => void) {
  const server: Server = createServer(handle);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/**
 * GitHub's REST API on loopback, as far as the comment uses it, and the storage to which downloads are redirected.
 * `requests` lists what was asked, and `storageTokens` the tokens that the storage got.
 */
export async function githubServer(repository: Repository) {
  const requests: string[] = [];
  const storageTokens: (string | undefined)[] = [];
  const names = Object.keys(repository.runs);
  const storage = await listen((request, response) => {
    storageTokens.push(request.headers.authorization);
    const archive = repository.runs[request.url?.slice(1) ?? ""];
    response.end(archive instanceof Uint8Array ? archive : undefined);
  });
  const api = await listen((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    if (request.headers.authorization !== `Bearer ${token}`) return void response.writeHead(401).end();
    void respond(request, response);
  });

  async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "", api.url);
    const page = Number(url.searchParams.get("page") ?? 1);
    const size = Number(url.searchParams.get("per_page") ?? 30);
    const paged = <Item>(list: readonly Item[]) => list.slice((page - 1) * size, page * size);
    const send = (value: unknown) => response.end(JSON.stringify(value));
    const route = `${request.method} ${url.pathname.replace(root, "")}`;
    const [, workflow = "", run = "", artifact, changed] =
      /^(?:GET actions\/workflows\/([\w-]+)\.yml\/runs|GET actions\/runs\/(\d+)\/artifacts|GET actions\/artifacts\/(\d+)\/zip|PATCH issues\/comments\/(\d+))$/.exec(
        route,
      ) ?? [];
    if (route === "GET pulls") return void send(paged(repository.pulls));
    if (/^GET issues\/\d+\/comments$/.test(route)) return void send(paged(repository.comments));
    if (/^POST issues\/\d+\/comments$/.test(route)) {
      const { body } = (await json(request)) as { readonly body: string };
      repository.comments.push({ id: 1_000 + repository.comments.length, user: { login: bot }, body });
      return void response.writeHead(201).end("{}");
    }
    if (changed !== undefined) {
      const comment = repository.comments.find(({ id }) => id === Number(changed));
      if (comment) comment.body = ((await json(request)) as { readonly body: string }).body;
      return void response.writeHead(comment ? 200 : 404).end("{}");
    }
    if (artifact !== undefined)
      return void response.writeHead(302, { location: `${storage.url}/${names[Number(artifact)]}` }).end();
    if (run !== "") {
      const name = names[Number(run)] ?? "";
      const uploaded = repository.runs[name] instanceof Uint8Array;
      return void send({ artifacts: uploaded ? [{ id: Number(run), name, expired: false }] : [] });
    }
    const index = names.indexOf(workflow);
    if (index < 0) return void response.writeHead(404).end("{}");
    const status = repository.runs[workflow] === "running" ? "in_progress" : "completed";
    return void send({ workflow_runs: [{ id: index, status }] });
  }

  return {
    api: api.url,
    requests,
    storageTokens,
    close() {
      for (const { server } of [api, storage]) server.close();
    },
  };
}

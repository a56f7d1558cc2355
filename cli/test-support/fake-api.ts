import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** One request to the fake. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}
type Answer = { readonly status: number; readonly body?: unknown; readonly headers?: Readonly<Record<string, string>> };

type Executions = Map<string, { readonly images: readonly string[]; polls: number }>;

/** State that a service keeps across a restart. */
interface Kept {
  readonly port?: number;
  readonly executions?: Executions;
}

export interface FakeApi {
  readonly url: string;
  readonly asked: Asked[];
  readonly executions: Executions;
  /**
   * Replaces the response to a request; undefined keeps the fake's response; "drop" breaks the connection during the
   * response.
   */
  intercept: (asked: Asked) => Answer | "drop" | undefined;
  /** Number of polls that see an execution running before it ends. */
  runningPolls: number;
  /** Milliseconds before each response. */
  delayMs: number;
  /** Maximum number of concurrent uploads so far. */
  mostAtOnce: number;
  close(): Promise<void>;
}

/**
 * The HTTP contract on loopback, with simple rules: a reference that contains "bad" gets an error, a photo's label is its
 * reference. One server is both API and bucket.
 */
export async function fakeApi({ port = 0, executions = new Map() }: Kept = {}): Promise<FakeApi> {
  let inWork = 0;
  const server = createServer(async (request, response) => {
    const isUpload = /^\/(uploads|bucket)$/.test(request.url ?? "");
    if (isUpload) inWork += 1;
    fake.mostAtOnce = Math.max(fake.mostAtOnce, inWork);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = "", url = "", headers } = request;
    const asked = { method, path: url, headers, body: Buffer.concat(chunks).toString("latin1") };
    fake.asked.push(asked);
    if (fake.delayMs > 0) await delay(fake.delayMs);
    if (isUpload) inWork -= 1;
    const answer = fake.intercept(asked) ?? serve(asked);
    if (answer === "drop") {
      // The headers and a part of the body, then nothing.
      response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
      response.write("{", () => response.destroy());
      return;
    }
    response.writeHead(answer.status, { "content-type": "application/json", ...answer.headers });
    response.end(answer.body === undefined ? "" : JSON.stringify(answer.body));
  });

  function serve({ method, path, headers, body }: Asked): Answer {
    if (method === "POST" && path === "/bucket") return { status: 204 };
    if (method === "POST" && path === "/uploads") {
      const key = `uploads/${(JSON.parse(body) as { contentType: string }).contentType}`;
      const image = `s3://bucket/${key}`;
      return { status: 201, body: { uploadUrl: `${fake.url}/bucket`, fields: { key }, image } };
    }
    if (method === "POST" && path === "/classify") {
      const executionId = String(headers["idempotency-key"]);
      executions.set(executionId, { images: (JSON.parse(body) as { images: string[] }).images, polls: 0 });
      const statusUrl = `${fake.url}/executions/${executionId}`;
      return { status: 202, body: { executionId, status: "RUNNING", statusUrl } };
    }
    const execution = executions.get(path.split("/")[2] ?? "");
    if (!execution) return { status: 404, body: { code: "NotFound", message: "There is no such execution." } };
    if (method === "DELETE") {
      const statusUrl = `${fake.url}${path}`;
      return { status: 202, body: { executionId: path.split("/")[2], status: "ABORTED", statusUrl } };
    }
    const view = { executionId: path.split("/")[2], startedAt: "2026-01-01T00:00:00.000Z" };
    execution.polls += 1;
    if (execution.polls <= fake.runningPolls) return { status: 200, body: { ...view, status: "RUNNING" } };
    const results = execution.images.map((image, index) =>
      image.includes("bad")
        ? { index, image, error: { code: "NotAnImage", message: "It is no image." } }
        : { index, image, width: 1, height: 1, predictions: [{ label: image, probability: 0.5 }] },
    );
    return { status: 200, body: { ...view, status: "SUCCEEDED", results } };
  }

  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const fake: FakeApi = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    executions,
    intercept: () => undefined,
    runningPolls: 1,
    delayMs: 0,
    mostAtOnce: 0,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return fake;
}

import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

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
  /** Uploaded and stored manifests, by their references, as lists of images. */
  readonly manifests: Map<string, readonly string[]>;
  /** Image objects below each prefix. */
  readonly prefixes: Map<string, readonly string[]>;
  /** Whether results are lines of JSON behind a signed URL, as those of large executions are. */
  resultsAsLines: boolean;
  /**
   * Replaces the response to a request; undefined keeps the fake's response; "drop" breaks the connection during the
   * response.
   */
  intercept: (asked: Asked) => Answer | "drop" | undefined;
  /** Number of polls that see an execution running before it ends. */
  runningPolls: number;
  /** No request gets a response before this resolves. */
  held: Promise<void>;
  /** Number of concurrent uploads now, and the maximum so far. */
  atOnce: number;
  mostAtOnce: number;
  close(): Promise<void>;
}

/**
 * The HTTP contract on loopback, with simple rules: a reference that contains "bad" gets an error, a photo's label is its
 * reference. One server is both API and bucket.
 */
export async function fakeApi({ port = 0, executions = new Map() }: Kept = {}): Promise<FakeApi> {
  const server = createServer(async (request, response) => {
    const isUpload = /^\/(uploads|bucket)$/.test(request.url ?? "");
    if (isUpload) fake.atOnce += 1;
    fake.mostAtOnce = Math.max(fake.mostAtOnce, fake.atOnce);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = "", url = "", headers } = request;
    const asked = { method, path: url, headers, body: Buffer.concat(chunks).toString("latin1") };
    fake.asked.push(asked);
    await fake.held;
    if (isUpload) fake.atOnce -= 1;
    const answer = fake.intercept(asked) ?? (await serve(asked, Buffer.concat(chunks)));
    if (answer === "drop") {
      // The headers and a part of the body, then nothing.
      response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
      response.write("{", () => response.destroy());
      return;
    }
    response.writeHead(answer.status, { "content-type": "application/json", ...answer.headers });
    const isText = typeof answer.body === "string" && answer.headers?.["content-type"] === "application/x-ndjson";
    response.end(answer.body === undefined ? "" : isText ? answer.body : JSON.stringify(answer.body));
  });

  async function serve({ method, path, headers, body }: Asked, bytes: Buffer): Promise<Answer> {
    if (method === "POST" && path === "/bucket") {
      await keepManifest(bytes, String(headers["content-type"]));
      return { status: 204 };
    }
    if (method === "POST" && path === "/uploads") return { status: 201, body: ticketFor(body) };
    if (method === "POST" && path === "/classify") {
      const executionId = String(headers["idempotency-key"]);
      executions.set(executionId, { images: imagesOf(body), polls: 0 });
      return started(executionId);
    }
    const [, , id = "", action] = path.split("/");
    const execution = executions.get(id);
    if (!execution) return { status: 404, body: { code: "NotFound", message: "There is no such execution." } };
    if (method === "POST" && action === "retry") return retried(id, execution, String(headers["idempotency-key"]));
    if (method === "DELETE") {
      return { status: 202, body: { executionId: id, status: "ABORTED", statusUrl: `${fake.url}${path}` } };
    }
    if (action === "results") return { status: 302, headers: { location: `${fake.url}/executions/${id}/signed` } };
    const results = execution.images.map(resultOf);
    if (action === "signed") {
      const text = results.map((result) => `${JSON.stringify(result)}\n`).join("");
      return { status: 200, headers: { "content-type": "application/x-ndjson" }, body: text };
    }
    const view = { executionId: id, startedAt: "2026-01-01T00:00:00.000Z" };
    execution.polls += 1;
    if (execution.polls <= fake.runningPolls) return { status: 200, body: { ...view, status: "RUNNING" } };
    const lines = { resultsUrl: `${fake.url}/executions/${id}/results`, resultsFormat: "jsonl" };
    return { status: 200, body: { ...view, status: "SUCCEEDED", ...(fake.resultsAsLines ? lines : { results }) } };
  }

  function ticketFor(body: string) {
    const { contentType } = JSON.parse(body) as { contentType: string };
    if (contentType.startsWith("image/")) {
      const key = `uploads/${contentType}`;
      return { uploadUrl: `${fake.url}/bucket`, fields: { key }, image: `s3://bucket/${key}` };
    }
    const key = `uploads/${fake.manifests.size}.${contentType === "text/csv" ? "csv" : "jsonl"}`;
    fake.manifests.set(`s3://bucket/${key}`, []);
    return { uploadUrl: `${fake.url}/bucket`, fields: { key }, manifest: `s3://bucket/${key}` };
  }

  async function keepManifest(bytes: Buffer, contentType: string): Promise<void> {
    const form = await new Response(new Uint8Array(bytes), { headers: { "content-type": contentType } }).formData();
    const [reference, file] = [`s3://bucket/${form.get("key")}`, form.get("file")];
    if (!fake.manifests.has(reference) || !(file instanceof Blob)) return;
    const lines = (await file.text()).split("\n").filter((line) => line !== "");
    const images = reference.endsWith(".csv") ? lines.slice(1) : lines.map((line) => JSON.parse(line) as string);
    fake.manifests.set(reference, images);
  }

  function imagesOf(body: string): readonly string[] {
    const { images = [], manifest = "" } = JSON.parse(body) as { images?: string | string[]; manifest?: string };
    if (manifest !== "") return fake.manifests.get(manifest) ?? [];
    return typeof images === "string" ? (fake.prefixes.get(images) ?? []) : images;
  }

  /** "bad" images have passed by then. */
  function retried(id: string, { images }: { readonly images: readonly string[] }, key: string): Answer {
    if (!images.some((image) => image.includes("bad"))) {
      return { status: 409, body: { code: "NothingToRetry", message: "No image failed for a reason that may pass." } };
    }
    executions.set(key, { images: images.map((image) => image.replace("bad", "good")), polls: 0 });
    return started(key, { retryOf: id });
  }

  function started(executionId: string, more: object = {}): Answer {
    const statusUrl = `${fake.url}/executions/${executionId}`;
    return { status: 202, body: { executionId, status: "RUNNING", statusUrl, ...more } };
  }

  await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
  const fake: FakeApi = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: [],
    executions,
    manifests: new Map(),
    prefixes: new Map(),
    resultsAsLines: false,
    intercept: () => undefined,
    runningPolls: 1,
    held: Promise.resolve(),
    atOnce: 0,
    mostAtOnce: 0,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return fake;
}

function resultOf(image: string, index: number) {
  return image.includes("bad")
    ? { index, image, error: { code: "NotAnImage", message: "It is no image." } }
    : { index, image, width: 1, height: 1, predictions: [{ label: image, probability: 0.5 }] };
}

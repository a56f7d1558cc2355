import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { ListBucketsCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { describe, expect, test } from "vitest";
import { sampleKey } from "../../../contract/workflow.ts";
import { requestExamples } from "../../../functions/api/request-examples.ts";
import { call, finish, results, start } from "../support/client.ts";
import { run } from "../support/command.ts";
import { opened } from "../support/opened.ts";
import { operatorOf } from "../support/operator.ts";
import { startService } from "../support/service.ts";
import { needCommands } from "../support/tools.ts";

/** The requests of docs/api.md and of the OpenAPI document, sent to a running service exactly as a reader would. */
const page = readFileSync(path.resolve(import.meta.dirname, "../../../docs/api.md"), "utf8");
/** The blocks of commands; one with "TICKET" is a script, in the others every request is independent. */
const blocks = page.match(/(?<=^```\n)[^`]*?curl [^`]*?(?=^```$)/gm) ?? [];
const commands = blocks
  .filter((block) => !block.includes("TICKET"))
  .flatMap((block) => block.replaceAll(/\\\n\s*/g, "").split("\n"))
  .filter((line) => line.includes("curl "));
const scripts = blocks.filter((block) => block.includes("TICKET"));

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: object }>>>>;
}

const folder = mkdtempSync(path.join(os.tmpdir(), "dlw-curl-"));

/** A host of images that is too busy for one of them, so that an execution has an error that may pass. */
const host = opened(
  async () => {
    const server = http.createServer((request, response) => {
      if (request.url?.includes("busy")) response.writeHead(503).end();
      else response.end(readFileSync(path.join(folder, "dog.jpg")));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return { server, url: `http://localhost:${(server.address() as AddressInfo).port}` };
  },
  ({ server }) => {
    server.closeAllConnections();
    server.close();
    rmSync(folder, { recursive: true, force: true });
  },
);
const service = opened(
  () => startService({ arguments: ["--quiet", "--allow-host", new URL(host().url).host] }),
  (running) => running.stop(),
);
/** What the page calls "bucket", with the objects that it names. */
const bucket = opened(async () => {
  await needCommands({ curl: "curl", jq: "jq" });
  const s3 = new S3Client({ ...operatorOf(service()), forcePathStyle: true });
  const { Buckets: [first] = [] } = await s3.send(new ListBucketsCommand({}));
  const Bucket = first?.Name ?? "";
  const sample = await call(service(), `/${sampleKey}`);
  writeFileSync(path.join(folder, "dog.jpg"), Buffer.from(await sample.arrayBuffer()));
  const list = gzipSync(`image\ns3://${Bucket}/${sampleKey}\n`);
  await s3.send(new PutObjectCommand({ Bucket, Key: "samples/lists/january.csv.gz", Body: list }));
  s3.destroy();
  return Bucket;
});
/** An execution that has ended, in which one image may be tried again. */
const ended = opened(async () => {
  const id = await start(service(), [`s3://${bucket()}/${sampleKey}`, `${host().url}/busy.jpg`]);
  await finish(service(), id);
  return id;
});

/** The page's and the document's names of hosts and objects, replaced by those that exist here. */
function here(text: string): string {
  return text
    .replaceAll("https://example.com/", `${host().url}/`)
    .replaceAll(/s3:\/\/(bucket|photos)\/(prefix|2027\/january)\//g, `s3://${bucket()}/samples/`)
    .replaceAll(/s3:\/\/(bucket|photos)\/lists\//g, `s3://${bucket()}/samples/lists/`)
    .replaceAll("s3://bucket/uploads/cat.jpg", `s3://${bucket()}/${sampleKey}`);
}

/** Runs a text of the page in a shell, in which a refused request is an error. */
async function shell(text: string, id: string): Promise<string> {
  const prelude = `set -euo pipefail; curl() { command curl --fail-with-body "$@"; }; JSON='content-type: application/json'`;
  return run("bash", ["-c", `${prelude}\n${here(text)}`], {
    cwd: folder,
    environment: { PATH: process.env["PATH"], API: service().url, KEY: service().apiKey, ID: id },
    withinMs: 120_000,
  });
}

describe("docs/api.md in a shell", () => {
  test("shows enough requests that the tests below are not vacuous", () => {
    expect(scripts).toHaveLength(1);
    expect(commands.length).toBeGreaterThanOrEqual(12);
  });

  test.each(commands)("%s", async (command) => {
    const id = command.includes("/examples/") ? await exampleExecution() : ended();
    const printed = await shell(command, id);
    if (!command.includes(" -o ")) expect(JSON.parse(printed)).not.toHaveProperty("code");
  });

  test.each(scripts)("%s", async (script) => {
    const { executionId } = JSON.parse(await shell(script, ended())) as { executionId: string };
    const found = await results(service(), await finish(service(), executionId));
    expect(found).toMatchObject([{ predictions: [{ label: "Labrador retriever" }, {}, {}, {}, {}] }]);
  });
});

describe("the examples of the OpenAPI document", () => {
  const examples = Object.entries(requestExamples).flatMap(([route, bodies]) =>
    Object.entries(bodies).map(([name, body]) => ({ route, name, body })),
  );
  test.each(examples)("$route: $name", async ({ route, name, body }) => {
    const [method = "", template = ""] = route.split(" ");
    const text = here(JSON.stringify(body));
    const response = await call(service(), template.replace("{name}", name).replace("{id}", ended()), {
      method,
      body: text,
    });
    const { paths } = (await (await call(service(), "/openapi.json")).json()) as Document;
    const described = Object.keys(paths[template]?.[method.toLowerCase()]?.responses ?? {});
    expect([response.ok, described]).toEqual([true, expect.arrayContaining([String(response.status)])]);
  });
});

async function exampleExecution(): Promise<string> {
  const init = { method: "POST", body: JSON.stringify({ message: "hello" }) };
  const response = await call(service(), "/examples/single-task", init);
  return ((await response.json()) as { executionId: string }).executionId;
}

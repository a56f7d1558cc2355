import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { open, stopAll } from "../test-support/harness.ts";
import { majorOf, ownNode } from "./installed-node.ts";
import { describeNode, NoNode, SandboxNodes } from "./sandbox-node.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "sandbox-node-"));
});
afterEach(async () => {
  await stopAll();
  rmSync(folder, { recursive: true, force: true });
});

const other = majorOf(ownNode) + 71;

function image(base: string, uri = "image@sha256:1") {
  const context = path.join(folder, `context-${uri.at(-1)}`);
  mkdirSync(context, { recursive: true });
  writeFileSync(path.join(context, "Dockerfile"), `ARG BASE=${base}\nFROM \${BASE} AS light\nCOPY . /var/task/\n`);
  return { uri, context, target: "light" };
}

/** Runs the Node of this process but reports another version. */
function disguised(version: string): string {
  const file = path.join(folder, ".nvm", "versions", "node", `v${version}`, "bin", "node");
  mkdirSync(path.dirname(file), { recursive: true });
  const script = `#!/bin/sh\nif [ "$1" = -p ]; then echo "${version} ${process.arch}"; exit; fi\nDISGUISE=${version} exec "${ownNode.file}" "$@"\n`;
  writeFileSync(file, script);
  chmodSync(file, 0o755);
  return file;
}

const nodes = (node?: string) => new SandboxNodes({ home: folder, environment: {}, ...(node ? { node } : {}) });

describe.skipIf(process.platform === "win32")("the Node of a sandbox", () => {
  it.each([
    [`public.ecr.aws/lambda/nodejs:${other}`],
    [`public.ecr.aws/lambda/nodejs:${other}.2026.11.01.12-x86_64`],
    [`node:${other}-slim`],
    [`registry.example/mirror/node:${other}`],
  ])("is that of the base image %s where it is installed", async (base) => {
    const file = disguised(`${other}.2.3`);
    const sandboxNodes = nodes();
    const { uri, context, target } = image(base);
    expect(await sandboxNodes.prepare([{ uri, context, target }])).toEqual([
      { wanted: other, used: { file, version: `${other}.2.3` } },
    ]);
    expect(sandboxNodes.fileFor(uri, context)).toBe(file);
  });

  it("runs the handler", async () => {
    const sandboxNodes = nodes();
    disguised(`${other}.2.3`);
    await sandboxNodes.prepare([image(`public.ecr.aws/lambda/nodejs:${other}`)]);
    const handlers = { version: "export const handler = async () => process.env.DISGUISE ?? 'own';" };
    const lambda = open({ handlers, nodeFor: (uri, context) => sandboxNodes.fileFor(uri, context) });
    expect(await lambda.invoke("version")).toEqual({ payload: `${other}.2.3`, failed: false });
  });

  it("is found for the image of an older version by its context alone", async () => {
    const file = disguised(`${other}.2.3`);
    const sandboxNodes = nodes();
    await sandboxNodes.prepare([image(`node:${other}`)]);
    const { context } = image(`node:${other}`, "image@sha256:0");
    expect(sandboxNodes.fileFor("image@sha256:0", context)).toBe(file);
    expect(sandboxNodes.fileFor("image@sha256:9", path.join(folder, "gone"))).toBe(ownNode.file);
  });

  it("is this process's own where the version is not installed or not said", async () => {
    expect(await nodes().prepare([image(`node:${other}`), image("debian:12", "image@sha256:2")])).toEqual([
      { wanted: other, used: ownNode },
      { wanted: undefined, used: ownNode },
    ]);
  });

  it("is the one that was named, or a refusal", async () => {
    const file = disguised(`${other}.0.0`);
    expect(await nodes(file).prepare([image("node:4")])).toEqual([
      { wanted: 4, used: { file, version: `${other}.0.0` } },
    ]);
    await expect(nodes("/bin/cat").prepare([image("node:4")])).rejects.toThrow(NoNode);
  });

  it("is described in a sentence, with the remedy where it is another version than the image's", () => {
    const { version, file } = ownNode;
    expect(describeNode({ wanted: majorOf(ownNode), used: ownNode })).toBe(
      `Node ${version}, the major version of the image`,
    );
    expect(describeNode({ wanted: 4, used: ownNode })).toBe(
      `Node ${version}; the image has Node 4: install it beside this one, and sandboxes use it`,
    );
    const elsewhere = `${file}-other`;
    expect(describeNode({ wanted: undefined, used: { file: elsewhere, version } })).toBe(
      `Node ${version} (${elsewhere})`,
    );
  });
});

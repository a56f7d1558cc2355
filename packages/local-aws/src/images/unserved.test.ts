import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { capture } from "../capture/capture.ts";
import { refuseUnserved } from "./unserved.ts";

let root: string;
beforeAll(() => {
  root = mkdtempSync(path.join(os.tmpdir(), "unserved-"));
  const modules = path.resolve(import.meta.dirname, "../../../../node_modules");
  symlinkSync(modules, path.join(root, "node_modules"), "junction");
  write("package.json", '{"type":"module"}');
  write("Pulumi.yaml", "name: shop\nruntime: nodejs\nmain: index.ts\n");
  write("Pulumi.dev.yaml", "config: {}\n");
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function write(file: string, text: string): void {
  mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
  writeFileSync(path.join(root, file), text);
}

/** Creates a program with one function, whose image is built from the folder `image`. */
const program = (settings: string): string => `
import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
const assumeRolePolicy = { Version: "2012-10-17", Statement: [] };
const role = new aws.iam.Role("role", { assumeRolePolicy });
const repository = new awsx.ecr.Repository("images");
const image = new awsx.ecr.Image("image", { repositoryUrl: repository.url, context: "image", imageTag: "1" });
new aws.lambda.Function("hello", { role: role.arn, ${settings} });
`;
const imageFunction = (handler: string): string =>
  program(`packageType: "Image", imageUri: image.imageUri, imageConfig: { commands: ["${handler}"] }`);

async function check(text: string, files: Readonly<Record<string, string>> = {}): Promise<void> {
  rmSync(path.join(root, "image"), { recursive: true, force: true });
  for (const [file, content] of Object.entries(files)) write(`image/${file}`, content);
  write("index.ts", text);
  refuseUnserved(await capture({ root, stack: "dev" }));
}

const nodeBase = "FROM public.ecr.aws/lambda/nodejs:22\n";
const handler = "export const handler = async () => 1;";

describe("a program is refused at the start, by name and with the remedy,", { timeout: 180_000 }, () => {
  it("never where its context mirrors the task root", async () => {
    const files = { Dockerfile: `${nodeBase}COPY app/ \${LAMBDA_TASK_ROOT}/app/`, "app/main.mjs": handler };
    await check(imageFunction("app/main.handler"), files);
  });

  it("for a zip function", async () => {
    const code = 'runtime: "nodejs22.x", handler: "index.handler", s3Bucket: "code", s3Key: "hello.zip"';
    await expect(check(program(code))).rejects.toThrow(
      /Function "hello-\w+" is a zip function \(runtime "nodejs22\.x"\).*packageType "Image"/,
    );
  });

  it("for another language", async () => {
    const files = { Dockerfile: "FROM public.ecr.aws/lambda/python:3.13\nCOPY app.py ./", "app.py": "" };
    await expect(check(imageFunction("app.handler"), files)).rejects.toThrow(
      /runs the base image "public\.ecr\.aws\/lambda\/python:3\.13"; only Node is served/,
    );
  });

  it("for a Dockerfile that copies elsewhere, and a handler that is therefore not in the context", async () => {
    const files = { Dockerfile: `${nodeBase}COPY src/ \${LAMBDA_TASK_ROOT}/`, "src/main.mjs": handler };
    await expect(check(imageFunction("main.handler"), files)).rejects.toThrow(
      /copies to another path: "COPY src\/ .*has the handler "main\.handler", but the context/s,
    );
    const data = { Dockerfile: `${nodeBase}COPY main.mjs ./\nCOPY prod.json config.json`, "main.mjs": handler };
    await expect(check(imageFunction("main.handler"), data)).rejects.toThrow('"COPY prod.json config.json"');
  });

  it("for an image that the program does not build", async () => {
    const foreign = 'packageType: "Image", imageUri: "registry/image:1", imageConfig: { commands: ["a.handler"] }';
    await expect(check(program(foreign))).rejects.toThrow(/"registry\/image:1", which the program does not build/);
  });

  it("for an image function without a handler", async () => {
    await expect(check(program('packageType: "Image", imageUri: image.imageUri'))).rejects.toThrow(
      /declares no handler: set imageConfig\.commands/,
    );
  });
});

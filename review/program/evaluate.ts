import os from "node:os";
import path from "node:path";
import { captureDeclared } from "#local-aws";
import { cacheDirectory } from "../../contract/cache.ts";
import { apiDocument } from "./api-document.ts";
import { withContents } from "./files.ts";
import { ImageReader } from "./image.ts";
import type { CapturedResource, Program } from "./program.ts";

/**
 * Evaluates a program by capturing its resources: either this checkout's capture, or the copy that loads the packages
 * of a base.
 */
export type Capture = typeof captureDeclared;

/** A checkout whose stacks are evaluated one after another. */
export class Checkout {
  readonly root: string;
  readonly #capture: Capture;
  readonly #images: ImageReader;
  #api: Promise<unknown> | undefined;

  constructor(root: string, capture: Capture = captureDeclared) {
    this.root = root;
    this.#capture = capture;
    this.#images = new ImageReader(root);
  }

  /** The same checkout without cached data, for use after its files have changed. */
  fresh(): Checkout {
    return new Checkout(this.root, this.#capture);
  }

  /** @throws CaptureError when the program cannot be evaluated */
  async evaluate(stack: string, signal?: AbortSignal): Promise<Program> {
    this.#api ??= apiDocument(this.root);
    const { project: _project, ...declared } = await this.#capture({
      root: this.root,
      stack,
      environment: { ...withoutCredentials, ...withoutRepository, ...compileCache },
      ...(signal && { signal }),
    });
    const resources = await Promise.all(declared.resources.map((resource) => this.#read(resource)));
    const built = declared.resources.filter(({ type }) => type === "awsx:ecr:Image");
    const images = await Promise.all(built.map((image) => this.#images.read(image)));
    const api = await this.#api;
    return { ...declared, resources, images, ...(api !== undefined && { api }) };
  }

  async #read(resource: CapturedResource): Promise<CapturedResource> {
    const inputs = (await withContents(resource.inputs, this.root)) as CapturedResource["inputs"];
    return { ...resource, inputs };
  }
}

/**
 * Loading Pulumi takes most of the time of an evaluation. The compile cache speeds it up for a base, which is unpacked
 * anew each time.
 */
const compileCache = { NODE_COMPILE_CACHE: path.join(cacheDirectory(), "review", "compile-cache") };

/**
 * Neither side sees a git repository: the base is unpacked and has none, and the program's output of the working tree's
 * commit would be a difference in every review.
 */
const withoutRepository: Readonly<Record<string, string>> = { GIT_DIR: os.devNull };

/** The program is evaluated as for a user without credentials. */
const withoutCredentials: Readonly<Record<string, string>> = Object.fromEntries(
  [
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_PROFILE",
    "PULUMI_ACCESS_TOKEN",
    "PULUMI_CONFIG_PASSPHRASE",
    "GITHUB_TOKEN",
    "GH_TOKEN",
  ].map((name) => [name, ""]),
);

import type { ImageResource } from "../../graph.ts";
import { nodeVersionOf } from "../../images/node-version.ts";
import { findNode, type InstalledNode, inspectNode, majorOf, ownNode, type SearchOptions } from "./installed-node.ts";

/** The Node version that the sandboxes of an image run on. */
export interface SandboxNode {
  /** The image's major version; undefined if its base image does not specify one. */
  readonly wanted: number | undefined;
  readonly used: InstalledNode;
}

/** The program configured for the sandboxes does not run here as Node. */
export class NoNode extends Error {
  override readonly name = "NoNode";
}

export interface SandboxNodesOptions extends SearchOptions {
  /**
   * The Node executable for all sandboxes.
   * @default the image's version if it is installed, otherwise the one of this process
   */
  readonly node?: string;
}

/** The Node executables of sandboxes. If possible, a function runs on the same version as on AWS. */
export class SandboxNodes {
  readonly #options: SandboxNodesOptions;
  readonly #byVersion = new Map<number | undefined, InstalledNode>();
  /** Wanted major version by image URI. */
  readonly #wanted = new Map<string, number | undefined>();

  constructor(options: SandboxNodesOptions = {}) {
    this.#options = options;
  }

  /**
   * Finds the Node executables that the images need, before a sandbox starts.
   * @throws NoNode for the configured program
   */
  async prepare(images: readonly ImageResource[]): Promise<readonly SandboxNode[]> {
    for (const image of images) this.#wanted.set(image.uri, nodeVersionOf(image));
    const wanted = [...new Set(images.map(({ uri }) => this.#wanted.get(uri)))];
    return Promise.all(wanted.map(async (version) => ({ wanted: version, used: await this.#nodeFor(version) })));
  }

  /**
   * Returns the Node executable for a prepared image, or for the image of an older version, of which only the build
   * context is known.
   */
  fileFor(uri: string, context: string): string {
    const version = this.#wanted.has(uri) ? this.#wanted.get(uri) : nodeVersionOf({ uri, context, target: "" });
    return (this.#byVersion.get(version) ?? ownNode).file;
  }

  async #nodeFor(version: number | undefined): Promise<InstalledNode> {
    const node = this.#byVersion.get(version) ?? (await this.#configured()) ?? (await this.#found(version)) ?? ownNode;
    this.#byVersion.set(version, node);
    return node;
  }

  async #configured(): Promise<InstalledNode | undefined> {
    const { node } = this.#options;
    if (node === undefined) return undefined;
    const found = await inspectNode(node);
    if (found) return found;
    throw new NoNode(
      `"${node}" is no Node that runs on this machine (${process.platform}, ${process.arch}): name another one with --node, or leave the option out.`,
    );
  }

  async #found(version: number | undefined): Promise<InstalledNode | undefined> {
    return version === undefined ? undefined : findNode(version, this.#options);
  }
}

/** Describes the Node version of sandboxes in one sentence, with a remedy if it differs from the version on AWS. */
export function describeNode({ wanted, used }: SandboxNode): string {
  const { file, version } = used;
  const location = file === ownNode.file ? "" : ` (${file})`;
  if (wanted === undefined) return `Node ${version}${location}`;
  if (wanted === majorOf(used)) return `Node ${version}${location}, the major version of the image`;
  return `Node ${version}${location}; the image has Node ${wanted}: install it beside this one, and sandboxes use it`;
}

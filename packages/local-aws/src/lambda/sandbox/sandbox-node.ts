import type { ImageResource } from "../../graph.ts";
import { nodeVersionOf } from "../../images/node-version.ts";
import { findNode, type InstalledNode, inspectNode, majorOf, ownNode, type SearchOptions } from "./installed-node.ts";

/** What the sandboxes of an image run on. */
export interface SandboxNode {
  /** The image's major version; undefined where its base does not say. */
  readonly wanted: number | undefined;
  readonly used: InstalledNode;
}

/** The program that was named for the sandboxes does not run here as Node. */
export class NoNode extends Error {
  override readonly name = "NoNode";
}

export interface SandboxNodesOptions extends SearchOptions {
  /** The program for all sandboxes. @default the image's version where it is installed, else this process's own */
  readonly node?: string;
}

/** The Node programs of sandboxes: a function should meet the version that it meets on AWS. */
export class SandboxNodes {
  readonly #options: SandboxNodesOptions;
  readonly #byVersion = new Map<number | undefined, InstalledNode>();
  /** Version by the image's address. */
  readonly #wanted = new Map<string, number | undefined>();

  constructor(options: SandboxNodesOptions = {}) {
    this.#options = options;
  }

  /** Looks for what images need before a sandbox starts from them. @throws NoNode for the configured program */
  async prepare(images: readonly ImageResource[]): Promise<readonly SandboxNode[]> {
    for (const image of images) this.#wanted.set(image.uri, nodeVersionOf(image));
    const wanted = [...new Set(images.map(({ uri }) => this.#wanted.get(uri)))];
    return Promise.all(wanted.map(async (version) => ({ wanted: version, used: await this.#nodeFor(version) })));
  }

  /** The program for an image that was prepared; for that of an older version, which only its context describes, too. */
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
    throw new NoNode(`"${node}" is no Node for this machine (${process.platform}, ${process.arch}).`);
  }

  async #found(version: number | undefined): Promise<InstalledNode | undefined> {
    return version === undefined ? undefined : findNode(version, this.#options);
  }
}

/** What sandboxes run on, in one sentence, with the remedy where it is another version than on AWS. */
export function describeNode({ wanted, used }: SandboxNode): string {
  const { file, version } = used;
  const location = file === ownNode.file ? "" : ` (${file})`;
  if (wanted === undefined) return `Node ${version}${location}`;
  if (wanted === majorOf(used)) return `Node ${version}${location}, the major version of the image`;
  return `Node ${version}${location}; the image has Node ${wanted}: install it beside this one, and sandboxes use it`;
}

import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import writeFileAtomic from "write-file-atomic";
import { capture, type Graph } from "#local-aws";
import { modelVersion } from "../../contract/model.ts";
import type { Override } from "./overrides.ts";

/**
 * Folders that the program cannot depend on, because the import rules forbid it. All other folders are watched, including
 * new ones.
 */
const unrelated = ["bench", "cli", "console", "dev", "docs", "node_modules", "review", "test"];

/** Top-level files and folders whose change may change the graph, without the files of other stacks. */
export function programSources(root: string, stack: string): readonly string[] {
  return readdirSync(root).filter((name) => isProgramSource(name, stack));
}

/** Whether a top-level file or folder with this name may change the graph. */
export function isProgramSource(name: string, stack: string): boolean {
  return (
    !name.startsWith(".") &&
    !unrelated.includes(name) &&
    !name.endsWith(".md") &&
    (!/^Pulumi\..+\.yaml$/.test(name) || name === `Pulumi.${stack}.yaml`)
  );
}

/** Whether a file can be part of the program: not photos, logs or tests beside it. */
export function isSource(file: string): boolean {
  return /(\.(ts|mts|js|mjs|json|ya?ml)|Dockerfile|\.dockerignore)$/.test(file) && !file.endsWith(".test.ts");
}

export interface ProgramOptions {
  readonly root: string;
  readonly stack: string;
  readonly project: string;
  readonly overrides: readonly Override[];
  readonly url: string;
  /** File with the last graph; it contains secrets, so only the user may read it. */
  readonly keptIn: string;
  readonly signal: AbortSignal;
}

/** The Pulumi program of this run: a stack, its overrides, an address. */
export class Program {
  readonly #options: ProgramOptions;
  /** Fingerprint of the sources when the last evaluation began. */
  #evaluated: string | undefined;

  constructor(options: ProgramOptions) {
    this.#options = options;
  }

  /** Evaluates the program. @throws CaptureError */
  async evaluate(): Promise<Graph> {
    const { root, stack, project, overrides, url, signal } = this.#options;
    this.#evaluated = this.#fingerprint();
    return capture({
      root,
      stack,
      endpointBase: url,
      signal,
      overrides: Object.fromEntries(overrides.map(({ key, value }) => [`${project}:${key}`, value])),
    });
  }

  /** Stores a graph that the services accepted, for the next start. */
  async keep(graph: Graph): Promise<void> {
    if (this.#evaluated === undefined) return;
    const text = JSON.stringify({ fingerprint: this.#evaluated, graph });
    await writeFileAtomic(this.#options.keptIn, text, { mode: 0o600, fsync: false });
  }

  /**
   * The last served graph, if the sources, the overrides and the files that it refers to are unchanged. A
   * program may depend on more than that, so the caller must evaluate the program again soon.
   */
  lastServed(): Graph | undefined {
    let kept: { readonly fingerprint: string; readonly graph: Graph };
    try {
      kept = JSON.parse(readFileSync(this.#options.keptIn, "utf8")) as typeof kept;
    } catch {
      return undefined;
    }
    if (kept.fingerprint !== this.#fingerprint()) return undefined;
    const files = kept.graph.objects.flatMap(({ source }) => ("file" in source ? [source.file] : []));
    const contexts = kept.graph.images.map(({ context }) => context);
    return [...files, ...contexts].every((location) => existsSync(location)) ? kept.graph : undefined;
  }

  #fingerprint(): string {
    const { root, stack, overrides, url } = this.#options;
    const hash = createHash("sha256");
    hash.update(JSON.stringify([root, stack, overrides, url, process.version, modelVersion]));
    for (const name of programSources(root, stack)) {
      for (const file of filesOf(path.join(root, name))) hash.update(`${file}\0`).update(readFileSync(file));
    }
    return hash.digest("hex");
  }
}

function filesOf(location: string): readonly string[] {
  if (!statSync(location).isDirectory()) return isSource(location) ? [location] : [];
  return readdirSync(location)
    .filter((name) => name !== "node_modules" && name !== "dist")
    .sort()
    .flatMap((name) => filesOf(path.join(location, name)));
}

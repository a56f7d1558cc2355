import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import writeFileAtomic from "write-file-atomic";
import { capture, type Graph } from "#local-aws";
import { modelVersion } from "../contract/model.ts";
import type { Override } from "./overrides.ts";

/** What the program is made of: whoever changes one of these changes the graph. */
export const sources = ["index.ts", "infra", "image", "statemachine", "functions", "contract", "lib"] as const;
const machinery = [
  "packages/local-aws/src/capture",
  "packages/local-aws/src/graph.ts",
  "package-lock.json",
  "Pulumi.yaml",
];

export interface ProgramOptions {
  readonly root: string;
  readonly stack: string;
  readonly project: string;
  readonly overrides: readonly Override[];
  readonly url: string;
  /** File that keeps the last graph; it holds secrets, so only the user may read it. */
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
      ...{ root, stack, endpointBase: url, signal },
      overrides: Object.fromEntries(overrides.map(({ key, value }) => [`${project}:${key}`, value])),
    });
  }

  /** Keeps a graph that the services accepted, for the next start. */
  async keep(graph: Graph): Promise<void> {
    if (this.#evaluated === undefined) return;
    const text = JSON.stringify({ fingerprint: this.#evaluated, graph });
    await writeFileAtomic(this.#options.keptIn, text, { mode: 0o600, fsync: false });
  }

  /**
   * The graph that was served last, where the sources, the overrides and the files that it names are the same. A
   * program may depend on more than that, so whoever starts from it evaluates again soon.
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
    return [...files, ...contexts].every((place) => existsSync(place)) ? kept.graph : undefined;
  }

  #fingerprint(): string {
    const { root, stack, overrides, url } = this.#options;
    const hash = createHash("sha256");
    hash.update(JSON.stringify([root, stack, overrides, url, process.version, modelVersion]));
    for (const place of [...sources, ...machinery, `Pulumi.${stack}.yaml`]) {
      for (const file of filesOf(path.join(root, place))) hash.update(`${file}\0`).update(readFileSync(file));
    }
    return hash.digest("hex");
  }
}

function filesOf(place: string): readonly string[] {
  if (!existsSync(place)) return [];
  if (!statSync(place).isDirectory()) return [place];
  return readdirSync(place)
    .filter((name) => name !== "node_modules" && !name.endsWith(".test.ts"))
    .sort()
    .flatMap((name) => filesOf(path.join(place, name)));
}

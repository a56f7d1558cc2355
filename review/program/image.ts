import { readFile } from "node:fs/promises";
import path from "node:path";
import { sourceMapFile } from "../../contract/source-maps.ts";
import { contentOf, filesOf } from "./files.ts";
import { modelOf } from "./model.ts";
import type { CapturedResource, FileContent, ImageContents } from "./program.ts";

/** Text files of a context that specify what the image contains. */
const texts = ["Dockerfile", "package.json"];

/** Reads each context only once, even if two stacks refer to it. */
export class ImageReader {
  readonly #root: string;
  readonly #known = new Map<string, Promise<Omit<ImageContents, "name" | "target">>>();
  constructor(root: string) {
    this.#root = root;
  }

  async read(image: CapturedResource): Promise<ImageContents> {
    const context = path.resolve(this.#root, String(image.inputs["context"] ?? "."));
    const contents = this.#known.get(context) ?? this.#contents(context);
    this.#known.set(context, contents);
    return { name: image.name, target: String(image.inputs["target"] ?? ""), ...(await contents) };
  }

  async #contents(context: string): Promise<Omit<ImageContents, "name" | "target">> {
    const names = await filesOf(context);
    const files = await Promise.all(
      names.map(async (name) => [name, await contentOf(path.join(context, name))] as const),
    );
    const bundles = names.filter((name) => name.endsWith(".mjs"));
    const sources = await Promise.all(bundles.map(async (name) => [name, await this.#sources(context, name)] as const));
    const said = texts.filter((name) => names.includes(name));
    const model = await modelOf(path.join(context, "model"));
    return {
      files: Object.fromEntries<FileContent>(files),
      sources: Object.fromEntries(sources),
      texts: Object.fromEntries(
        await Promise.all(said.map(async (name) => [name, await readFile(path.join(context, name), "utf8")] as const)),
      ),
      ...(model && { model }),
    };
  }

  /** Reads the source map next to the context. Returns the hash of each source and the version of each package. */
  async #sources(context: string, bundle: string): Promise<Readonly<Record<string, string>>> {
    const map = await readFile(sourceMapFile(context, bundle), "utf8").catch(() => "{}");
    const { sources = [] } = JSON.parse(map) as { readonly sources?: readonly string[] };
    const hashes: Record<string, string> = {};
    for (const source of sources) {
      const installed = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(source)?.[1];
      const name = installed ?? source;
      hashes[name] ??= installed ? await this.#versionOf(installed) : await this.#hashOf(source);
    }
    return hashes;
  }

  async #versionOf(folder: string): Promise<string> {
    const text = await readFile(path.join(this.#root, folder, "package.json"), "utf8").catch(() => "{}");
    return String((JSON.parse(text) as { version?: unknown }).version ?? "unknown");
  }

  #hashOf(source: string): Promise<string> {
    return contentOf(path.join(this.#root, source)).then(
      ({ sha256 }) => sha256,
      () => "absent",
    );
  }
}

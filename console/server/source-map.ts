import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import path from "node:path";
import { LRUCache } from "lru-cache";
import { bundleMessage } from "../../contract/call-line.ts";
import { sourceMapFile } from "../../contract/source-maps.ts";

/** Translates each position in a bundled handler, such as ".build/…/handler.mjs:12:3", into the TypeScript. */
export type MapStack = (text: string) => string;

/**
 * A position in a bundled handler of a staged image context, and one in an image on AWS. The first begins only where a
 * word begins: tried at each character of a long URL, it would take the square of the length.
 */
const staged =
  /(?<![^\s()"])(?:file:\/\/)?[^\s()"]*?(\.build[/\\]image[/\\]\w+[/\\][0-9a-f]+)[/\\]([^\s()":]+\.mjs):(\d+):(\d+)/g;
const deployed = /(?:file:\/\/)?\/var\/task\/([^\s()":\\]+\.mjs):(\d+):(\d+)/g;
/** A line in which a function names its bundle (functions/shared/bundle-line.ts), alone or within a JSON text. */
const named = new RegExp(
  String.raw`"message\\?":\\?"${bundleMessage}\\?"[^{}]*?"file\\?":\\?"([^"\\]+)\\?",\\?"sha256\\?":\\?"([0-9a-f]{64})`,
  "g",
);

/** Files whose maps, or whose lack of one, are remembered. Texts name any number of them: they contain users' URLs. */
const mostFiles = 500;

/** Whether a file named in a text is below the folder to which it is relative. */
const isBelow = (file: string): boolean => !file.split(/[/\\]/).includes("..");

/**
 * Reads the source maps of the staged contexts; a position without a map is unchanged. A position in an image on AWS is
 * translated if the text names the bundle and exactly this bundle was staged here.
 */
export function createStackMapper(root: string): MapStack {
  const maps = new LRUCache<string, { readonly map: SourceMap | undefined }>({ max: mostFiles });
  const bundles = new StagedBundles(root);
  const translated = (found: string, context: string, file: string, line: string, column: string): string => {
    if (!isBelow(file)) return found;
    const location = path.join(root, sourceMapFile(context, file));
    const known = maps.get(location) ?? { map: readMap(location) };
    maps.set(location, known);
    const entry = known.map?.findEntry(Number(line) - 1, Number(column) - 1);
    if (!entry || !("originalSource" in entry)) return found;
    return `${entry.originalSource}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
  };
  return (text) => {
    const local = text.replace(staged, (found, context: string, file: string, line: string, column: string) =>
      translated(found, context, file, line, column),
    );
    const hashes = new Map<string, Set<string>>();
    for (const [, file = "", hash = ""] of local.matchAll(named)) {
      hashes.set(file, (hashes.get(file) ?? new Set()).add(hash));
    }
    if (hashes.size === 0) return local;
    return local.replace(deployed, (found, file: string, line: string, column: string) => {
      // While two releases run, a text may name two bundles: then neither is certain.
      const [hash, ...others] = hashes.get(file) ?? [];
      const context = hash === undefined || others.length > 0 ? undefined : bundles.contextOf(file, hash);
      return context === undefined ? found : translated(found, context, file, line, column);
    });
  };
}

/** The bundles in the staged contexts, by their hashes. */
class StagedBundles {
  readonly #root: string;
  readonly #contexts = new LRUCache<string, { readonly context: string | undefined }>({ max: mostFiles });

  constructor(root: string) {
    this.#root = root;
  }

  /** The context, `.build/image/TARGET/HASH`, that contains the file with these contents. */
  contextOf(file: string, sha256: string): string | undefined {
    const key = `${file} ${sha256}`;
    const known = this.#contexts.get(key) ?? { context: isBelow(file) ? this.#find(file, sha256) : undefined };
    this.#contexts.set(key, known);
    return known.context;
  }

  #find(file: string, sha256: string): string | undefined {
    const images = path.join(this.#root, ".build/image");
    for (const target of foldersIn(images)) {
      for (const context of foldersIn(path.join(images, target))) {
        const location = path.join(images, target, context, file);
        if (existsSync(location) && hashOf(location) === sha256) return `.build/image/${target}/${context}`;
      }
    }
    return undefined;
  }
}

function foldersIn(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}

function hashOf(file: string): string {
  return createHash("sha256").update(readFileSync(file)).digest("hex");
}

function readMap(file: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(file, "utf8")) as SourceMapPayload);
  } catch {
    return undefined;
  }
}

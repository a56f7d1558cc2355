import { readFileSync } from "node:fs";
import { SourceMap, type SourceMapPayload } from "node:module";
import path from "node:path";
import { sourceMapFile } from "../contract/source-maps.ts";
import type { MapStack } from "./function-log.ts";

/** A position in a bundled handler of a staged image context. */
const position = /(?:file:\/\/)?[^\s()"]*?(\.build[/\\]image[/\\]\w+[/\\][0-9a-f]+)[/\\]([^\s()":]+\.mjs):(\d+):(\d+)/g;

/** Reads the source maps of the staged contexts; a position without a map is unchanged. */
export function createStackMapper(root: string): MapStack {
  const maps = new Map<string, SourceMap | undefined>();
  const mapOf = (file: string): SourceMap | undefined => {
    if (!maps.has(file)) maps.set(file, readMap(file));
    return maps.get(file);
  };
  return (text) =>
    text.replace(position, (found, context: string, file: string, line: string, column: string) => {
      const map = mapOf(path.join(root, sourceMapFile(context, file)));
      const entry = map?.findEntry(Number(line) - 1, Number(column) - 1);
      if (!entry || !("originalSource" in entry)) return found;
      return `${entry.originalSource}:${entry.originalLine + 1}:${entry.originalColumn + 1}`;
    });
}

function readMap(file: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(file, "utf8")) as SourceMapPayload);
  } catch {
    return undefined;
  }
}

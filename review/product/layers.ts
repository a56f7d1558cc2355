export interface Layer {
  /** The COPY instruction, with its stage. */
  readonly layer: string;
  readonly files: readonly string[];
}

/** The COPY instructions of a Dockerfile that copy the given files of the build context into the image. */
export function layersOf(dockerfile: string, files: readonly string[]): readonly Layer[] {
  const left = new Set(files);
  const layers: Layer[] = [];
  let stage = "";
  for (const line of dockerfile.split("\n")) {
    const [, name] = /^FROM\s+\S+\s+AS\s+(\S+)/i.exec(line) ?? [];
    if (name !== undefined) stage = name;
    const [, copied] = /^COPY\s+(?!--from)(.+)\s+\S+\s*$/.exec(line) ?? [];
    if (copied === undefined) continue;
    const sources = copied.split(/\s+/);
    const found = [...left].filter((file) => sources.some((source) => holds(source, file)));
    if (found.length === 0) continue;
    for (const file of found) left.delete(file);
    layers.push({ layer: `${stage}: COPY ${sources.join(" ")}`, files: found });
  }
  return left.size === 0 ? layers : [...layers, { layer: "no COPY of the Dockerfile", files: [...left] }];
}

/** A source is a file, a folder, or a pattern within one folder. */
function holds(source: string, file: string): boolean {
  const clean = source.replace(/^\.\//, "").replace(/\/$/, "");
  if (file === clean || file.startsWith(`${clean}/`)) return true;
  const pattern = clean
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll("*", "[^/]*")
    .replaceAll("?", "[^/]");
  return new RegExp(`^${pattern}$`).test(file);
}

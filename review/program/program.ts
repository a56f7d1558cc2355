import type { CapturedResource, Declared } from "#local-aws";

/** A file's content, wherever it lies. */
export interface FileContent {
  readonly sha256: string;
  readonly bytes: number;
}

/** What an image is built from. */
export interface ImageContents {
  /** Name of the resource. */
  readonly name: string;
  readonly target: string;
  /** By path in the build context. */
  readonly files: Readonly<Record<string, FileContent>>;
  /** The sources of each bundled file, by path in the checkout; a package counts as one source with its version. */
  readonly sources: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Texts that say what is installed, by path in the context: Dockerfile, package.json. */
  readonly texts: Readonly<Record<string, string>>;
  /** The model that the context carries. */
  readonly model?: ModelContents;
}

export interface ModelContents {
  readonly labels: readonly string[];
  /** The best predictions for each golden picture, best first. */
  readonly golden: readonly (readonly { readonly label: string; readonly probability: number }[])[];
  /** Forms that the folder has: "float32", "int8". */
  readonly precisions: readonly string[];
  /** SHA-256 over all files. */
  readonly version: string;
}

/** What one version of the program declares for one stack. */
export interface Program extends Omit<Declared, "project"> {
  readonly images: readonly ImageContents[];
  /** The API's OpenAPI document; absent where the checkout has none. */
  readonly api?: unknown;
}

export type { CapturedResource };

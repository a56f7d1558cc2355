import type { CapturedResource, Declared } from "#local-aws";

/** A file's content, regardless of its path. */
export interface FileContent {
  readonly sha256: string;
  readonly bytes: number;
}

/** The inputs from which an image is built. */
export interface ImageContents {
  /** Name of the image resource. */
  readonly name: string;
  readonly target: string;
  /** Files by path in the build context. */
  readonly files: Readonly<Record<string, FileContent>>;
  /** The sources of each bundled file, by path in the checkout. A package counts as one source, with its version. */
  readonly sources: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Text files that specify what is installed, by path in the context: Dockerfile, package.json. */
  readonly texts: Readonly<Record<string, string>>;
  /** The model in the context. */
  readonly model?: ModelContents;
}

export interface ModelContents {
  readonly labels: readonly string[];
  /** The best predictions for each golden picture, most probable first. */
  readonly golden: readonly (readonly { readonly label: string; readonly probability: number }[])[];
  /** Precisions for which the folder has a model: "float32", "int8". */
  readonly precisions: readonly string[];
  /** SHA-256 of all files together. */
  readonly version: string;
}

/** The declarations of one version of the program for one stack. */
export interface Program extends Omit<Declared, "project"> {
  readonly images: readonly ImageContents[];
  /** The API's OpenAPI document; absent if the checkout has none. */
  readonly api?: unknown;
}

export type { CapturedResource };

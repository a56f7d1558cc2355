/** The image underneath the functions' images: the stage `aws` of image/Dockerfile. */
export interface BaseImage {
  /** With its tag, without its digest. */
  readonly name: string;
  /** The digest of the tag's manifest or index when it was recorded; undefined if builds take whatever the tag names. */
  readonly digest: string | undefined;
}

const fromLine = /^FROM ([^\s@]+:[\w.-]+)(?:@(sha256:[0-9a-f]{64}))? AS aws$/m;

/** Reads the base from the Dockerfile. @throws Error if the Dockerfile has no such stage */
export function baseImageIn(dockerfile: string): BaseImage {
  const [, name, digest] = fromLine.exec(dockerfile) ?? [];
  if (name === undefined)
    throw new Error('image/Dockerfile has no line "FROM NAME:TAG AS aws" or "FROM NAME:TAG@sha256:… AS aws".');
  return { name, digest };
}

/** The Dockerfile with another base. */
export function withBaseImage(dockerfile: string, { name, digest }: BaseImage): string {
  return dockerfile.replace(fromLine, `FROM ${name}${digest === undefined ? "" : `@${digest}`} AS aws`);
}

/** The build arguments that become the labels of the images, in the names of the OCI image specification. */
export function baseImageArguments({ name, digest }: BaseImage): Readonly<Record<string, string>> {
  return { BASE_NAME: name, ...(digest !== undefined && { BASE_DIGEST: digest }) };
}

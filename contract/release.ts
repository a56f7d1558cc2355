import * as z from "zod";

/** Length of a release's id in hexadecimal digits. */
export const releaseIdLength = 12;

/** Id of a release: it depends on the definitions of its workflows and on the images of its functions alone. */
export const ReleaseId = z.string().regex(new RegExp(`^[0-9a-f]{${releaseIdLength}}$`));

const atEnd = new RegExp(`\\bRelease ([0-9a-f]{${releaseIdLength}})\\.$`);

/** The release that a definition names at the end of its Comment; undefined for any other definition. */
export function releaseIn(definition: string): string | undefined {
  const { Comment } = JSON.parse(definition) as { Comment?: unknown };
  return typeof Comment === "string" ? atEnd.exec(Comment)?.[1] : undefined;
}

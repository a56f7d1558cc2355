import * as z from "zod";

/** Length of a release's id in hexadecimal digits. */
export const releaseIdLength = 12;

/** Releases that are kept, the newest ones, besides those that have traffic or run. Step Functions keeps 1,000 versions. */
export const keptReleases = 50;

/** Names, in the stack output `stateMachineArns`, of the workflows that classify: the standard one and the synchronous one. */
export const classifyingWorkflows = { main: "deep-learning-workflow", now: "classify-now" } as const;

/** Id of a release. It depends only on the definitions of its workflows and the images of its functions. */
export const ReleaseId = z.string().regex(new RegExp(`^[0-9a-f]{${releaseIdLength}}$`));

const atEnd = new RegExp(`\\bRelease ([0-9a-f]{${releaseIdLength}})\\.$`);

/** The release at the end of a definition's Comment; undefined if there is none. */
export function releaseIn(definition: string): string | undefined {
  const { Comment } = JSON.parse(definition) as { Comment?: unknown };
  return typeof Comment === "string" ? atEnd.exec(Comment)?.[1] : undefined;
}

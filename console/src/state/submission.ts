import type { HttpApi } from "../service/http-api.ts";
import { type Problem, ProblemError, problemOf } from "../service/problem.ts";
import type { Thumbnails } from "../service/thumbnails.ts";
import { uploadPhoto } from "../service/upload.ts";

/** Concurrent uploads; more would only share the same bandwidth. */
const uploadsAtOnce = 6;

export interface Given {
  readonly files: readonly File[];
  readonly references: readonly string[];
}

/**
 * The result of a submission: the execution that was started, and the problems of the photos that could not be
 * uploaded.
 */
export interface Submitted {
  readonly executionId?: string;
  readonly problems: readonly Problem[];
}

export interface SubmissionServices {
  readonly api: Pick<HttpApi, "classify" | "upload">;
  readonly thumbnails: Pick<Thumbnails, "keep">;
}

/**
 * Uploads photos and starts one execution for the photos and the references. A refused photo does not affect the
 * others.
 */
export async function submit(
  { files, references }: Given,
  { api, thumbnails }: SubmissionServices,
  progress: (sentence: string) => void,
): Promise<Submitted> {
  const problems: Problem[] = [];
  const uploaded: (string | undefined)[] = [];
  let next = 0;
  let done = 0;

  async function work(): Promise<void> {
    for (let at = next++; at < files.length; at = next++) {
      const file = files[at] as File;
      try {
        const image = await uploadPhoto(api, file);
        thumbnails.keep(image, file);
        uploaded[at] = image;
      } catch (error) {
        problems.push(problemOf(error));
      }
      done += 1;
      progress(`Uploaded ${done} of ${files.length}`);
    }
  }

  if (files.length > 0) progress(`Uploading ${files.length === 1 ? "one photo" : `${files.length} photos`}`);
  await Promise.all(Array.from({ length: Math.min(uploadsAtOnce, files.length) }, work));
  const images = [...uploaded.filter((image) => image !== undefined), ...references];
  if (images.length === 0) return { problems };
  try {
    progress("Starting");
    const { executionId } = await api.classify(images);
    return { executionId, problems };
  } catch (error) {
    return { problems: [...problems, problemOf(error)] };
  }
}

export function nothingGiven(): Problem {
  const { code, message } = new ProblemError("InvalidRequest", "Drop a photo or type an image URL first.");
  return { code, message };
}

/** Errors that end an execution before the first image is classified. A Catch can match each by its name. */

/** More images than one execution accepts. */
export class TooManyImages extends Error {
  override readonly name = "TooManyImages";
  constructor(why: string) {
    super(`${why}: start several executions.`);
  }
}

/** No image of the execution to retry failed for a transient reason. */
export class NothingToRetry extends Error {
  override readonly name = "NothingToRetry";
  constructor(executionId: string) {
    super(
      `No image of the execution "${executionId}" failed for a reason that may have passed: there is nothing to retry.`,
    );
  }
}

/** The prefix or the manifest of a request is where this stack may not read. */
export class BucketNotAllowed extends Error {
  override readonly name = "BucketNotAllowed";
}

/** No object below the prefix of a request is an image. */
export class PrefixEmpty extends Error {
  override readonly name = "PrefixEmpty";
}

/** S3 does not list the prefix of a request. */
export class PrefixUnreadable extends Error {
  override readonly name = "PrefixUnreadable";
}

/** The manifest of a request is missing, or is not a list of images. */
export class ManifestUnreadable extends Error {
  override readonly name = "ManifestUnreadable";
}

/** The manifest of a request was replaced while it was read. */
export class ManifestChanged extends Error {
  override readonly name = "ManifestChanged";
}

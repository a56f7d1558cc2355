import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import { keptReleases } from "../../contract/release.ts";
import { type BaseImage, baseImageArguments } from "../../image/base-image.ts";
import type { ImageContext, ImageTarget } from "../../image/context.ts";
import { pullByLambda } from "../policies.ts";

export interface ImagesArgs {
  /**
   * Staged contexts, one per Dockerfile target (`stageContext`), or the URIs of images that are pushed already. The
   * repository is declared either way: functions, published versions and rollbacks keep using its images.
   */
  source:
    | { readonly contexts: Readonly<Record<ImageTarget, ImageContext>>; readonly base: BaseImage }
    | { readonly uris: Readonly<Record<ImageTarget, string>> };
  /** Pattern of the functions that are made from the images. */
  functionArns: pulumi.Input<string>;
  /** Whether the image of `classify` contains the model or fetches it. @default image */
  modelSource?: "image" | "bucket";
  /** Architecture of the processors that the functions run on. */
  architecture: keyof typeof platforms;
  /** @default true: a repository with images is not deleted. */
  removalProtection?: boolean;
}

/**
 * Images kept per tag prefix. The newest releases are kept, and the one with traffic, however old it is: an image is safe
 * as long as fewer than these were pushed after it, also by updates that failed and releases that were refused. ECR counts
 * images and knows no releases, so the number is far above that of kept releases; layers that images share are stored once.
 */
const keptImages = 20 * keptReleases;

/** Tag prefix per stage of image/Dockerfile. None begins with another one: ECR counts a lifecycle rule by prefix. */
const tagPrefixes = { light: "light-", classify: "classify-", "classify-bucket": "bucket-classify-" } as const;

/** What BuildKit calls Lambda's architectures. */
const platforms = { x86_64: "linux/amd64", arm64: "linux/arm64" } as const;

/** What is built of a context. */
interface Variant {
  readonly stage: keyof typeof tagPrefixes;
  readonly architecture: keyof typeof platforms;
  readonly base: BaseImage;
}

/** The repository and the container images of the functions, one per Dockerfile target (image/Dockerfile). */
export class Images extends pulumi.ComponentResource {
  readonly repository: awsx.ecr.Repository;
  /** Image URIs by digest. */
  readonly uris: Readonly<Record<ImageTarget, pulumi.Input<string>>>;

  constructor(name: string, args: ImagesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dlw:infra:Images", name, {}, opts);
    this.repository = this.#createRepository(name, args);
    const policy = this.#createRepositoryPolicy(name, args);
    this.uris = "uris" in args.source ? args.source.uris : this.#createImages(name, args, args.source, policy);
    this.registerOutputs({ repository: this.repository, uris: this.uris });
  }

  /**
   * Only the count within one stage expires images: a count over all would let many new `light` images push out the
   * `classify` image in use. Untagged ones stay: a function may pin the digest of a tag that moved.
   */
  #createRepository(name: string, { removalProtection = true }: ImagesArgs): awsx.ecr.Repository {
    return new awsx.ecr.Repository(
      `${name}-repository`,
      {
        forceDelete: !removalProtection,
        imageTagMutability: "MUTABLE",
        imageScanningConfiguration: { scanOnPush: true },
        lifecyclePolicy: {
          rules: Object.entries(tagPrefixes).map(([stage, prefix]) => ({
            description: `The newest ${keptImages} of stage ${stage}`,
            tagStatus: "tagged",
            tagPrefixList: [prefix],
            maximumNumberOfImages: keptImages,
          })),
        },
      },
      { parent: this },
    );
  }

  #createRepositoryPolicy(name: string, args: ImagesArgs): aws.ecr.RepositoryPolicy {
    return new aws.ecr.RepositoryPolicy(
      `${name}-pull`,
      {
        repository: this.repository.repository.apply((repository) => repository.name),
        policy: pulumi.output(args.functionArns).apply((arns) => JSON.stringify(pullByLambda(arns))),
      },
      { parent: this },
    );
  }

  #createImages(
    name: string,
    args: ImagesArgs,
    { contexts: { light, classify }, base }: Extract<ImagesArgs["source"], { readonly contexts: unknown }>,
    policy: aws.ecr.RepositoryPolicy,
  ): Images["uris"] {
    const { architecture, modelSource } = args;
    const stage = modelSource === "bucket" ? "classify-bucket" : "classify";
    return {
      light: this.#createImage(name, light, { stage: "light", architecture, base }, policy),
      classify: this.#createImage(name, classify, { stage, architecture, base }, policy),
    };
  }

  /**
   * Embedded BuildKit adds no provenance, which Lambda would refuse. `retainOnDelete` reaches the build inside the
   * component: a new tag replaces that resource, whose deletion would remove the former image by its digest, even one
   * that is in use.
   */
  #createImage(
    name: string,
    context: ImageContext,
    { stage, architecture, base }: Variant,
    policy: aws.ecr.RepositoryPolicy,
  ): pulumi.Output<string> {
    const image = new awsx.ecr.Image(
      `${name}-${context.target}`,
      {
        repositoryUrl: this.repository.url,
        context: context.folder,
        dockerfile: `${context.folder}/Dockerfile`,
        target: stage,
        platform: platforms[architecture],
        args: { ...baseImageArguments(base) },
        // Images of one context for two architectures are two images.
        imageTag: `${tagPrefixes[stage]}${context.hash}${architecture === "arm64" ? "-arm64" : ""}`,
      },
      { parent: this, dependsOn: [policy], retainOnDelete: true },
    );
    return image.imageUri;
  }
}

import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";
import type { ImageContext, ImageTarget } from "../image/context.ts";
import { pullByLambda } from "./policies.ts";

export interface ImagesArgs {
  /** Staged contexts, one a Dockerfile target (`stageContext`). */
  contexts: Readonly<Record<ImageTarget, ImageContext>>;
  /** Pattern of the functions that are made from the images. */
  functionArns: pulumi.Input<string>;
  /** Whether the image of `classify` carries the model or fetches it. @default image */
  modelSource?: "image" | "bucket";
  /** @default true: a repository with images is not deleted. */
  removalProtection?: boolean;
}

/** Images kept of each target: far more than anybody rolls back by. */
const keptImages = 50;

/** The repository and the container images of the functions, one a Dockerfile target (image/Dockerfile). */
export class Images extends pulumi.ComponentResource {
  readonly repository: awsx.ecr.Repository;
  /** Image URIs by digest. */
  readonly uris: Readonly<Record<ImageTarget, pulumi.Output<string>>>;

  constructor(name: string, args: ImagesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("dlw:infra:Images", name, {}, opts);
    this.repository = this.createRepository(name, args);
    const policy = this.createRepositoryPolicy(name, args);
    const { light, classify } = args.contexts;
    const stage = args.modelSource === "bucket" ? "classify-bucket" : "classify";
    this.uris = {
      light: this.createImage(name, light, "light", policy),
      classify: this.createImage(name, classify, stage, policy),
    };
    this.registerOutputs({ repository: this.repository, uris: this.uris });
  }

  /**
   * Only the count within one target expires images: a count over all would let many new `light` images push out the
   * `classify` image in use. Untagged ones stay: a function may pin the digest of a tag that moved.
   */
  private createRepository(name: string, { removalProtection = true }: ImagesArgs): awsx.ecr.Repository {
    return new awsx.ecr.Repository(
      `${name}-repository`,
      {
        forceDelete: !removalProtection,
        imageTagMutability: "MUTABLE",
        imageScanningConfiguration: { scanOnPush: true },
        lifecyclePolicy: {
          rules: (["light", "classify"] as const).map((target) => ({
            description: `The newest ${keptImages} of target ${target}`,
            tagStatus: "tagged",
            tagPrefixList: [`${target}-`],
            maximumNumberOfImages: keptImages,
          })),
        },
      },
      { parent: this },
    );
  }

  private createRepositoryPolicy(name: string, args: ImagesArgs): aws.ecr.RepositoryPolicy {
    return new aws.ecr.RepositoryPolicy(
      `${name}-pull`,
      {
        repository: this.repository.repository.apply((repository) => repository.name),
        policy: pulumi.output(args.functionArns).apply((arns) => JSON.stringify(pullByLambda(arns))),
      },
      { parent: this },
    );
  }

  /** `stage` is the one of image/Dockerfile. Embedded BuildKit adds no provenance, which Lambda would refuse. */
  private createImage(
    name: string,
    context: ImageContext,
    stage: string,
    policy: aws.ecr.RepositoryPolicy,
  ): pulumi.Output<string> {
    const image = new awsx.ecr.Image(
      `${name}-${context.target}`,
      {
        repositoryUrl: this.repository.url,
        context: context.folder,
        dockerfile: `${context.folder}/Dockerfile`,
        target: stage,
        platform: "linux/amd64",
        imageTag: `${stage}-${context.hash}`,
      },
      { parent: this, dependsOn: [policy] },
    );
    return image.imageUri;
  }
}

import aws from "@pulumi/aws";
import docker from "@pulumi/docker-build";
import pulumi from "@pulumi/pulumi";
import { main } from "@pulumi/pulumi/provider/server.js";
import { z } from "zod";

/**
 * Replaces the awsx provider. Construct for the ECR components registers the same children as the real provider, so
 * that the engine plans, names and orders them.
 */
type Options = pulumi.ComponentResourceOptions;

/** The rules determine the number of children, so their values are already known here. */
const Lifecycle = z.object({
  skip: z.boolean().optional(),
  rules: z
    .array(
      z.object({
        description: z.string().optional(),
        tagStatus: z.enum(["any", "tagged", "untagged"]),
        tagPrefixList: z.array(z.string()).optional(),
        maximumNumberOfImages: z.number().optional(),
        maximumAgeLimit: z.number().optional(),
      }),
    )
    .default([{ description: "remove untagged images", tagStatus: "untagged", maximumNumberOfImages: 1 }]),
});

/** A rule for "any" must come last, because ECR requires it. */
function lifecycleDocument({ rules }: z.infer<typeof Lifecycle>): string {
  const ordered = [...rules].sort((a, b) => Number(a.tagStatus === "any") - Number(b.tagStatus === "any"));
  const documents = ordered.map((rule, index) => ({
    rulePriority: index + 1,
    description: rule.description,
    selection: {
      tagStatus: rule.tagStatus,
      tagPrefixList: rule.tagPrefixList,
      ...(rule.maximumNumberOfImages !== undefined
        ? { countType: "imageCountMoreThan", countNumber: rule.maximumNumberOfImages }
        : { countType: "sinceImagePushed", countNumber: rule.maximumAgeLimit, countUnit: "days" }),
    },
    action: { type: "expire" },
  }));
  return JSON.stringify({ rules: documents });
}

class Repository extends pulumi.ComponentResource {
  readonly repository: aws.ecr.Repository;
  readonly url: pulumi.Output<string>;
  readonly lifecyclePolicy?: aws.ecr.LifecyclePolicy;

  constructor(name: string, inputs: pulumi.Inputs, options: Options) {
    super("awsx:ecr:Repository", name, {}, options);
    const { lifecyclePolicy, ...rest } = inputs;
    const child = name.toLowerCase();
    this.repository = new aws.ecr.Repository(child, rest, { parent: this });
    this.url = this.repository.repositoryUrl;
    const lifecycle = Lifecycle.parse(lifecyclePolicy ?? {});
    if (lifecycle.skip !== true) {
      const policy = lifecycleDocument(lifecycle);
      this.lifecyclePolicy = new aws.ecr.LifecyclePolicy(child, { repository: this.repository.name, policy });
    }
    this.registerOutputs({ repository: this.repository, url: this.url, lifecyclePolicy: this.lifecyclePolicy });
  }
}

const ImageInputs = z.object({
  repositoryUrl: z.string(),
  registryId: z.string().optional(),
  imageName: z.string().optional(),
  imageTag: z.string().optional(),
  context: z.string().default("."),
  dockerfile: z.string().optional(),
  target: z.string().optional(),
  platform: z.string().optional(),
  args: z.record(z.string(), z.string()).optional(),
  cacheFrom: z.array(z.string()).optional(),
});

class Image extends pulumi.ComponentResource {
  readonly imageUri: pulumi.Output<string>;

  constructor(name: string, inputs: pulumi.Inputs, options: Options) {
    super("awsx:ecr:Image", name, {}, options);
    // As in the real component, the child is created only after the repository's address is known.
    this.imageUri = pulumi.output(inputs).apply((given) => this.#build(ImageInputs.parse(given)));
    this.registerOutputs({ imageUri: this.imageUri });
  }

  #build(inputs: z.infer<typeof ImageInputs>): pulumi.Output<string> {
    const tag = inputs.imageName ?? inputs.imageTag ?? "container";
    const reference = `${inputs.repositoryUrl}:${tag}`;
    const token = aws.ecr.getAuthorizationTokenOutput({}, { parent: this });
    const sources = inputs.cacheFrom ?? [reference];
    const image = new docker.Image(
      tag,
      {
        tags: [reference],
        ...(inputs.args && { buildArgs: inputs.args }),
        cacheFrom: sources.map((ref) => ({ registry: { ref } })),
        cacheTo: [{ inline: {} }],
        context: { location: inputs.context },
        dockerfile: { ...(inputs.dockerfile !== undefined && { location: inputs.dockerfile }) },
        platforms: inputs.platform === undefined ? [] : [inputs.platform as docker.Platform],
        ...(inputs.target !== undefined && { target: inputs.target }),
        push: true,
        registries: [{ address: inputs.repositoryUrl, username: token.userName, password: token.password }],
      },
      { parent: this },
    );
    return pulumi.interpolate`${inputs.repositoryUrl}@${image.digest}`;
  }
}

await main(
  {
    version: process.argv[3] ?? "",
    async construct(name, type, inputs, options) {
      if (type === "awsx:ecr:Repository") {
        const made = new Repository(name, inputs, options);
        return { urn: made.urn, state: { repository: made.repository, url: made.url } };
      }
      if (type === "awsx:ecr:Image") {
        const made = new Image(name, inputs, options);
        return { urn: made.urn, state: { imageUri: made.imageUri } };
      }
      throw new Error(`the program uses "${type}", which the test-only awsx provider does not construct`);
    },
  },
  process.argv.slice(4),
);

import {
  CreateRepositoryCommand,
  DeleteLifecyclePolicyCommand,
  DeleteRepositoryCommand,
  DeleteRepositoryPolicyCommand,
  DescribeRepositoriesCommand,
  type ImageTagMutability,
  PutImageScanningConfigurationCommand,
  PutImageTagMutabilityCommand,
  PutLifecyclePolicyCommand,
  SetRepositoryPolicyCommand,
} from "@aws-sdk/client-ecr";
import type { Handler, Properties } from "../handler.ts";
import { account, ecr, verifier } from "../moto.ts";
import { found, needed, shape } from "../values.ts";

const scanOf = (inputs: Properties) => ({
  scanOnPush: shape<{ scanOnPush: boolean }>(inputs, "imageScanningConfiguration")?.scanOnPush,
});

const repository: Handler = {
  verifier,
  autoName: "name",
  replaces: ["name", "encryptionConfigurations"],
  async create(inputs) {
    const name = needed(inputs, "name");
    const created = await ecr.send(
      new CreateRepositoryCommand({
        repositoryName: name,
        imageTagMutability: shape<ImageTagMutability>(inputs, "imageTagMutability"),
        imageScanningConfiguration: scanOf(inputs),
      }),
    );
    const { repositoryArn, repositoryUri } = created.repository ?? {};
    const outputs = { arn: repositoryArn, repositoryUrl: repositoryUri, registryId: account };
    return { id: name, outputs: { ...outputs, tagsAll: inputs["tags"] ?? {} } };
  },
  async update(id, inputs) {
    await ecr.send(
      new PutImageScanningConfigurationCommand({ repositoryName: id, imageScanningConfiguration: scanOf(inputs) }),
    );
    await ecr.send(
      new PutImageTagMutabilityCommand({
        repositoryName: id,
        imageTagMutability: shape<ImageTagMutability>(inputs, "imageTagMutability") ?? "MUTABLE",
      }),
    );
    return {};
  },
  exists: (id) => found(ecr.send(new DescribeRepositoriesCommand({ repositoryNames: [id] }))),
  async delete(id, state) {
    await ecr.send(new DeleteRepositoryCommand({ repositoryName: id, force: state["forceDelete"] === true }));
  },
};

/** A repository's policy. It is a single document that is replaced as a whole. */
function document(
  put: (repositoryName: string, policy: string) => Promise<unknown>,
  remove: (repositoryName: string) => Promise<unknown>,
): Handler {
  return {
    verifier,
    replaces: ["repository"],
    async create(inputs) {
      const name = needed(inputs, "repository");
      await put(name, policyOf(inputs));
      return { id: name, outputs: { registryId: account } };
    },
    async update(id, inputs) {
      await put(id, policyOf(inputs));
      return {};
    },
    async delete(id) {
      await remove(id);
    },
  };
}

function policyOf(inputs: Properties): string {
  const policy = inputs["policy"];
  return typeof policy === "string" ? policy : JSON.stringify(policy);
}

export const ecrHandlers: Readonly<Record<string, Handler>> = {
  "aws:ecr/repository:Repository": repository,
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": document(
    (repositoryName, lifecyclePolicyText) =>
      ecr.send(new PutLifecyclePolicyCommand({ repositoryName, lifecyclePolicyText })),
    (repositoryName) => ecr.send(new DeleteLifecyclePolicyCommand({ repositoryName })),
  ),
  "aws:ecr/repositoryPolicy:RepositoryPolicy": document(
    (repositoryName, policyText) => ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText })),
    (repositoryName) => ecr.send(new DeleteRepositoryPolicyCommand({ repositoryName })),
  ),
};

import { createHash } from "node:crypto";
import { accountId, arn, digits, physicalName, type Registration, required } from "../identity.ts";
import { type Providers, settingOf } from "./provider.ts";

/**
 * Components of awsx are remote: the program makes a single registration, and a provider computes the component's
 * outputs from its children.
 */
export const ecrProviders: Providers = {
  "awsx:ecr:Repository": (registration) => {
    const name = physicalName(registration);
    const url = `${accountId}.dkr.ecr.${registration.identity.region}.amazonaws.com/${name}`;
    const repository = { name, arn: arn("ecr", `repository/${name}`, registration.identity), repositoryUrl: url };
    return { id: digits(registration, 12), outputs: { url, repository } };
  },
  "awsx:ecr:Image": (registration) => {
    const digest = createHash("sha256").update(required(registration, "imageTag")).digest("hex");
    return { id: digits(registration, 12), outputs: { imageUri: `${repositoryOf(registration)}@sha256:${digest}` } };
  },
  "aws:ecr/repositoryPolicy:RepositoryPolicy": settingOf("repository"),
};

const repositoryOf = (registration: Registration): string => required(registration, "repositoryUrl");

import { accountId, digits, partition, physicalName, required } from "../identity.ts";
import type { Providers } from "./provider.ts";

export const iamProviders: Providers = {
  "aws:iam/role:Role": (registration) => {
    const name = physicalName(registration);
    const path = String(registration.inputs["path"] ?? "/");
    return { id: name, outputs: { name, path, arn: `arn:${partition}:iam::${accountId}:role${path}${name}` } };
  },
  "aws:iam/rolePolicy:RolePolicy": (registration) => {
    const name = physicalName(registration);
    return { id: `${required(registration, "role")}:${name}`, outputs: { name } };
  },
  "aws:iam/policy:Policy": (registration) => {
    const name = physicalName(registration);
    const arn = `arn:${partition}:iam::${accountId}:policy/${name}`;
    return { id: arn, outputs: { name, arn } };
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": (registration) => ({
    id: `${required(registration, "role")}-${digits(registration, 12)}`,
    outputs: {},
  }),
};

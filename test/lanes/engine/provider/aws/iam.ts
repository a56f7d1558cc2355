import {
  AttachRolePolicyCommand,
  CreateOpenIDConnectProviderCommand,
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  DeleteOpenIDConnectProviderCommand,
  DeletePolicyCommand,
  DeleteRoleCommand,
  DeleteRolePermissionsBoundaryCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  GetPolicyCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from "@aws-sdk/client-iam";
import type { Handler, Properties } from "../handler.ts";
import { iam, verifier } from "../moto.ts";
import { found, needed, shape, text, whole } from "../values.ts";

const role: Handler = {
  verifier,
  autoName: "name",
  replaces: ["name", "path"],
  async create(inputs) {
    const name = needed(inputs, "name");
    const { Role } = await iam.send(
      new CreateRoleCommand({
        RoleName: name,
        Path: text(inputs, "path"),
        AssumeRolePolicyDocument: needed(inputs, "assumeRolePolicy"),
        Description: text(inputs, "description"),
        MaxSessionDuration: whole(inputs, "maxSessionDuration"),
        PermissionsBoundary: text(inputs, "permissionsBoundary"),
      }),
    );
    return { id: name, outputs: { arn: Role?.Arn, uniqueId: Role?.RoleId, tagsAll: inputs["tags"] ?? {} } };
  },
  async update(id, inputs, state) {
    await iam.send(
      new UpdateAssumeRolePolicyCommand({ RoleName: id, PolicyDocument: needed(inputs, "assumeRolePolicy") }),
    );
    await iam.send(new UpdateRoleCommand({ RoleName: id, Description: text(inputs, "description") }));
    const PermissionsBoundary = text(inputs, "permissionsBoundary");
    if (PermissionsBoundary !== undefined) {
      await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName: id, PermissionsBoundary }));
    } else if (text(state, "permissionsBoundary") !== undefined) {
      await iam.send(new DeleteRolePermissionsBoundaryCommand({ RoleName: id }));
    }
    return {};
  },
  exists: (id) => found(iam.send(new GetRoleCommand({ RoleName: id }))),
  async delete(id) {
    await iam.send(new DeleteRoleCommand({ RoleName: id }));
  },
};

const names = (state: Properties) => ({ RoleName: needed(state, "role"), PolicyName: needed(state, "name") });
const rolePolicy: Handler = {
  verifier,
  autoName: "name",
  replaces: ["name", "role"],
  async create(inputs) {
    await iam.send(new PutRolePolicyCommand({ ...names(inputs), PolicyDocument: needed(inputs, "policy") }));
    return { id: `${needed(inputs, "role")}:${needed(inputs, "name")}`, outputs: {} };
  },
  async update(_id, inputs) {
    await iam.send(new PutRolePolicyCommand({ ...names(inputs), PolicyDocument: needed(inputs, "policy") }));
    return {};
  },
  exists: (_id, state) => found(iam.send(new GetRolePolicyCommand(names(state)))),
  async delete(_id, state) {
    await iam.send(new DeleteRolePolicyCommand(names(state)));
  },
};

const policy: Handler = {
  verifier,
  autoName: "name",
  replaces: ["name", "path", "description"],
  async create(inputs) {
    const PolicyName = needed(inputs, "name");
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName, PolicyDocument: needed(inputs, "policy") }),
    );
    return { id: Policy?.Arn ?? PolicyName, outputs: { arn: Policy?.Arn, tagsAll: inputs["tags"] ?? {} } };
  },
  async update(id, inputs) {
    const PolicyDocument = needed(inputs, "policy");
    await iam.send(new CreatePolicyVersionCommand({ PolicyArn: id, PolicyDocument, SetAsDefault: true }));
    return {};
  },
  exists: (id) => found(iam.send(new GetPolicyCommand({ PolicyArn: id }))),
  async delete(id) {
    await iam.send(new DeletePolicyCommand({ PolicyArn: id }));
  },
};

const attached = (state: Properties) => ({ RoleName: needed(state, "role"), PolicyArn: needed(state, "policyArn") });
const attachment: Handler = {
  verifier,
  async create(inputs) {
    await iam.send(new AttachRolePolicyCommand(attached(inputs)));
    return { id: `${needed(inputs, "role")}/${needed(inputs, "policyArn")}`, outputs: {} };
  },
  async delete(_id, state) {
    await iam.send(new DetachRolePolicyCommand(attached(state)));
  },
};

const openIdConnectProvider: Handler = {
  verifier,
  replaces: ["url"],
  async create(inputs) {
    const tags = Object.entries(shape<Readonly<Record<string, string>>>(inputs, "tags") ?? {});
    const { OpenIDConnectProviderArn: arn } = await iam.send(
      new CreateOpenIDConnectProviderCommand({
        Url: needed(inputs, "url"),
        ClientIDList: shape<string[]>(inputs, "clientIdLists"),
        // moto demands thumbprints, which AWS has not needed for this provider since 2024.
        ThumbprintList: ["0".repeat(40)],
        Tags: tags.map(([Key, Value]) => ({ Key, Value })),
      }),
    );
    return { id: arn ?? "", outputs: { arn, tagsAll: inputs["tags"] ?? {} } };
  },
  update: async () => ({}),
  async delete(id) {
    await iam.send(new DeleteOpenIDConnectProviderCommand({ OpenIDConnectProviderArn: id }));
  },
};

export const iamHandlers: Readonly<Record<string, Handler>> = {
  "aws:iam/openIdConnectProvider:OpenIdConnectProvider": openIdConnectProvider,
  "aws:iam/role:Role": role,
  "aws:iam/rolePolicy:RolePolicy": rolePolicy,
  "aws:iam/policy:Policy": policy,
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": attachment,
};

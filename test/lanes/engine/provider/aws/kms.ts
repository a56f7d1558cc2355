import {
  CreateAliasCommand,
  CreateKeyCommand,
  DeleteAliasCommand,
  DescribeKeyCommand,
  EnableKeyRotationCommand,
  ScheduleKeyDeletionCommand,
} from "@aws-sdk/client-kms";
import type { Handler } from "../handler.ts";
import { kms, verifier } from "../moto.ts";
import { found, needed, text, whole } from "../values.ts";

const key: Handler = {
  verifier,
  replaces: [],
  async create(inputs) {
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({ Description: text(inputs, "description") }));
    const id = KeyMetadata?.KeyId ?? "";
    if (inputs["enableKeyRotation"] === true) await kms.send(new EnableKeyRotationCommand({ KeyId: id }));
    return { id, outputs: { arn: KeyMetadata?.Arn, keyId: id, tagsAll: inputs["tags"] ?? {} } };
  },
  update: async () => ({}),
  exists: (id) => found(kms.send(new DescribeKeyCommand({ KeyId: id }))),
  async delete(id, state) {
    const PendingWindowInDays = whole(state, "deletionWindowInDays");
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: id, PendingWindowInDays }));
  },
};

const alias: Handler = {
  verifier,
  autoName: "name",
  async create(inputs) {
    const name = needed(inputs, "name");
    await kms.send(new CreateAliasCommand({ AliasName: name, TargetKeyId: needed(inputs, "targetKeyId") }));
    return { id: name, outputs: { arn: name, targetKeyArn: needed(inputs, "targetKeyId") } };
  },
  async delete(id) {
    await kms.send(new DeleteAliasCommand({ AliasName: id }));
  },
};

export const kmsHandlers: Readonly<Record<string, Handler>> = {
  "aws:kms/alias:Alias": alias,
  "aws:kms/key:Key": key,
};

import { isDeepStrictEqual } from "node:util";
import {
  AddPermissionCommand,
  type Architecture,
  CreateAliasCommand,
  CreateFunctionCommand,
  DeleteAliasCommand,
  DeleteFunctionCommand,
  DeleteProvisionedConcurrencyConfigCommand,
  type Environment,
  GetAliasCommand,
  GetFunctionCommand,
  GetProvisionedConcurrencyConfigCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutProvisionedConcurrencyConfigCommand,
  RemovePermissionCommand,
  type TracingMode,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import type { Handler, Properties } from "../handler.ts";
import { lambda, region, verifier, wholeLambda } from "../moto.ts";
import { found, needed, pascal, shape, text, whole } from "../values.ts";

function configurationOf(inputs: Properties) {
  const image = shape<{ commands?: string[]; entryPoints?: string[] }>(inputs, "imageConfig");
  const variables = shape<{ variables?: Record<string, string> }>(inputs, "environment")?.variables;
  const tracing = shape<{ mode: TracingMode }>(inputs, "tracingConfig");
  const storage = shape<{ size: number }>(inputs, "ephemeralStorage");
  const logging = shape<object>(inputs, "loggingConfig");
  return {
    FunctionName: needed(inputs, "name"),
    Role: needed(inputs, "role"),
    Description: text(inputs, "description"),
    MemorySize: whole(inputs, "memorySize"),
    Timeout: whole(inputs, "timeout"),
    ...(variables && { Environment: { Variables: variables } satisfies Environment }),
    ...(tracing && { TracingConfig: { Mode: tracing.mode } }),
    ...(storage && { EphemeralStorage: { Size: storage.size } }),
    ...(logging && { LoggingConfig: pascal<object>(logging) }),
    ...(image && { ImageConfig: { Command: image.commands, EntryPoint: image.entryPoints } }),
  };
}

function computed(arn: string, version: string): Properties {
  const uri = (name: string) => `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${name}/invocations`;
  return {
    arn,
    version,
    invokeArn: uri(arn),
    qualifiedArn: `${arn}:${version}`,
    qualifiedInvokeArn: uri(`${arn}:${version}`),
    lastModified: new Date().toISOString(),
  };
}

const lambdaFunction: Handler = {
  verifier,
  autoName: "name",
  replaces: ["name", "packageType"],
  volatile: ["version", "qualifiedArn", "qualifiedInvokeArn", "lastModified"],
  async create(inputs) {
    const created = await lambda.send(
      new CreateFunctionCommand({
        ...configurationOf(inputs),
        PackageType: "Image",
        Architectures: shape<Architecture[]>(inputs, "architectures"),
        Code: { ImageUri: needed(inputs, "imageUri") },
        Publish: inputs["publish"] === true,
      }),
    );
    await setConcurrency(inputs);
    const arn = unqualified(created.FunctionArn ?? "");
    return {
      id: needed(inputs, "name"),
      outputs: { ...computed(arn, created.Version ?? ""), tagsAll: inputs["tags"] ?? {} },
    };
  },
  async update(id, inputs, state) {
    const differs = (...keys: string[]) => keys.some((key) => !isDeepStrictEqual(inputs[key], state[key]));
    await lambda.send(new UpdateFunctionConfigurationCommand(configurationOf(inputs)));
    if (differs("imageUri", "architectures")) {
      await lambda.send(
        new UpdateFunctionCodeCommand({
          FunctionName: id,
          ImageUri: needed(inputs, "imageUri"),
          Architectures: shape<Architecture[]>(inputs, "architectures"),
        }),
      );
    }
    if (differs("reservedConcurrentExecutions")) await setConcurrency(inputs);
    const arn = needed(state, "arn");
    if (inputs["publish"] !== true) return computed(arn, needed(state, "version"));
    const { Version } = await lambda.send(new PublishVersionCommand({ FunctionName: id }));
    return computed(arn, Version ?? needed(state, "version"));
  },
  exists: (id) => found(lambda.send(new GetFunctionCommand({ FunctionName: id }))),
  async delete(id) {
    await lambda.send(new DeleteFunctionCommand({ FunctionName: id }));
  },
};

const unqualified = (arn: string): string => arn.split(":").slice(0, 7).join(":");

async function setConcurrency(inputs: Properties): Promise<void> {
  const reserved = whole(inputs, "reservedConcurrentExecutions") ?? -1;
  if (reserved < 0) return;
  await lambda.send(
    new PutFunctionConcurrencyCommand({
      FunctionName: needed(inputs, "name"),
      ReservedConcurrentExecutions: reserved,
    }),
  );
}

const aliasOf = (state: Properties) => ({
  FunctionName: needed(state, "functionName"),
  Name: needed(state, "name"),
  FunctionVersion: needed(state, "functionVersion"),
});
const alias: Handler = {
  verifier,
  autoName: "name",
  replaces: ["name", "functionName"],
  async create(inputs) {
    const { AliasArn } = await lambda.send(new CreateAliasCommand(aliasOf(inputs)));
    const uri = `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${AliasArn}/invocations`;
    return { id: AliasArn ?? "", outputs: { arn: AliasArn, invokeArn: uri } };
  },
  async update(_id, inputs) {
    await lambda.send(new UpdateAliasCommand(aliasOf(inputs)));
    return {};
  },
  exists: (_id, state) => found(lambda.send(new GetAliasCommand(aliasOf(state)))),
  async delete(_id, state) {
    await lambda.send(new DeleteAliasCommand(aliasOf(state)));
  },
};

const permission: Handler = {
  verifier,
  autoName: "statementId",
  async create(inputs) {
    await lambda.send(
      new AddPermissionCommand({
        FunctionName: needed(inputs, "function"),
        StatementId: needed(inputs, "statementId"),
        Action: needed(inputs, "action"),
        Principal: needed(inputs, "principal"),
        SourceArn: text(inputs, "sourceArn"),
        SourceAccount: text(inputs, "sourceAccount"),
        Qualifier: text(inputs, "qualifier"),
      }),
    );
    return { id: needed(inputs, "statementId"), outputs: {} };
  },
  async delete(id, state) {
    await lambda.send(
      new RemovePermissionCommand({
        FunctionName: needed(state, "function"),
        StatementId: id,
        Qualifier: text(state, "qualifier"),
      }),
    );
  },
};

const warmSandboxes: Handler = {
  verifier: "API Reference",
  replaces: ["functionName", "qualifier"],
  async create(inputs) {
    const [FunctionName, Qualifier] = [needed(inputs, "functionName"), needed(inputs, "qualifier")];
    await putWarmSandboxes(inputs);
    return { id: `${FunctionName},${Qualifier}`, outputs: {} };
  },
  async update(_id, inputs) {
    await putWarmSandboxes(inputs);
    return {};
  },
  exists: (_id, state) =>
    found(
      wholeLambda.send(
        new GetProvisionedConcurrencyConfigCommand({
          FunctionName: needed(state, "functionName"),
          Qualifier: needed(state, "qualifier"),
        }),
      ),
    ),
  async delete(_id, state) {
    await wholeLambda.send(
      new DeleteProvisionedConcurrencyConfigCommand({
        FunctionName: needed(state, "functionName"),
        Qualifier: needed(state, "qualifier"),
      }),
    );
  },
};

async function putWarmSandboxes(inputs: Properties): Promise<void> {
  await wholeLambda.send(
    new PutProvisionedConcurrencyConfigCommand({
      FunctionName: needed(inputs, "functionName"),
      Qualifier: needed(inputs, "qualifier"),
      ProvisionedConcurrentExecutions: whole(inputs, "provisionedConcurrentExecutions"),
    }),
  );
}

export const lambdaHandlers: Readonly<Record<string, Handler>> = {
  "aws:lambda/function:Function": lambdaFunction,
  "aws:lambda/alias:Alias": alias,
  "aws:lambda/permission:Permission": permission,
  "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": warmSandboxes,
};

import { appendFileSync } from "node:fs";
import grpc from "@grpc/grpc-js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import providerService from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import type * as messages from "@pulumi/pulumi/proto/provider_pb.js";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import empty from "google-protobuf/google/protobuf/empty_pb.js";
import struct, { type Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import { serve } from "../host/serve.ts";
import { check } from "./check.ts";
import { declaredOf } from "./declared.ts";
import { differenceOf, promised } from "./difference.ts";
import { type Found, type Handler, type Properties, unknownValue } from "./handler.ts";
import { handlerOf } from "./handlers.ts";
import { answerInvoke } from "./invoke.ts";
import { liveOf } from "./live/live.ts";

/**
 * A resource provider for the engine. The SDK defines the properties of each type; `handlers.ts` defines how their
 * values are verified. The arguments are the provider's name, its version and the engine's address.
 */
const [, , , version = ""] = process.argv;

/** Writes one line per operation, for the lane's table of verifiers. */
function note(type: string, operation: string, urn: string): void {
  const journal = process.env["LANE_JOURNAL"];
  if (journal)
    appendFileSync(journal, `${JSON.stringify({ type, operation, urn, verifier: handlerOf(type).verifier })}\n`);
}

const typeOf = (urn: string): string => urn.split("::")[2]?.split("$").at(-1) ?? "";
const read = (struct: Struct | undefined): Properties => struct?.toJavaScript() ?? {};
/** Converts through JSON to remove undefined values, which the protocol does not support. */
const write = (properties: Properties): Struct => struct.Struct.fromJavaScript(JSON.parse(JSON.stringify(properties)));

const methods = {
  attach: async () => new empty.Empty(),
  checkConfig: async (request: messages.CheckRequest) => {
    const response = new provider.CheckResponse();
    response.setInputs(request.getNews());
    return response;
  },
  diffConfig: async () => new provider.DiffResponse(),
  configure: async () => {
    const response = new provider.ConfigureResponse();
    response.setSupportspreview(true);
    return response;
  },
  getPluginInfo: async () => {
    const info = new plugin.PluginInfo();
    info.setVersion(version);
    return info;
  },
  invoke: async (request: messages.InvokeRequest) => {
    const response = new provider.InvokeResponse();
    response.setReturn(write(await answerInvoke(request.getTok(), read(request.getArgs()))));
    return response;
  },
  check: async (request: messages.CheckRequest) => {
    const response = new provider.CheckResponse();
    const { inputs, failures } = check(
      typeOf(request.getUrn()),
      request.getUrn().split("::").at(-1) ?? "",
      read(request.getOlds()),
      read(request.getNews()),
      Buffer.from(request.getRandomseed_asU8()),
    );
    response.setInputs(write(inputs));
    for (const { property, reason } of failures) {
      const failure = new provider.CheckFailure();
      failure.setProperty(property);
      failure.setReason(reason);
      response.addFailures(failure);
    }
    return response;
  },
  diff: async (request: messages.DiffRequest) => {
    const response = new provider.DiffResponse();
    const { changed, replaces } = differenceOf(
      handlerOf(typeOf(request.getUrn())),
      read(request.getOldInputs()),
      read(request.getNews()),
    );
    const { DIFF_SOME, DIFF_NONE } = provider.DiffResponse.DiffChanges;
    response.setChanges(changed.length > 0 ? DIFF_SOME : DIFF_NONE);
    response.setDiffsList([...changed]);
    response.setReplacesList([...replaces]);
    // Two resources cannot have the same fixed name at the same time.
    response.setDeletebeforereplace(replaces.length > 0);
    return response;
  },
  create: async (request: messages.CreateRequest) => {
    const type = typeOf(request.getUrn());
    const inputs = read(request.getProperties());
    const response = new provider.CreateResponse();
    if (request.getPreview()) {
      response.setProperties(write(promised(declaredOf(type).outputs, inputs)));
      return response;
    }
    const { id, outputs } = await handlerOf(type).create(inputs);
    note(type, "create", request.getUrn());
    response.setId(id);
    // Like the real provider, which reads what it has created: AWS adds values that the program leaves to it.
    const live = await liveOf(type, id, { ...inputs, ...outputs });
    response.setProperties(write({ ...live, ...inputs, ...outputs }));
    return response;
  },
  update: async (request: messages.UpdateRequest) => {
    const type = typeOf(request.getUrn());
    const handler = handlerOf(type);
    const [inputs, state] = [read(request.getNews()), read(request.getOlds())];
    const response = new provider.UpdateResponse();
    if (request.getPreview()) {
      const unknown = Object.fromEntries((handler.volatile ?? []).map((key) => [key, unknownValue]));
      response.setProperties(write({ ...state, ...inputs, ...unknown }));
      return response;
    }
    const outputs = (await handler.update?.(request.getId(), inputs, state)) ?? {};
    note(type, "update", request.getUrn());
    const kept = Object.fromEntries([...declaredOf(type).outputs].map((key) => [key, state[key]]));
    const live = await liveOf(type, request.getId(), { ...inputs, ...outputs });
    response.setProperties(write({ ...kept, ...live, ...inputs, ...outputs }));
    return response;
  },
  read: async (request: messages.ReadRequest) => {
    const response = new provider.ReadResponse();
    const type = typeOf(request.getUrn());
    const found = await look(type, request.getId(), {
      inputs: read(request.getInputs()),
      state: read(request.getProperties()),
    });
    note(type, "read", request.getUrn());
    if (!found) return response;
    response.setId(request.getId());
    response.setProperties(write(found.state));
    response.setInputs(write(found.inputs));
    return response;
  },
  delete: async (request: messages.DeleteRequest) => {
    const type = typeOf(request.getUrn());
    await handlerOf(type).delete?.(request.getId(), read(request.getProperties()));
    note(type, "delete", request.getUrn());
    return new empty.Empty();
  },
  cancel: async () => new empty.Empty(),
};

async function look(type: string, id: string, known: Found): Promise<Found | undefined> {
  const handler = handlerOf(type);
  const found = handler.read
    ? await handler.read(id, known)
    : (await exists(handler, id, known.state))
      ? known
      : undefined;
  const live = found && (await liveOf(type, id, found.state));
  if (!found || !live) return undefined;
  return { inputs: { ...found.inputs, ...only(live, found.inputs) }, state: { ...found.state, ...live } };
}

const exists = async (handler: Handler, id: string, state: Properties): Promise<boolean> =>
  (await handler.exists?.(id, state)) ?? true;

/** Those properties that the program sets: the real provider reads no others into the inputs. */
const only = (live: Properties, inputs: Properties): Properties =>
  Object.fromEntries(Object.entries(live).filter(([key]) => key in inputs));

/** Adapts an async method to gRPC's callback style. An error of the verifier becomes the error of the resource. */
function unary<Request, Response>(
  method: (request: Request) => Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    method(call.request).then(
      (response) => callback(null, response),
      (error: unknown) => {
        const details = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
        callback({ code: grpc.status.UNKNOWN, details });
      },
    );
  };
}

const implementation = Object.fromEntries(
  Object.entries(methods).map(([name, method]) => [name, unary(method as (request: unknown) => Promise<unknown>)]),
);
await serve(providerService.ResourceProviderService, implementation);

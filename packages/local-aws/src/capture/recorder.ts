import * as pulumi from "@pulumi/pulumi";
import type { CapturedResource } from "../graph.ts";
import type { Identity } from "./identity.ts";
import { answerInvoke } from "./invokes.ts";
import { plain, secretPaths } from "./plain.ts";
import { type OptionsMessage, optionsOf } from "./resource-options.ts";
import { createResource } from "./resources.ts";
import type { Unknowns } from "./unknowns.ts";

type Properties = Readonly<Record<string, unknown>>;
interface Struct {
  toJavaScript(): unknown;
}
/** The parts of the resource monitor's protocol that the recorder reads. */
interface Request extends OptionsMessage {
  getType(): string;
  getName(): string;
  getParent(): string;
  getCustom(): boolean;
  getObject(): Struct | undefined;
}
interface Response {
  getUrn(): string;
  getId(): string;
  getObject(): Struct | undefined;
}
type Register = (request: Request, callback: (error: unknown, response?: Response) => void) => unknown;

export interface RecordOptions {
  /**
   * Whether to behave like a first preview, in which the values that a provider would compute are unknown.
   * @default false
   */
  readonly preview?: boolean;
  /** Collects unknown resource types and functions. If undefined, they are errors. */
  readonly unknowns?: Unknowns;
  /** Gets the error of every resource that cannot be created. The program notices only if it waits for the resource. */
  readonly onFailure?: (error: unknown) => void;
}

/** Replaces the engine with mocks; returns the list to which every registration is added. */
export async function record(
  identity: Identity,
  { preview = false, unknowns, onFailure = () => {} }: RecordOptions = {},
): Promise<readonly CapturedResource[]> {
  await pulumi.runtime.setMocks(
    {
      call: ({ token, inputs }) =>
        unknowns?.isFunction(token) ? unknowns.call(token, inputs) : answerInvoke(token, identity, inputs),
      newResource: ({ type, name, inputs, custom }) => {
        if (custom === false && !type.startsWith("awsx:")) return { id: undefined, state: {} };
        if (preview) return { id: undefined, state: {} };
        const registration = { type, name, inputs: plain(inputs) as Properties, identity };
        const { id, outputs } = unknowns?.isType(type) ? unknowns.create(registration) : createResource(registration);
        return { id, state: { ...inputs, ...outputs } };
      },
    },
    identity.project,
    identity.stack,
    preview,
  );
  const resources: CapturedResource[] = [];
  const monitor = pulumi.runtime.getMonitor() as unknown as { registerResource: Register };
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, callback) =>
    register(request, (error, response) => {
      if (response) resources.push(recordOf(request, response));
      else onFailure(error);
      callback(error, response);
    });
  return resources;
}

function recordOf(request: Request, response: Response): CapturedResource {
  const parent = request.getParent();
  const inputs = request.getObject()?.toJavaScript() ?? {};
  return {
    urn: response.getUrn(),
    type: request.getType(),
    name: request.getName(),
    custom: request.getCustom(),
    ...(parent !== "" && { parent }),
    inputs: plain(inputs) as Properties,
    outputs: { ...properties(response.getObject()), id: response.getId() },
    options: optionsOf(request),
    secretInputs: secretPaths(inputs),
  };
}

function properties(object: Struct | undefined): Properties {
  return object ? (plain(object.toJavaScript()) as Properties) : {};
}

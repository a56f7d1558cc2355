import * as pulumi from "@pulumi/pulumi";
import type { CapturedResource } from "#local-aws";
import { record } from "../../packages/local-aws/src/capture/recorder.ts";

/** The project, stack, region and API endpoint that tests simulate. */
export const identity = {
  project: "deep-learning-workflow",
  stack: "test",
  region: "eu-central-1",
  endpointBase: "https://api.test/v1",
};

export interface Options {
  /** The project's configuration, with keys without the project's prefix. */
  readonly config?: Readonly<Record<string, string>>;
  /** Simulates the first preview: values that a provider would compute are unknown. @default false */
  readonly preview?: boolean;
}

/**
 * Evaluates a part of the program under mocks and waits for every registration that it causes. Rejects if the mocks do
 * not know a type or an invoke, so that the test does not hang.
 */
export async function registrations(build: () => unknown, options: Options = {}): Promise<readonly CapturedResource[]> {
  const entries = Object.entries(options.config ?? {}).map(([key, value]) => [`${identity.project}:${key}`, value]);
  const failed: unknown[] = [];
  const note = (reason: unknown) => failed.push(reason);
  const resources = await record(identity, { preview: options.preview ?? false });
  pulumi.runtime.setAllConfig(Object.fromEntries(entries));
  process.on("unhandledRejection", note);
  try {
    await build();
    await pulumi.runtime.disconnect();
  } finally {
    process.off("unhandledRejection", note);
  }
  if (failed.length > 0) throw failed[0];
  return resources;
}

/** `type name` of each resource, sorted: the exact set of children. */
export function listOf(resources: readonly CapturedResource[]): readonly string[] {
  return resources.map(({ type, name }) => `${type.replace(/^.*:/, "")} ${name}`).sort();
}

/** The only resource of a type, given by the last part of the type. */
export function the(resources: readonly CapturedResource[], type: string): CapturedResource {
  const [found, ...more] = resources.filter((resource) => resource.type.endsWith(`:${type}`));
  if (!found || more.length > 0)
    throw new Error(`There are ${more.length + (found ? 1 : 0)} resources of type "${type}".`);
  return found;
}

/** The value of an output. Rejects if the output rejects. */
export function settled<T>(output: pulumi.Output<T>): Promise<T> {
  return (output as unknown as { promise(): Promise<T> }).promise();
}

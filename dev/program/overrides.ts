import { readdirSync } from "node:fs";
import { readStack, StackFileError } from "#local-aws";
import { suggestion } from "../../lib/suggestion.ts";
import { OperatorError } from "../operator-error.ts";
import type { StartOptions } from "../options.ts";

/** One configuration value that this run sets, and why. */
export interface Override {
  readonly key: string;
  readonly value: string;
  readonly reason: string;
  readonly secret?: true;
}

/** The default of `allowedImageHosts` in infra/configuration.ts: any public host. */
const everyPublicHost = ["*"];

/**
 * The configuration that this run adds to the stack's. All changes by `npm start` are made here, before the
 * program is evaluated.
 * @throws OperatorError if the stack's file cannot be used
 */
export function overridesOf(
  root: string,
  options: StartOptions & { readonly port: number },
  keptKey: () => string,
): {
  readonly project: string;
  readonly overrides: readonly Override[];
  /** The folder of the team's own model, as it is configured. */
  readonly modelDirectory: string | undefined;
} {
  const { project, values } = stackOf(root, options);
  const configured = (name: string): string | undefined => options.configuration[name] ?? values[`${project}:${name}`];
  const overrides: Override[] = Object.entries(options.configuration).map(([key, value]) => ({
    key,
    value,
    reason: "--config",
  }));
  const add = (override: Override): void => {
    const at = overrides.findIndex(({ key }) => key === override.key);
    if (at < 0) overrides.push(override);
    else overrides[at] = override;
  };
  const own = [`localhost:${options.port}`, `127.0.0.1:${options.port}`];
  add({
    key: "allowedImageHosts",
    value: JSON.stringify([...hostsOf(configured("allowedImageHosts")), ...own, ...options.allowedHosts]),
    reason: ["the sample photos of this server", ...(options.allowedHosts.length > 0 ? ["--allow-host"] : [])].join(
      ", ",
    ),
  });
  if ((configured("authentication") ?? "apiKey") === "apiKey") {
    const chosen = options.apiKey ?? options.configuration["apiKey"];
    const reason = chosen === undefined ? "kept in the data folder" : "given for this run";
    add({ key: "apiKey", value: chosen ?? keptKey(), reason, secret: true });
  } else if (options.apiKey !== undefined) {
    throw new OperatorError(`--api-key has no effect: stack "${options.stack}" does not use API keys.`);
  }
  return { project, overrides, modelDirectory: configured("modelDirectory") };
}

function stackOf(root: string, { stack }: StartOptions) {
  const stacks = readdirSync(root).flatMap((name) => /^Pulumi\.(.+)\.yaml$/.exec(name)?.[1] ?? []);
  if (!stacks.includes(stack)) {
    throw new OperatorError(
      `There is no stack "${stack}" (no file Pulumi.${stack}.yaml).${suggestion(stack, stacks)} There are: ${stacks.join(", ")}.`,
    );
  }
  try {
    return readStack(root, stack, {});
  } catch (error) {
    if (!(error instanceof StackFileError)) throw error;
    throw new OperatorError(error.message, { cause: error });
  }
}

function hostsOf(text: string | undefined): readonly string[] {
  if (text === undefined) return everyPublicHost;
  try {
    const value: unknown = JSON.parse(text);
    if (Array.isArray(value)) return value.map(String);
  } catch {
    // The program reports what is wrong with the value.
  }
  return [text];
}

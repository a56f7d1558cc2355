import { specialAssetSig, specialResourceSig, specialSecretSig, specialSigKey } from "@pulumi/pulumi/runtime/rpc.js";

/**
 * Converts property values of the engine's protocol to plain JSON: secrets are unwrapped, assets become `{file}` or
 * `{content}`, and references to other resources become their ids.
 */
export function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const { [specialSigKey]: signature, ...properties } = value as Readonly<Record<string, unknown>>;
  switch (signature) {
    case undefined:
      return Object.fromEntries(Object.entries(properties).map(([key, each]) => [key, plain(each)]));
    case specialSecretSig:
      return plain(properties["value"]);
    case specialAssetSig:
      return properties["path"] !== undefined ? { file: properties["path"] } : { content: properties["text"] };
    case specialResourceSig:
      return properties["id"] ?? properties["urn"];
    default:
      throw new TypeError(`A property of kind "${signature}" cannot be captured.`);
  }
}

/**
 * Lists the dotted paths of secrets in property values of the engine's protocol. Nothing inside a secret is listed
 * separately.
 */
export function secretPaths(value: unknown, path = ""): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  if ((value as Readonly<Record<string, unknown>>)[specialSigKey] === specialSecretSig) return [path];
  return Object.entries(value).flatMap(([key, each]) => secretPaths(each, path === "" ? key : `${path}.${key}`));
}

import { specialAssetSig, specialResourceSig, specialSecretSig, specialSigKey } from "@pulumi/pulumi/runtime/rpc.js";

/**
 * Property values of the engine's protocol as plain JSON: secrets opened, assets as `{file}` or `{content}`, references to
 * other resources as their id.
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

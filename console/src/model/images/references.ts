import { apiLimits } from "../../../../contract/limits.ts";

/** The references in a text: one per line, or a JSON list as the API takes it. */
export interface References {
  readonly images: readonly string[];
  /** Why the references cannot be sent. */
  readonly problem?: string;
}

/** Reads the references that were typed or pasted. Whether a reference can be fetched is decided by the service. */
export function readReferences(text: string): References {
  const trimmed = text.trim();
  const images = listIn(trimmed) ?? trimmed.split(/\s*\n\s*|\s+(?=(?:https?|s3):\/\/)/).filter((line) => line !== "");
  const long = images.findIndex(({ length }) => length > apiLimits.imageReferenceLength);
  if (long === -1) return { images };
  const length = images[long]?.length ?? 0;
  const problem = `URL ${long + 1} has ${length} characters; ${apiLimits.imageReferenceLength} are allowed.`;
  return { images, problem };
}

function listIn(text: string): readonly string[] | undefined {
  if (!text.startsWith("[")) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((each) => typeof each === "string") ? value : undefined;
  } catch {
    return undefined;
  }
}

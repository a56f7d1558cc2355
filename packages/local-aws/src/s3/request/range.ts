import { AwsError } from "../../service.ts";

/** A range of an object: the positions of the first and last byte, both inclusive. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Reads a Range header (RFC 9110, section 14.1.2). Returns undefined if the header is absent, names several ranges or
 * is malformed; S3 then returns the whole object.
 * @throws AwsError "InvalidRange" (416)
 */
export function parseRange(header: string | null, size: number): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? "");
  if (!match) return undefined;
  const [from, to] = [match[1] ?? "", match[2] ?? ""];
  if (from === "" && to === "") return undefined;
  if (from === "") {
    const length = Math.min(Number(to), size);
    if (length === 0) throw unsatisfiable(header, size);
    return { first: size - length, last: size - 1 };
  }
  const first = Number(from);
  const last = to === "" ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== "" && Number(to) < first) return undefined;
  if (first >= size) throw unsatisfiable(header, size);
  return { first, last };
}

function unsatisfiable(header: string | null, size: number): AwsError {
  return new AwsError("InvalidRange", `The range "${header}" lies outside the object's ${size} bytes.`, 416);
}

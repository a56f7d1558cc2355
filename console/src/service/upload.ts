import { uploadContentTypes } from "../../../contract/http.ts";
import { uploadNameLength } from "../../../contract/upload-name.ts";
import type { HttpApi } from "./http-api.ts";
import { ProblemError } from "./problem.ts";

/** Uploads a photo to the bucket, with its name. Returns its reference in the bucket. @throws ProblemError */
export async function uploadPhoto(api: Pick<HttpApi, "upload">, file: File): Promise<string> {
  if (!(uploadContentTypes as readonly string[]).includes(file.type)) {
    const allowed = uploadContentTypes.map((type) => type.replace("image/", "").toUpperCase()).join(", ");
    const kind = file.type === "" ? "of an unknown type" : `"${file.type}"`;
    throw new ProblemError("UnsupportedMediaType", `"${file.name}" is ${kind}; photos may be ${allowed}.`);
  }
  if (file.size === 0) throw new ProblemError("InvalidRequest", `"${file.name}" is empty: choose another photo.`);
  return api.upload(file, [...file.name].slice(-uploadNameLength).join(""));
}

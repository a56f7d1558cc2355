import { uploadContentTypes } from "../../../contract/http.ts";
import type { HttpApi } from "./http-api.ts";
import { ProblemError } from "./problem.ts";

/**
 * Uploads a photo to the bucket with a form that the API signed. Returns its reference in the bucket. @throws
 * ProblemError
 */
export async function uploadPhoto(api: HttpApi, file: File): Promise<string> {
  if (!(uploadContentTypes as readonly string[]).includes(file.type)) {
    const allowed = uploadContentTypes.map((type) => type.replace("image/", "").toUpperCase()).join(", ");
    const kind = file.type === "" ? "of an unknown type" : `"${file.type}"`;
    throw new ProblemError("UnsupportedMediaType", `"${file.name}" is ${kind}; photos may be ${allowed}.`);
  }
  if (file.size === 0) throw new ProblemError("InvalidRequest", `"${file.name}" is empty: choose another photo.`);
  const { uploadUrl, fields, image } = await api.uploadTicket(file.type, file.size);
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  // S3 ignores all fields after the file.
  form.append("file", file);
  const response = await fetch(uploadUrl, { method: "POST", body: form });
  if (!response.ok) throw refused(file.name, response.status, await response.text());
  return image;
}

function refused(name: string, status: number, body: string): ProblemError {
  const xml = new DOMParser().parseFromString(body, "text/xml");
  const code = xml.querySelector("Code")?.textContent ?? `Status${status}`;
  const reason = xml.querySelector("Message")?.textContent ?? `status ${status}`;
  return new ProblemError(code, `"${name}" could not be stored: ${reason}`);
}

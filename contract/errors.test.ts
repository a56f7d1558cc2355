import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { apiErrorStatus, imageErrorCodes } from "./errors.ts";

const root = path.resolve(import.meta.dirname, "..");

/** All code of some folders or files, without tests and what only tests use. */
function sourceOf(...places: readonly string[]): string {
  const files = places.flatMap((place) =>
    place.endsWith(".ts")
      ? [place]
      : readdirSync(path.join(root, place), { recursive: true, encoding: "utf8" }).map((file) =>
          path.join(place, file),
        ),
  );
  return files
    .filter((file) => file.endsWith(".ts") && !file.endsWith(".test.ts") && !/test-support|node_modules/.test(file))
    .map((file) => readFileSync(path.join(root, file), "utf8"))
    .join("\n");
}

describe("an error code", () => {
  const classify = sourceOf("functions/classify");
  it.each(imageErrorCodes)("of an image is made by the function classify: %s", (code) => {
    expect(classify).toContain(`"${code}"`);
  });

  // openapi.ts only lists the codes.
  const files = readdirSync(path.join(root, "functions/api"))
    .filter((file) => file.endsWith(".ts") && file !== "openapi.ts")
    .map((file) => path.join("functions/api", file));
  const api = sourceOf(...files, "infra/api/gateway-responses.ts");
  it.each(Object.keys(apiErrorStatus))("of a request is made by the function api or by the gateway: %s", (code) => {
    expect(api).toContain(`"${code}"`);
  });

  const routes = sourceOf("functions/api/openapi.ts");
  // A method that no route has belongs to no route of the document.
  const listed = Object.keys(apiErrorStatus).filter((code) => code !== "MethodNotAllowed");
  it.each(listed)("of a request is listed with a route that returns it in the OpenAPI document: %s", (code) => {
    expect(routes).toContain(`"${code}"`);
  });
});

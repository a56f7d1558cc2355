import { type Address, allowedAddresses, HostRefused, type Resolver } from "../../shared/hosts/addresses.ts";
import { ImageError } from "../image-error.ts";

/**
 * The addresses of an image's host, by the setting `allowedImageHosts`.
 * @throws ImageError "HostNotAllowed", "HostNotFound"
 */
export async function imageAddresses(
  url: URL,
  patterns: readonly string[],
  resolve: Resolver | undefined,
): Promise<readonly Address[]> {
  try {
    return await allowedAddresses(url, { patterns, setting: "allowedImageHosts" }, resolve);
  } catch (error) {
    if (error instanceof HostRefused) throw new ImageError(error.code, error.message, { cause: error.cause });
    throw error;
  }
}

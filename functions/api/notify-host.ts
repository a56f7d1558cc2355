import type { ClassifyRequest } from "../../contract/request.ts";
import { permissionOf } from "../shared/hosts/permission.ts";
import { isBlockedPort } from "../shared/hosts/ports.ts";
import { ApiFailure } from "./api-failure.ts";

/**
 * Rejects, before it starts, an execution whose webhook this stack would not send. The addresses of the host are checked
 * when it is called.
 * @throws ApiFailure "NotifyNotAllowed"
 */
export function refuseNotify({ notify }: Pick<ClassifyRequest, "notify">, hosts: readonly string[]): void {
  if (notify === undefined) return;
  const url = new URL(notify);
  if (url.username !== "" || url.password !== "") {
    throw refused(`The address in "notify" contains credentials for "${url.host}": remove them, webhooks are signed.`);
  }
  if (isBlockedPort(url))
    throw refused(`The port ${url.port} in "notify" belongs to another protocol: use another one.`);
  if (permissionOf(url, hosts) !== "refused") return;
  throw refused(
    hosts.length === 0
      ? 'This stack sends no webhooks: leave "notify" out, or add the host to the setting "notifyHosts".'
      : `The host "${url.host}" in "notify" is not allowed in this stack: add it to the setting "notifyHosts".`,
  );
}

function refused(message: string): ApiFailure {
  return new ApiFailure("NotifyNotAllowed", message, { details: [{ path: "notify", message }] });
}

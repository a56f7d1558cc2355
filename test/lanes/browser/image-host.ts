import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Settings with which the service waits five minutes for an image that is held. */
export const patientSettings = ["classifyTimeout=900", "fetchTimeoutMs=300000"];

/**
 * Serves one photo, once it has been provided, as `/photo.jpg` and `/slow.jpg`. `/picture.png` takes turns among the
 * pictures that were provided. All other paths return 404. Requests can be held, so that an execution can be watched
 * while it runs.
 */
export async function serveImages() {
  let photo = new Uint8Array();
  let pictures: readonly Uint8Array[] = [];
  let turn = 0;
  let isHeld = (_path: string): boolean => false;
  const held = new Map<ServerResponse, string>();
  const respond = (response: ServerResponse, path: string): void => {
    const [, name] = /^\/(slow|photo|picture)\.(?:jpg|png)/.exec(path) ?? [];
    const picture = name === "picture" ? pictures[turn++ % pictures.length] : photo;
    if (name === undefined || picture === undefined) response.writeHead(404).end();
    else response.writeHead(200, { "content-type": name === "picture" ? "image/png" : "image/jpeg" }).end(picture);
  };
  const hold = (which: (path: string) => boolean): void => {
    isHeld = which;
    for (const [response, path] of [...held]) {
      if (isHeld(path)) continue;
      held.delete(response);
      respond(response, path);
    }
  };
  const server = createServer(({ url = "" }, response) => {
    if (isHeld(url)) held.set(response, url);
    else respond(response, url);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    url: (name: string): string => `http://${host}/${name}`,
    /**
     * Requests for which this returns true get no response until another call, which replaces this one, returns false
     * for them.
     */
    hold,
    give(bytes: Uint8Array<ArrayBuffer>, others: readonly Uint8Array[] = []): void {
      photo = bytes;
      pictures = others;
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

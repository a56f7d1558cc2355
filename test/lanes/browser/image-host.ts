import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * Serves one photo, once it has been provided. `/slow.jpg` is delayed, so that an execution can be watched while it
 * runs. All other paths return 404.
 */
export async function serveImages(slowMs: number) {
  let photo = new Uint8Array();
  const timers = new Set<NodeJS.Timeout>();
  const server = createServer(({ url = "" }, response) => {
    if (!/^\/(slow|photo)\.jpg/.test(url)) {
      response.writeHead(404).end();
      return;
    }
    const answer = (): void => void response.writeHead(200, { "content-type": "image/jpeg" }).end(photo);
    const timer = setTimeout(answer, url.startsWith("/slow") ? slowMs : 0);
    timers.add(timer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    url: (name: string): string => `http://${host}/${name}`,
    give(bytes: Uint8Array<ArrayBuffer>): void {
      photo = bytes;
    },
    close() {
      for (const timer of timers) clearTimeout(timer);
      server.closeAllConnections();
      server.close();
    },
  };
}

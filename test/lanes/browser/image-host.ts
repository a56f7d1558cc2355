import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * Serves one photo, once it has been provided. `/slow.jpg` is delayed, so that an execution can be watched while it
 * runs. `/picture.png` takes turns among the pictures that were provided. All other paths return 404.
 */
export async function serveImages(slowMs: number) {
  let photo = new Uint8Array();
  let pictures: readonly Uint8Array[] = [];
  let turn = 0;
  const timers = new Set<NodeJS.Timeout>();
  const server = createServer(({ url = "" }, response) => {
    const [, name] = /^\/(slow|photo|picture)\.(?:jpg|png)/.exec(url) ?? [];
    const picture = name === "picture" ? pictures[turn++ % pictures.length] : photo;
    if (name === undefined || picture === undefined) {
      response.writeHead(404).end();
      return;
    }
    const type = name === "picture" ? "image/png" : "image/jpeg";
    const answer = (): void => void response.writeHead(200, { "content-type": type }).end(picture);
    const timer = setTimeout(answer, name === "slow" ? slowMs : 0);
    timers.add(timer);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    url: (name: string): string => `http://${host}/${name}`,
    give(bytes: Uint8Array<ArrayBuffer>, others: readonly Uint8Array[] = []): void {
      photo = bytes;
      pictures = others;
    },
    close() {
      for (const timer of timers) clearTimeout(timer);
      server.closeAllConnections();
      server.close();
    },
  };
}

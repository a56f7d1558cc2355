import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * Serves one photo, once it has been provided. Requests for `/slow.jpg` can be held, so that an execution can be watched
 * while it runs. `/picture.png` takes turns among the pictures that were provided. All other paths return 404.
 */
export async function serveImages() {
  let photo = new Uint8Array();
  let pictures: readonly Uint8Array[] = [];
  let turn = 0;
  /** What was held since `hold`; undefined while nothing is held. */
  let held: (() => void)[] | undefined;
  const release = (): void => {
    for (const answer of held ?? []) answer();
    held = undefined;
  };
  const server = createServer(({ url = "" }, response) => {
    const [, name] = /^\/(slow|photo|picture)\.(?:jpg|png)/.exec(url) ?? [];
    const picture = name === "picture" ? pictures[turn++ % pictures.length] : photo;
    if (name === undefined || picture === undefined) {
      response.writeHead(404).end();
      return;
    }
    const type = name === "picture" ? "image/png" : "image/jpeg";
    const answer = (): void => void response.writeHead(200, { "content-type": type }).end(picture);
    if (name === "slow" && held !== undefined) held.push(answer);
    else answer();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    url: (name: string): string => `http://${host}/${name}`,
    slow: {
      hold(): void {
        held ??= [];
      },
      release,
    },
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

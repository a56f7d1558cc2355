import http from "node:http";
import type { AddressInfo } from "node:net";

/** What a host does with one request. */
export type Behaviour = "serve" | "refuse" | "reset" | "hang";

/** A host whose images have numbers: `/7.jpg` is the seventh. All have the same content. */
export interface NumberedHost {
  /** For `--allow-host`. */
  readonly name: string;
  url(number: number): string;
  /** Number of requests with each behaviour. */
  readonly requests: Readonly<Record<Behaviour, number>>;
  close(): Promise<void>;
}

/**
 * Serves one JPEG under any number. `behave` decides for each request; by default every one is served. "refuse" is 503,
 * "reset" closes the connection, "hang" sends nothing until the host is closed.
 */
export async function numberedHost(
  photo: Buffer,
  behave: (request: { readonly path: string }) => Behaviour = () => "serve",
): Promise<NumberedHost> {
  const requests: Record<Behaviour, number> = { serve: 0, refuse: 0, reset: 0, hang: 0 };
  const server = http.createServer((request, response) => {
    const behaviour = behave({ path: request.url ?? "/" });
    requests[behaviour] += 1;
    if (behaviour === "reset") request.socket.destroy();
    if (behaviour === "refuse") response.writeHead(503).end();
    if (behaviour === "serve") response.writeHead(200, { "content-type": "image/jpeg" }).end(photo);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const name = `localhost:${(server.address() as AddressInfo).port}`;
  return {
    name,
    url: (number) => `http://${name}/${number}.jpg`,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

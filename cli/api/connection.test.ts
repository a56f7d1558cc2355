import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Connection } from "./connection.ts";

let server: Server;
let port: number;
beforeEach(async () => {
  server = createServer((request, response) => {
    if (request.url === "/lost") request.socket.destroy();
    else response.end("here");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ({ port } = server.address() as AddressInfo);
});
afterEach(() => server.close());

const problem = (url: string, connection = new Connection()) =>
  connection.send(url, {}).catch((error: unknown) => error);

describe("a request that fails", () => {
  it.each([
    ["https to a port without TLS", () => `https://127.0.0.1:${port}/`, /is not reachable \(ERR_SSL_/],
    ["a port that fetch refuses", () => "http://127.0.0.1:6000/", /is not reachable \(bad port\)/],
  ])("for a lasting reason is not repeated: %s", async (_what, url, sentence) => {
    expect(await problem(url())).toMatchObject({ passing: false, message: expect.stringMatching(sentence) });
  });

  it("because the connection was lost may be repeated", async () => {
    expect(await problem(`http://127.0.0.1:${port}/lost`)).toMatchObject({ passing: true });
  });

  it("may be repeated if the service has responded before, because it may be starting again", async () => {
    const connection = new Connection();
    expect(await connection.send(`http://127.0.0.1:${port}/`, {})).toMatchObject({ status: 200, text: "here" });
    server.closeAllConnections();
    server.close();
    expect(await problem(`http://127.0.0.1:${port}/`, connection)).toMatchObject({ passing: true });
  });
});

import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import { isBlockedPort } from "./blocked-port.ts";

it.each([6000, 6665, 10080])("port %i is one that browsers refuse", async (port) => {
  expect(await isBlockedPort(port)).toBe(true);
});

it("a port that responds, or does not listen, is not", async () => {
  const server = createServer((_request, response) => response.end());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  expect(await isBlockedPort(port)).toBe(false);
  server.closeAllConnections();
  server.close();
  await once(server, "close");
  expect(await isBlockedPort(port)).toBe(false);
});

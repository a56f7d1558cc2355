import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { expect, it } from "vitest";
import { openPort } from "./open-port.ts";
import { OperatorError } from "./operator-error.ts";

it("a free port is opened", async () => {
  const server = await openPort(0);
  expect((await fetch(server.url)).status).toBe(503);
  await server.close();
});

it("a port in use is refused, with another one to choose", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  await expect(openPort(port)).rejects.toThrow(
    new OperatorError(`Port ${port} is in use by another program. Choose another: npm start -- --port ${port + 1}`),
  );
  other.close();
});

it("a port that browsers refuse is refused, and closed", async () => {
  await expect(openPort(6000)).rejects.toThrow(/^Browsers refuse to open port 6000, .*npm start -- --port 8081$/);
  const again = createServer().listen(6000, "127.0.0.1");
  await once(again, "listening");
  again.close();
});

import { listen } from "#local-aws";
import { isBlockedPort } from "../lib/blocked-port.ts";
import { OperatorError } from "./operator-error.ts";

/** Listens on a loopback port. @throws OperatorError if it cannot be opened, or if no browser would open it */
export async function openPort(port: number): ReturnType<typeof listen> {
  const server = await listen(port).catch((error: NodeJS.ErrnoException) => {
    throw problemOf(error, port);
  });
  if (!(await isBlockedPort(server.port))) return server;
  await server.close();
  throw new OperatorError(
    `Browsers refuse to open port ${port}, because another protocol uses it. Choose another: npm start -- --port 8081`,
  );
}

function problemOf(error: NodeJS.ErrnoException, port: number): Error {
  if (error.code === "EADDRINUSE") {
    const other = port < 65_535 ? port + 1 : port - 1;
    return new OperatorError(`Port ${port} is in use by another program. Choose another: npm start -- --port ${other}`);
  }
  if (error.code === "EACCES")
    return new OperatorError(`You may not use port ${port}. Choose one above 1023 with --port.`);
  return error;
}

import dgram from "node:dgram";
import net from "node:net";

/**
 * Below the ports that systems choose for clients and for servers without a port (Linux: from 32768), so that none of
 * them takes a port that is free only until a service is restarted.
 */
const first = 20_000;
const perWorker = 2_500;
/** Files that run at the same time have different numbers, from 1 to the number of workers. */
const worker = Number(process.env["VITEST_POOL_ID"] ?? 1) % 4;
/** Lanes that run at the same time have workers with the same numbers, so each file begins elsewhere. */
let tried = Math.floor(Math.random() * perWorker);

/**
 * A port of the loopback interface on which nothing listens, and that no other process of the lanes is given as long as
 * this one runs.
 */
export async function freePort(): Promise<number> {
  for (const end = tried + perWorker; tried < end; ) {
    const port = first + worker * perWorker + (tried % perWorker);
    tried += 1;
    if ((await reserve(port)) && (await canListen(port))) return port;
  }
  throw new Error(`No port from ${first + worker * perWorker} to ${first + (worker + 1) * perWorker - 1} is free.`);
}

/**
 * Reserves a port, unless another process has: it takes the UDP port of the same number, which nothing else uses, and
 * which the system frees when this process ends. The TCP port stays free for a service, even between two starts.
 */
function reserve(port: number): Promise<boolean> {
  const socket = dgram.createSocket("udp4").unref();
  return new Promise((resolve) => {
    socket.once("error", () => socket.close(() => resolve(false)));
    socket.bind({ port, address: "127.0.0.1" }, () => resolve(true));
  });
}

/** Whether a port of the loopback interface is free. */
export async function canListen(port: number): Promise<boolean> {
  const server = net.createServer();
  const free = await new Promise<boolean>((resolve) => {
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => resolve(true));
  });
  await new Promise((resolve) => server.close(resolve));
  return free;
}

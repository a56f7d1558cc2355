import dgram from "node:dgram";
import net from "node:net";

/**
 * Below the ports that systems choose for clients and for servers without a port (Linux: from 32768), so that none of
 * them takes a port that is free only until a service is restarted.
 */
const first = 20_000;
const count = 10_000;
let tried = Math.floor(Math.random() * count);

/**
 * A port of the loopback interface on which nothing listens, and that no other file of a lane is given while this
 * process runs, even if nothing listens yet or a service is restarted.
 */
export async function freePort(): Promise<number> {
  for (const end = tried + count; tried < end; ) {
    const port = first + (tried % count);
    tried += 1;
    if ((await claim(port)) && (await canListen(port))) return port;
  }
  throw new Error(`No port from ${first} to ${first + count - 1} is free.`);
}

/**
 * Claims a port for this process, by binding the UDP port of the same number, which the system gives to one process only.
 * Returns false if another process has it.
 */
async function claim(port: number): Promise<boolean> {
  const socket = dgram.createSocket("udp4");
  return new Promise((resolve) => {
    socket.once("error", () => {
      socket.close();
      resolve(false);
    });
    socket.bind({ port, address: "127.0.0.1", exclusive: true }, () => {
      socket.unref();
      resolve(true);
    });
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

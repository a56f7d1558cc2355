import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { Worker } from "node:worker_threads";

/** A server to which connecting takes long: its thread is blocked, and its queue of connections is full. */
export interface SilentServer {
  readonly port: number;
  /** From now on it accepts; a client that waits gets in when its system asks again (on Linux after 1, 3, 7 seconds). */
  accept(): void;
  close(): Promise<void>;
}

const program = `
  const { parentPort, workerData } = require("node:worker_threads");
  const server = require("node:http").createServer((request, response) => response.end(workerData.body));
  server.listen({ host: workerData.host, port: workerData.port, backlog: 1 }, () => {
    parentPort.postMessage(server.address().port);
    setImmediate(() => Atomics.wait(workerData.gate, 0, 0));
  });
`;
/** Milliseconds without a connection after which the queue is full. */
const fullAfterMs = 300;

/** @param port the same as that of another server, at another address; 0 for any */
export async function silentServer(host: string, port: number, body: string): Promise<SilentServer> {
  const gate = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(program, { eval: true, workerData: { host, port, body, gate } });
  const [bound] = (await once(worker, "message")) as [number];
  const queued: Socket[] = [];
  for (let full = false; !full; ) {
    const socket = connect(bound, host).on("error", () => {});
    full = !(await Promise.race([
      once(socket, "connect").then(() => true),
      new Promise<boolean>((resolve) => setTimeout(resolve, fullAfterMs, false)),
    ]));
    if (full) socket.destroy();
    else queued.push(socket);
  }
  const accept = (): void => {
    Atomics.store(gate, 0, 1);
    Atomics.notify(gate, 0);
  };
  return {
    port: bound,
    accept,
    async close() {
      accept();
      for (const socket of queued) socket.destroy();
      await worker.terminate();
    },
  };
}

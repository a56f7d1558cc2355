import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";
import { Worker } from "node:worker_threads";

/** A server that is slow to accept connections: its thread is blocked, and its queue of connections is full. */
export interface SilentServer {
  readonly port: number;
  /** Starts to accept. A waiting client is connected when its system retries (on Linux after 1, 3 and 7 seconds). */
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
/** Milliseconds without a connection after which the queue is assumed to be full. */
const fullAfterMs = 300;

/** @param port may be the port of a server at another address; 0 for any free port */
export async function silentServer(host: string, port: number, body: string): Promise<SilentServer> {
  const gate = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(program, { eval: true, workerData: { host, port, body, gate } });
  const [bound] = (await once(worker, "message")) as [number];
  const queued: Socket[] = [];
  for (let full = false; !full; ) {
    const socket = connect(bound, host).on("error", () => {});
    await Promise.race([once(socket, "connect"), sleep(fullAfterMs)]);
    // The kernel connects at once; a busy test may only not have seen it when its timer fires.
    await turn();
    full = socket.connecting;
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

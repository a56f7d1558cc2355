import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { Simulation } from "@cloud-copilot/iam-simulate";

/** A statement that decided: its policy's name and its place in it, from zero. */
export interface DecisiveStatement {
  readonly policyType: string;
  readonly policy: string;
  readonly index: number;
}

export interface Verdict {
  readonly result: "Allowed" | "ExplicitlyDenied" | "ImplicitlyDenied";
  readonly grants: readonly DecisiveStatement[];
  readonly denials: readonly DecisiveStatement[];
}

type Answer = Verdict | { readonly result: "Error"; readonly error: string };

/** Loading the library's service data takes the first call a tenth of a second; a minute means that the thread is gone. */
const patienceMs = 60_000;

let simulator: { readonly port: MessagePort; readonly turn: Int32Array } | undefined;

/**
 * Evaluates policies as IAM does, without network. Waits for the simulator's thread: services authorise in the middle
 * of synchronous work, and an evaluation takes half a millisecond.
 * @throws Error when the simulation itself is wrong: an unknown action, a policy that is not valid, an ARN of another type.
 */
export function simulate(simulation: Simulation): Verdict {
  simulator ??= start();
  const { port, turn } = simulator;
  const before = Atomics.load(turn, 0);
  port.postMessage(simulation);
  if (Atomics.wait(turn, 0, before, patienceMs) === "timed-out") {
    throw new Error(`the IAM simulator gave no answer within ${patienceMs / 1000} s`);
  }
  const answer = receiveMessageOnPort(port)?.message as Answer | undefined;
  if (answer === undefined) throw new Error("the IAM simulator ended without an answer");
  if (answer.result === "Error") {
    const { action, resource } = simulation.request;
    throw new Error(`IAM cannot evaluate "${action}" on "${resource.resource}": ${answer.error}`);
  }
  return answer;
}

/** Starts the thread ahead of the first question, so that nobody waits while it loads. */
export function prepareSimulator(): void {
  simulator ??= start();
}

function start() {
  const turn = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  const { port1, port2 } = new MessageChannel();
  const worker = new Worker(new URL("./simulator.mjs", import.meta.url), {
    workerData: { port: port2, turn },
    transferList: [port2],
    execArgv: [],
  });
  worker.unref();
  return { port: port1, turn };
}

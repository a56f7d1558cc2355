import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import type { Simulation } from "@cloud-copilot/iam-simulate";
import type { PolicyEvaluator, PolicyQuestion, Verdict } from "../policy-question.ts";

type Answer = Verdict | { readonly result: "Error"; readonly error: string };

/** Loading the library's service data takes the first call a tenth of a second; a minute means that the thread is gone. */
const patienceMs = 60_000;

let simulator: { readonly port: MessagePort; readonly turn: Int32Array } | undefined;

/**
 * Evaluates policies by the library @cloud-copilot/iam-simulate, without network. The library is asynchronous, so it runs
 * in a thread, for which a question waits: half a millisecond.
 */
export const cloudCopilotEvaluator: PolicyEvaluator = {
  prepare() {
    simulator ??= start();
  },
  evaluate: (question) => simulate(simulationOf(question)),
};

function simulationOf(question: PolicyQuestion): Simulation {
  const { principal, action, resource, accountId, context, identityPolicies, resourcePolicy } = question;
  const contextVariables = Object.fromEntries(
    Object.entries(context).map(([key, value]) => [key, typeof value === "string" ? value : [...value]]),
  );
  return {
    request: { principal, action, resource: { resource: literal(resource), accountId }, contextVariables },
    identityPolicies: Object.entries(identityPolicies).map(([name, policy]) => ({ name, policy })),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    ...(resourcePolicy === undefined ? {} : { resourcePolicy }),
  };
}

/** An object's key may contain a star, which the library would take for a pattern: it gets a character that looks like one. */
function literal(resource: string): string {
  return resource === "*" ? resource : resource.replaceAll("*", "\u2217");
}

function simulate(simulation: Simulation): Verdict {
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

import type { Simulation } from "@cloud-copilot/iam-simulate";
import type { PolicyEvaluator, PolicyQuestion, Verdict } from "../policy-question.ts";
import { BlockingThread } from "./blocking-thread.ts";

type Answer = Verdict | { readonly result: "Error"; readonly error: string };

/**
 * Loading the library's service data takes about 0.1 s on the first call. If there is no response within a minute, the
 * thread has ended.
 */
const patienceMs = 60_000;

const simulator = new BlockingThread<Simulation, Answer>(new URL("./simulator.mjs", import.meta.url), { patienceMs });

/**
 * Evaluates policies with the library @cloud-copilot/iam-simulate, without network access. The library is asynchronous,
 * so it runs in a worker thread, and the caller blocks for the result, which takes about half a millisecond.
 */
export const cloudCopilotEvaluator: PolicyEvaluator = {
  prepare() {
    simulator.prepare();
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

/**
 * An object key may contain a star, which the library would read as a wildcard, and line ends, which its wildcards do
 * not match: similar-looking characters replace them.
 */
function literal(resource: string): string {
  return resource === "*" ? resource : resource.replaceAll("*", "\u2217").replace(/[\n\r\u2028\u2029]/g, "\u2424");
}

function simulate(simulation: Simulation): Verdict {
  const answer = simulator.ask(simulation);
  if (answer.result === "Error") {
    const { action, resource } = simulation.request;
    throw new Error(`IAM cannot evaluate "${action}" on "${resource.resource}": ${answer.error}`);
  }
  return answer;
}

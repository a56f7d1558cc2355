/**
 * Runs @cloud-copilot/iam-simulate in a worker thread for `evaluator.ts`, because the library is asynchronous but
 * authorisation has to be synchronous.
 */
import { workerData } from "node:worker_threads";
import { getDenialReasons, getGrantReasons, runSimulation } from "@cloud-copilot/iam-simulate";

const { port, turn } = workerData;

port.on("message", async (simulation) => {
  port.postMessage(await verdict(simulation));
  Atomics.add(turn, 0, 1);
  Atomics.notify(turn, 0);
});

async function verdict(simulation) {
  try {
    const answer = await runSimulation(simulation, {});
    if (answer.resultType === "error") return { result: "Error", error: JSON.stringify(answer.errors) };
    const analyses = answer.resultType === "single" ? [answer.result.analysis] : answer.results.map((r) => r.analysis);
    return {
      result: answer.overallResult,
      grants: analyses.flatMap(getGrantReasons).map(statement),
      denials: analyses
        .flatMap(getDenialReasons)
        .filter(({ denialType }) => denialType === "Explicit")
        .map(statement),
    };
  } catch (error) {
    return { result: "Error", error: String(error) };
  }
}

function statement({ policyType, policyIdentifier, statementIndex }) {
  return { policyType, policy: policyIdentifier ?? "", index: statementIndex - 1 };
}

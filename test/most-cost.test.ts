import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { dollars } from "../contract/cost/money.ts";
import { prices } from "../contract/cost/prices.ts";
import { transitionsOf } from "../contract/cost/transitions.ts";
import { settings } from "../infra/configuration.ts";
import { loadWorkflow } from "../statemachine/workflow.ts";

const page = readFileSync(path.resolve(import.meta.dirname, "../docs/inference.md"), "utf8");
const { classifyTimeout, classifyMemory, workflowTimeout, batchSize, maxImages } = settings;
const { fixed, perChild } = transitionsOf(loadWorkflow("deep-learning-workflow").document, true);
const atOnce = Math.max(settings.inlineMapConcurrency.fallback, settings.distributedMapConcurrency.fallback);
const calls = Math.ceil(maxImages.fallback / batchSize.fallback);

/** US dollars of so many calls of `classify` that take so many seconds together, each in a child execution. */
function costOf(count: number, seconds: number): number {
  const lambda = seconds * (classifyMemory.fallback / 1_024) * prices.lambdaX86GbSecond;
  const requests = (count * prices.lambdaMillionRequests) / 1e6;
  return lambda + requests + ((fixed + count * perChild) * prices.statesStandardThousandTransitions) / 1e3;
}

describe("the most that one request can cost, in docs/inference.md", () => {
  it("is by default what runs at once until the execution's time is over, and its last calls end", () => {
    const seconds = atOnce * (workflowTimeout.fallback + classifyTimeout.fallback);
    const what = `${atOnce} calls at once until \`workflowTimeout\` (${workflowTimeout.fallback} s), as by default`;
    expect(page).toContain(`| ${what} | ${dollars(costOf(seconds / classifyTimeout.fallback, seconds))} |`);
    expect(calls * classifyTimeout.fallback).toBeGreaterThan(seconds);
  });

  it("is what all images take, where time and concurrency are raised", () => {
    const usd = dollars(costOf(calls, calls * classifyTimeout.fallback));
    const what = `all ${maxImages.fallback} images tried: ${calls} calls of ${classifyTimeout.fallback} s`;
    expect(page).toContain(`| ${what} | ${usd} |`);
  });
});

/**
 * `review/preview/main.ts dev=dev.json …`: prints the results of the stacks' previews as JSON for the comment. It
 * contains only names.
 */
import { readFileSync } from "node:fs";
import { ReviewError } from "../review-error.ts";
import { previewFacts } from "./preview.ts";

const facts = process.argv.slice(2).map((parameter) => {
  const [, stack = "", file = ""] = /^([^=]+)=(.+)$/.exec(parameter) ?? [];
  try {
    return previewFacts(stack, readFileSync(file, "utf8"));
  } catch (error) {
    if (!(error instanceof ReviewError)) throw error;
    return { stack, failure: error.message, steps: [] };
  }
});
process.stdout.write(`${JSON.stringify(facts)}\n`);

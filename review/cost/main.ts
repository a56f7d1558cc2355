/** `npm run cost -- --images N [--stack NAME] [--set key=value …]`: prints the estimated cost of a stack. */
import { readdirSync } from "node:fs";
import path from "node:path";
import { captureDeclared } from "#local-aws";
import { classifyByProcessor, costAssumptions, idleCosts, runCosts } from "../../contract/cost/cost.ts";
import { measured } from "../../contract/cost/measured.ts";
import { costLabel, dollars, totalOf } from "../../contract/cost/money.ts";
import { exitWithoutOutput } from "../../lib/exit.ts";
import { fitted } from "../../lib/help.ts";
import { parseOptions } from "../../lib/options.ts";
import { printableLines } from "../../lib/printable.ts";
import { ReviewError } from "../review-error.ts";
import { stacksIn } from "../stacks.ts";
import { stackCost } from "./stack-cost.ts";

const help = `npm run cost -- --images N [options]

Estimates what N images cost in one execution, and an idle month, from the program and its settings. Needs no AWS account.

  --images N       images in one request
  --stack NAME     the stack whose file is read (default: dev)
  --set KEY=VALUE  another value of a setting, such as classifyMemory=1769; may be repeated
  --json           print data
  --help           print this
`;

const table = {
  images: { type: "string" },
  stack: { type: "string", default: "dev" },
  set: { type: "string", multiple: true },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

const root = path.resolve(import.meta.dirname, "../..");
const fail = (message: string, cause?: unknown): ReviewError => new ReviewError("Usage", message, { cause });

function settingsOf(texts: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    texts.map((text) => {
      const [, key, value] = /^([A-Za-z]+)=(.*)$/.exec(text) ?? [];
      if (key === undefined || value === undefined) {
        throw fail(
          `--set is "${text}". Allowed: a setting, "=" and its value, such as "classifyMemory=1769". See --help.`,
        );
      }
      return [key, value];
    }),
  );
}

async function run(parameters: readonly string[]): Promise<void> {
  const { values, positionals } = parseOptions(parameters, table, fail);
  if (values.help) {
    process.stdout.write(fitted(help, process.stdout.columns));
    return;
  }
  if (positionals[0] !== undefined) throw fail(`"${positionals[0]}" is not an option. See --help.`);
  const { images: given } = values;
  if (given === undefined) {
    throw fail('--images is missing: name how many images one request has, such as "--images 1000". See --help.');
  }
  if (!/^[1-9]\d{0,6}$/.test(given)) {
    throw fail(
      `--images is "${given}". Allowed: a whole number from 1 to 9999999, such as "--images 1000". See --help.`,
    );
  }
  const stacks = stacksIn(readdirSync(root));
  if (!stacks.includes(values.stack)) throw fail(`There is no stack "${values.stack}". Allowed: ${stacks.join(", ")}.`);
  const images = Number(given);
  const inputs = await stackCost(root, values.stack, settingsOf(values.set ?? []), captureDeclared);
  const [each, idle] = [runCosts(images, inputs), idleCosts(inputs)];
  // Only processors of x86-64 were measured.
  const byProcessor = inputs.architecture === "x86_64" ? classifyByProcessor(images, inputs) : [];
  if (values.json) {
    process.stdout.write(
      `${JSON.stringify({ label: costLabel, assumptions: costAssumptions, images, run: each, idleMonth: idle, classifyByProcessor: byProcessor }, undefined, 2)}\n`,
    );
    return;
  }
  const list = (costs: typeof each) =>
    costs.map(({ what, usd }) => `  ${dollars(usd).padStart(12)} USD  ${what}`).join("\n");
  const classify = byProcessor.map(({ processor, precision, usd }) => ({ what: `${precision} on ${processor}`, usd }));
  const unmeasured = measured.notMeasured.join(", ");
  const processors =
    classify.length === 0
      ? ""
      : `Of that, Lambda \`classify\`, by form and processor (not measured: ${unmeasured}):\n${list(classify)}\n\n`;
  process.stdout.write(
    `${images} images in one execution (${costLabel}):\n${list(each)}\n  ${dollars(totalOf(each)).padStart(12)} USD  total\n\n${processors}` +
      `An idle month:\n${list(idle)}\n  ${dollars(totalOf(idle)).padStart(12)} USD  total\n\n${costAssumptions.map((text) => `- ${text}`).join("\n")}\n`,
  );
}

exitWithoutOutput();
try {
  await run(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof ReviewError) && (error as Error).name !== "CaptureError") throw error;
  console.error(`\nError: ${printableLines((error as Error).message)}\n`);
  process.exitCode = error instanceof ReviewError ? 2 : 1;
}

import { parseArgs } from "node:util";
import { Verdict } from "../support/verdict.ts";
import { durability } from "./durability.ts";
import { failure } from "./failure.ts";
import { leaks } from "./leaks.ts";
import { watch } from "./watch.ts";

const { values } = parseArgs({ options: { kills: { type: "string", default: "50" } } });
const verdict = new Verdict();
const parts = {
  failure: () => failure(verdict),
  durability: () => durability(verdict, Number(values.kills)),
  leaks: () => leaks(verdict),
  watch: () => watch(verdict),
};
for (const [name, part] of Object.entries(parts)) {
  console.log(`\n${name}`);
  try {
    await part();
  } catch (error) {
    verdict.claim(`${name} ran to its end`, false, error instanceof Error ? error.stack : String(error));
  }
}
verdict.close();

import { readdirSync } from "node:fs";
import path from "node:path";
import languageService from "amazon-states-language-service";
import aslValidator from "asl-validator";
import { definitionOf } from "../aws/definitions.ts";
import type { Verdict } from "../support/verdict.ts";

const folder = path.resolve(import.meta.dirname, "../../../statemachine");

/** Problems that a validator sees in a definition; none: it is accepted. */
type Validator = (definition: string) => Promise<readonly string[]>;

const service = languageService.getLanguageService({});
const validators: Readonly<Record<string, Validator>> = {
  "asl-validator": async (definition) => {
    const { isValid, errors } = aslValidator(JSON.parse(definition), { checkPaths: true, checkArn: true });
    return isValid ? [] : errors.map((error) => JSON.stringify(error));
  },
  "amazon-states-language-service": async (definition) => {
    const document = languageService.TextDocument.create("file:///definition.asl.json", "asl", 1, definition);
    const diagnostics = await service.doValidation(document, service.parseJSONDocument(document));
    return diagnostics.map(({ message }) => (typeof message === "string" ? message : message.value));
  },
};

/** Both validators read each definition with its placeholders filled; each must also find what is planted. */
export async function judgeDefinitions(verdict: Verdict): Promise<void> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".asl.json"))
    .map((file) => file.slice(0, -".asl.json".length));
  verdict.claim("there are definitions to judge", names.length >= 5, names.join(", "));
  for (const [validator, problemsOf] of Object.entries(validators)) {
    for (const name of names) {
      const problems = await problemsOf(definitionOf(name));
      verdict.claim(`${validator} accepts ${name}`, problems.length === 0, problems.join("; "));
    }
    const planted = definitionOf("deep-learning-workflow").replace('"Next":"Reduce results"', '"Next":"Nowhere"');
    const found = await problemsOf(planted);
    verdict.claim(`${validator} is not blind: it finds a transition to nowhere`, found.length > 0, found[0] ?? "");
  }
}

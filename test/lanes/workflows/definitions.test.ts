import languageService from "amazon-states-language-service";
import aslValidator from "asl-validator";
import { describe, expect, test } from "vitest";
import { workflowNames } from "../../../statemachine/workflow.ts";
import { definitionOf } from "../aws/definitions.ts";

/** Returns the problems that a validator finds in a definition; empty if it accepts the definition. */
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

/** Both validators check each definition with its placeholders filled. Each validator must also find planted errors. */
test("there are definitions to check", () => {
  expect(workflowNames.length).toBeGreaterThanOrEqual(5);
});

describe.each(Object.entries(validators))("%s", (_validator, problemsOf) => {
  test.each(workflowNames)("accepts %s", async (name) => {
    expect(await problemsOf(definitionOf(name))).toEqual([]);
  });

  test("is not blind: it finds a transition to nowhere", async ({ annotate }) => {
    const planted = definitionOf("deep-learning-workflow").replace('"Next":"Reduce results"', '"Next":"Nowhere"');
    const found = await problemsOf(planted);
    await annotate(found[0] ?? "");
    expect(found).not.toEqual([]);
  });
});

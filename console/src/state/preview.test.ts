import { expect, it } from "vitest";
import { Preview } from "./preview.ts";

const definitionOf = (state: string): string =>
  JSON.stringify({ StartAt: state, States: { [state]: { Type: "Pass", End: true } } });
const names = ({ drawing }: Preview) => drawing?.boxes.map(({ node }) => node.name);

it("draws the machine that was asked for last, whichever is read first", async () => {
  const waiting = new Map<string, (definition: string) => void>();
  const currentDefinition = (arn: string) => new Promise<string>((resolve) => waiting.set(arn, resolve));
  const preview = new Preview({ currentDefinition }, () => {});
  const drawings = [preview.draw("one"), preview.draw("two")];
  waiting.get("two")?.(definitionOf("Two"));
  waiting.get("one")?.(definitionOf("One"));
  await Promise.all(drawings);
  expect([names(preview), preview.definition]).toEqual([["Two"], definitionOf("Two")]);
});

it("keeps why a machine cannot be drawn until it is drawn again", async () => {
  const definitions = ["no JSON", definitionOf("A")];
  const preview = new Preview({ currentDefinition: async () => definitions.shift() ?? "" }, () => {});
  await preview.draw("one");
  expect([preview.problem !== undefined, names(preview)]).toEqual([true, undefined]);
  await preview.draw("one");
  expect([preview.problem, names(preview)]).toEqual([undefined, ["A"]]);
});

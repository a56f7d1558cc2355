import { expect, it } from "vitest";
import { distributedState, reader, writer } from "../test-support/distributed.ts";
import { diagnose } from "./validate.ts";

const definition = (state: object) => JSON.stringify({ StartAt: "Each", States: { Each: { ...state, End: true } } });
const codes = (state: object, type: "STANDARD" | "EXPRESS" = "STANDARD") =>
  diagnose(definition(state), type).map(({ code }) => code);
const pass = (name: string) => ({ [name]: { Type: "Pass", End: true } });
const source = (Resource: string, ReaderConfig: object) => ({
  ItemReader: { Resource, ReaderConfig, Parameters: { Bucket: "b", Key: "k" } },
});
const getObject = "arn:aws:states:::s3:getObject";
const target = (ResultWriter: object) => ({ ResultWriter });
const putObject = "arn:aws:states:::s3:putObject";

it("lets every field pass that this runtime has", () => {
  const all = {
    ...reader("k", { InputType: "CSV", CSVHeaderLocation: "GIVEN", CSVHeaders: ["a"], MaxItemsPath: "$.most" }),
    ...writer(),
    ItemBatcher: { MaxItemsPerBatchPath: "$.size", MaxInputBytesPerBatch: 1_000, BatchInput: { "a.$": "$.a" } },
    ToleratedFailureCountPath: "$.count",
    ToleratedFailurePercentage: 5,
    MaxConcurrencyPath: "$.most",
  };
  expect(codes(distributedState(all))).toEqual([]);
  expect(codes(distributedState({}, "EXPRESS"))).toEqual([]);
});

it("refuses a Distributed Map in an Express workflow, and in Express children, as AWS does", () => {
  expect(codes(distributedState(), "EXPRESS")).toContain("UNSUPPORTED_MAP_MODE");
  const inner = { Inner: { ...distributedState({ Label: "Inner" }, "STANDARD", pass("One")), End: true } };
  expect(codes(distributedState({}, "EXPRESS", inner))).toContain("UNSUPPORTED_MAP_MODE");
  expect(codes(distributedState({}, "STANDARD", inner))).toEqual([]);
});

it.each<[string, object]>([
  ["INVALID_MAP_FIELD", { Type: "Map", ...reader("k"), ItemProcessor: { StartAt: "A", States: pass("A") } }],
  ["INVALID_LABEL", distributedState({ Label: "x".repeat(41) })],
  ["INVALID_LABEL", distributedState({ Label: "a b" })],
  ["UNSUPPORTED_RESOURCE", distributedState(source("arn:aws:states:::s3:headObject", {}))],
  ["UNSUPPORTED_INPUT_TYPE", distributedState(source(getObject, { InputType: "MANIFEST" }))],
  ["MISSING_HEADER_LOCATION", distributedState(source(getObject, { InputType: "CSV" }))],
  ["MISSING_HEADERS", distributedState(source(getObject, { InputType: "CSV", CSVHeaderLocation: "GIVEN" }))],
  ["UNSUPPORTED_READER_FIELD", distributedState(source(getObject, { InputType: "JSON", ItemsPointer: "/a" }))],
  ["UNSUPPORTED_RESOURCE", distributedState(target({ Resource: getObject, Parameters: { Bucket: "b" } }))],
  ["MISSING_WRITER_PARAMETERS", distributedState(target({ Resource: putObject }))],
  [
    "UNSUPPORTED_WRITER_FIELD",
    distributedState(target({ Resource: putObject, Parameters: { Bucket: "b" }, WriterConfig: {} })),
  ],
  ["MISSING_BATCH_LIMIT", distributedState({ ItemBatcher: { BatchInput: {} } })],
  ["SCHEMA_VALIDATION_FAILED", distributedState({}, "OTHER")],
  [
    "SCHEMA_VALIDATION_FAILED",
    { Type: "Map", ItemProcessor: { ProcessorConfig: { Mode: "DISTRIBUTED" }, StartAt: "A", States: pass("A") } },
  ],
])("refuses with %s (%#)", (code, state) => {
  expect([...new Set(codes(state))]).toEqual([code]);
});

it("refuses two Map states with one Label", () => {
  const both = {
    StartAt: "One",
    States: {
      One: { ...distributedState({}, "STANDARD", pass("A")), Next: "Two" },
      Two: { ...distributedState({}, "STANDARD", pass("B")), End: true },
    },
  };
  expect(diagnose(JSON.stringify(both), "STANDARD").map(({ code }) => code)).toEqual(["DUPLICATE_LABEL"]);
});

import { type Definition, isDistributed, itemProcessor, type MapState, statesOf } from "./definition.ts";
import type { DistributedFields } from "./distributed-map.ts";

/** The code and the message of a rejection. */
type Refusal = readonly [string, string];

const reader = /^arn:aws[\w-]*:states:::s3:(getObject|listObjectsV2)$/;
const writer = /^arn:aws[\w-]*:states:::s3:putObject$/;
/** Characters that AWS rejects in a Label. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are among them.
const labelForbidden = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\u0000-\u001f\u007f-\u009f]/;
const longestLabel = 40;

/**
 * The ToleratedFailure fields are not listed, because AWS accepts them in an inline Map too, where they have no effect.
 */
const onlyDistributed: readonly (keyof DistributedFields)[] = ["Label", "ItemReader", "ItemBatcher", "ResultWriter"];

const readerFields = new Set([
  "InputType",
  "CSVHeaderLocation",
  "CSVHeaders",
  "CSVDelimiter",
  "MaxItems",
  "MaxItemsPath",
]);

/**
 * Returns the problems with a Map state's mode and the related fields: those that AWS rejects, and those that this
 * runtime cannot run.
 */
export function mapRefusals(name: string, state: MapState, express: boolean): readonly Refusal[] {
  const { Mode = "INLINE", ExecutionType } = itemProcessor(state).ProcessorConfig ?? {};
  if (Mode !== "INLINE" && Mode !== "DISTRIBUTED") {
    return [["SCHEMA_VALIDATION_FAILED", "The field 'Mode' should have one of these values: [INLINE, DISTRIBUTED]"]];
  }
  if (Mode === "DISTRIBUTED" && ExecutionType !== "STANDARD" && ExecutionType !== "EXPRESS") {
    return [
      ["SCHEMA_VALIDATION_FAILED", "The field 'ExecutionType' should have one of these values: [STANDARD, EXPRESS]"],
    ];
  }
  if (!isDistributed(state)) {
    return onlyDistributed
      .filter((field) => state[field] !== undefined)
      .map((field) => ["INVALID_MAP_FIELD", `The state '${name}' has ${field}, which only mode DISTRIBUTED has.`]);
  }
  if (express) {
    const why = "an Express workflow may not hold one";
    return [["UNSUPPORTED_MAP_MODE", `The state '${name}' is a Distributed Map: ${why}.`]];
  }
  return [...identityRefusals(name, state), ...sourceRefusals(name, state), ...batchRefusals(name, state)];
}

/** Reports labels that more than one Map state uses. */
export function repeatedLabels(definition: Definition): readonly string[] {
  const labels = [...statesOf(definition)].flatMap(([, state]) => (state.Type === "Map" ? (state.Label ?? []) : []));
  return [...new Set(labels.filter((label, index) => labels.indexOf(label) !== index))];
}

function* identityRefusals(name: string, { Label }: MapState): Generator<Refusal> {
  if (Label !== undefined && (Label.length > longestLabel || labelForbidden.test(Label))) {
    yield [
      "INVALID_LABEL",
      `The Label "${Label}" of the state '${name}' must have at most ${longestLabel} characters, and none that an ARN or a URL gives a meaning.`,
    ];
  }
}

function* sourceRefusals(name: string, { ItemReader, ResultWriter }: MapState): Generator<Refusal> {
  if (ItemReader !== undefined) {
    if (!reader.test(ItemReader.Resource)) {
      yield unsupported(name, "ItemReader", ItemReader.Resource, "arn:aws:states:::s3:getObject");
    }
    const config = ItemReader.ReaderConfig ?? {};
    if (!["JSON", "JSONL", "CSV"].includes(config.InputType ?? "JSON")) {
      yield ["UNSUPPORTED_INPUT_TYPE", `The ItemReader of the state '${name}' reads JSON, JSONL or CSV here.`];
    }
    if (config.InputType === "CSV" && config.CSVHeaderLocation === undefined) {
      yield ["MISSING_HEADER_LOCATION", `The ItemReader of the state '${name}' needs CSVHeaderLocation for CSV.`];
    }
    if (config.CSVHeaderLocation === "GIVEN" && config.CSVHeaders === undefined) {
      yield ["MISSING_HEADERS", `The ItemReader of the state '${name}' needs CSVHeaders where they are GIVEN.`];
    }
    for (const field of Object.keys(config).filter((key) => !readerFields.has(key))) {
      yield [
        "UNSUPPORTED_READER_FIELD",
        `The ItemReader of the state '${name}' has ${field}, which this runtime lacks.`,
      ];
    }
  }
  if (ResultWriter === undefined) return;
  if (!writer.test(ResultWriter.Resource)) {
    yield unsupported(name, "ResultWriter", ResultWriter.Resource, "arn:aws:states:::s3:putObject");
  }
  if (ResultWriter.Parameters === undefined && ResultWriter.Arguments === undefined) {
    yield ["MISSING_WRITER_PARAMETERS", `The ResultWriter of the state '${name}' needs Parameters with a Bucket.`];
  }
  if ("WriterConfig" in ResultWriter) {
    yield [
      "UNSUPPORTED_WRITER_FIELD",
      `The ResultWriter of the state '${name}' has WriterConfig, which this runtime lacks.`,
    ];
  }
}

function* batchRefusals(name: string, { ItemBatcher }: MapState): Generator<Refusal> {
  if (ItemBatcher === undefined) return;
  const limits = Object.keys(ItemBatcher).filter((field) => /^Max/.test(field));
  if (limits.length === 0) {
    yield [
      "MISSING_BATCH_LIMIT",
      `The ItemBatcher of the state '${name}' needs MaxItemsPerBatch, MaxInputBytesPerBatch, or one of them as a path.`,
    ];
  }
}

function unsupported(name: string, field: string, resource: string | undefined, known: string): Refusal {
  return [
    "UNSUPPORTED_RESOURCE",
    `The ${field} of the state '${name}' has the Resource "${resource}"; this runtime runs "${known}".`,
  ];
}

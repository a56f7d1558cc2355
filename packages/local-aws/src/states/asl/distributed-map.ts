import type { Json, JsonObject } from "../data/json.ts";

/** A number, or in JSONata an expression that gives one. */
export type Countable = number | string;

/** How a Map state processes its items: as branches of its execution, or as separate executions. */
export interface ProcessorConfig {
  readonly Mode?: "INLINE" | "DISTRIBUTED";
  readonly ExecutionType?: "STANDARD" | "EXPRESS";
}

/** Where a Distributed Map reads its items from. */
export interface ItemReader {
  readonly Resource: string;
  readonly ReaderConfig?: ReaderConfig;
  readonly Parameters?: JsonObject;
  /** What Parameters are in JSONata. */
  readonly Arguments?: Json;
}

export interface ReaderConfig {
  /** @default "JSON" */
  readonly InputType?: InputType;
  readonly CSVHeaderLocation?: "FIRST_ROW" | "GIVEN";
  readonly CSVHeaders?: readonly string[];
  /** @default "COMMA" */
  readonly CSVDelimiter?: CsvDelimiter;
  readonly MaxItems?: Countable;
  readonly MaxItemsPath?: string;
}

export type InputType = "JSON" | "JSONL" | "CSV";
export type CsvDelimiter = "COMMA" | "PIPE" | "SEMICOLON" | "SPACE" | "TAB";

/** How many items one child execution is given, and what all are given beside them. */
export interface ItemBatcher {
  readonly MaxItemsPerBatch?: Countable;
  readonly MaxItemsPerBatchPath?: string;
  readonly MaxInputBytesPerBatch?: Countable;
  readonly MaxInputBytesPerBatchPath?: string;
  readonly BatchInput?: Json;
}

/** Where a Distributed Map writes what its child executions gave. */
export interface ResultWriter {
  readonly Resource: string;
  readonly Parameters?: JsonObject;
  readonly Arguments?: Json;
}

/** The fields that only a Distributed Map has. */
export interface DistributedFields {
  readonly Label?: string;
  readonly ItemReader?: ItemReader;
  readonly ItemBatcher?: ItemBatcher;
  readonly ResultWriter?: ResultWriter;
  readonly ToleratedFailureCount?: Countable;
  readonly ToleratedFailureCountPath?: string;
  readonly ToleratedFailurePercentage?: Countable;
  readonly ToleratedFailurePercentagePath?: string;
}

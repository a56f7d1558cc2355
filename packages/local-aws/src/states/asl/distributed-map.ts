import type { Json, JsonObject } from "../data/json.ts";

/** A number or, in JSONata, an expression that returns a number. */
export type Countable = number | string;

/** How a Map state processes its items: as branches of its execution, or as separate executions. */
export interface ProcessorConfig {
  readonly Mode?: "INLINE" | "DISTRIBUTED";
  readonly ExecutionType?: "STANDARD" | "EXPRESS";
}

/** The source from which a Distributed Map reads its items. */
export interface ItemReader {
  readonly Resource: string;
  readonly ReaderConfig?: ReaderConfig;
  readonly Parameters?: JsonObject;
  /** The JSONata counterpart of Parameters. */
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

/** How many items one child execution receives, and the input that all child executions receive in addition. */
export interface ItemBatcher {
  readonly MaxItemsPerBatch?: Countable;
  readonly MaxItemsPerBatchPath?: string;
  readonly MaxInputBytesPerBatch?: Countable;
  readonly MaxInputBytesPerBatchPath?: string;
  readonly BatchInput?: Json;
}

/** The destination to which a Distributed Map writes the results of its child executions. */
export interface ResultWriter {
  readonly Resource: string;
  readonly Parameters?: JsonObject;
  readonly Arguments?: Json;
}

/** The fields that only a Distributed Map may have. */
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

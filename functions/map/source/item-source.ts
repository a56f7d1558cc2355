import type { Item } from "../../../contract/workflow.ts";

/** The images of a request that is planned while they are read. */
export interface ItemSource {
  /** The images to classify, with their indexes in the request; they are read once. */
  items(): AsyncGenerator<Item>;
  /** Number of results that the execution will have; complete once all items were read. */
  readonly total: number;
  /** Objects that were left out so far, because by their names they are no images. */
  readonly skipped?: number | undefined;
}

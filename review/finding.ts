import type { Sentence } from "./report/sentence.ts";
import type { RuleName } from "./risk.ts";

export const sections = ["Workflow", "Access", "Image", "Model", "API", "Configuration", "Resources"] as const;
export type Section = (typeof sections)[number];

/** One effect of a change, as a sentence, with the rule that determines its risk. */
export interface Finding {
  readonly section: Section;
  readonly rule: RuleName;
  readonly sentence: Sentence;
  /**
   * Whether the finding follows from another one, such as a deployment from a changed route. It is then not listed as a
   * reason in the verdict.
   */
  readonly consequence?: boolean;
  /** Additional sentences, shown folded. */
  readonly details?: readonly Sentence[];
}

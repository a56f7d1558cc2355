import type { Sentence } from "./report/sentence.ts";
import type { RuleName } from "./risk.ts";

export const sections = ["Workflow", "Access", "Image", "Model", "API", "Configuration", "Resources"] as const;
export type Section = (typeof sections)[number];

/** One thing that a change does, as a sentence under the rule that fixes its risk. */
export interface Finding {
  readonly section: Section;
  readonly rule: RuleName;
  readonly sentence: Sentence;
  /** Follows from another finding, such as a deployment from a changed route: not a reason in the verdict. */
  readonly consequence?: boolean;
  /** Further sentences, folded away. */
  readonly details?: readonly Sentence[];
}

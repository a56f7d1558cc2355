import { z } from "zod";
import type { Declared, Graph } from "../graph.ts";

/** What the child is asked. */
export const CaptureRequest = z.object({
  /** Folder of the program. */
  root: z.string(),
  stack: z.string(),
  /** Configuration by full key; a text, or null to remove the stack's own value. */
  overrides: z.record(z.string(), z.string().nullable()),
  /** What a stage's address becomes, without a slash at its end. */
  endpointBase: z.string(),
  /** To serve what the program declares, or to compare it with what another version of the program declares. */
  purpose: z.enum(["serve", "compare"]),
});
export type CaptureRequest = z.infer<typeof CaptureRequest>;

/** The child's response. */
export type CaptureAnswer =
  | { readonly graph: Graph }
  | { readonly declared: Declared }
  | { readonly error: { readonly name: string; readonly message: string; readonly stack: string } };

import { z } from "zod";
import type { Declared, Graph } from "../graph.ts";

/** The parent's request to the child process. */
export const CaptureRequest = z.object({
  /** Folder of the program. */
  root: z.string(),
  stack: z.string(),
  /** Configuration values by full key: a string, or null to remove the value that is in the stack file. */
  overrides: z.record(z.string(), z.string().nullable()),
  /** Base URL of the API's stages, without a trailing slash. */
  endpointBase: z.string(),
  /** Whether to serve what the program declares, or to compare it with another version of the program. */
  purpose: z.enum(["serve", "compare"]),
});
export type CaptureRequest = z.infer<typeof CaptureRequest>;

/** The child process's response. */
export type CaptureAnswer =
  | { readonly graph: Graph }
  | { readonly declared: Declared }
  | { readonly error: { readonly name: string; readonly message: string; readonly stack: string } };

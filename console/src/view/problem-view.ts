import { html, nothing, type TemplateResult } from "lit-html";
import type { Problem } from "../service/problem.ts";

/** An error: its code for programs, and its message for people. */
export function problemView(problem: Problem | undefined): TemplateResult | typeof nothing {
  if (problem === undefined) return nothing;
  return html`<p class="problem" role="alert"><code>${problem.code}</code> ${problem.message}</p>`;
}

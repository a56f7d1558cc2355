import { html, type SVGTemplateResult, svg, type TemplateResult } from "lit-html";
import type { Tally } from "../model/history/tally.ts";

/** Strokes on a grid of 16 by 16. The shape shows the status without relying on colour. */
const shapes: Readonly<Record<Tally["status"], SVGTemplateResult>> = {
  pending: svg`<circle cx="8" cy="8" r="2.5" />`,
  running: svg`<path d="M8 2.5a5.5 5.5 0 1 1-5.5 5.5" class="spin" />`,
  succeeded: svg`<path d="m3.5 8.5 3 3 6-7" />`,
  caught: svg`<path d="M3 5.5h6a3.5 3.5 0 0 1 0 7H6M5.5 3 3 5.5 5.5 8" />`,
  failed: svg`<path d="m4.5 4.5 7 7m0-7-7 7" />`,
  aborted: svg`<path d="M4 8h8" />`,
};

/** A status icon. A text next to it must explain it. */
export function statusIcon(status: Tally["status"]): TemplateResult {
  return html`<svg class="icon" data-status=${status} viewBox="0 0 16 16" aria-hidden="true">${shapes[status]}</svg>`;
}

/** The same icon as part of a drawing, centred at the given point. */
export function statusMark(status: Tally["status"], x: number, y: number): SVGTemplateResult {
  return svg`<g class="mark" transform="translate(${x} ${y})">
    <circle r="10" />
    <g transform="translate(-6.4 -6.4) scale(0.8)">${shapes[status]}</g>
  </g>`;
}

/** A picture frame, shown where there is no picture. */
export const noPicture: TemplateResult = html`<svg viewBox="0 0 48 36" class="no-picture" aria-hidden="true">
  <rect x="1.5" y="1.5" width="45" height="33" rx="4" />
  <circle cx="15" cy="12" r="3.5" />
  <path d="m4 30 12-11 8 7 9-10 12 13" />
</svg>`;

const statuses: Readonly<Record<string, Tally["status"]>> = {
  RUNNING: "running",
  PENDING_REDRIVE: "running",
  SUCCEEDED: "succeeded",
  FAILED: "failed",
  TIMED_OUT: "failed",
  ABORTED: "aborted",
};

/** Maps a Step Functions execution status to the status of a tally. */
export function statusOfExecution(status: string | undefined): Tally["status"] {
  return statuses[status ?? ""] ?? "pending";
}

/** `TIMED_OUT` in readable form. */
export function statusText(status: string | undefined): string {
  const text = (status ?? "unknown").toLowerCase().replaceAll("_", " ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

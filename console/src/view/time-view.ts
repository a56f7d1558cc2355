import { html, type TemplateResult } from "lit-html";
import { agoText } from "../model/words.ts";

/** A time in local time; the tooltip shows UTC. */
export function timeView(at: number): TemplateResult {
  const date = new Date(at);
  return html`<time datetime=${date.toISOString()} title="${date.toISOString()} (UTC)">${date.toLocaleString()}</time>`;
}

/** How long ago a time was; the tooltip shows local time and UTC. */
export function agoView(at: number, now: number): TemplateResult {
  const date = new Date(at);
  return html`<time datetime=${date.toISOString()} title="${date.toLocaleString()}, ${date.toISOString()} (UTC)">${agoText(at, now)}</time>`;
}

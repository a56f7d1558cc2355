import { html, type TemplateResult } from "lit-html";
import { agoText } from "../model/words.ts";

/** A moment in local time; UTC when the pointer rests on it. */
export function timeView(at: number): TemplateResult {
  const date = new Date(at);
  return html`<time datetime=${date.toISOString()} title="${date.toISOString()} (UTC)">${date.toLocaleString()}</time>`;
}

/** How long ago a moment was; local time and UTC when the pointer rests on it. */
export function agoView(at: number, now: number): TemplateResult {
  const date = new Date(at);
  return html`<time datetime=${date.toISOString()} title="${date.toLocaleString()}, ${date.toISOString()} (UTC)">${agoText(at, now)}</time>`;
}

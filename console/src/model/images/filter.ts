import { bestOf, codeOf, type ImageEntry, type ImageState, imageStates } from "./entry.ts";

export const imageOrders = ["request", "failed", "unsure"] as const;
/** In request order, failed images first, or lowest probability first. */
export type ImageOrder = (typeof imageOrders)[number];

/** Which images are shown, and in which order. An undefined field excludes nothing. */
export interface ImageFilter {
  readonly state: ImageState | undefined;
  readonly code: string | undefined;
  /** The best label. */
  readonly label: string | undefined;
  /** Part of a reference or label, or an image's number, without regard to case. */
  readonly text: string;
  /** Only images whose best probability is below this, 0 to 1. */
  readonly below: number | undefined;
  readonly order: ImageOrder;
}

export const everyImage: ImageFilter = {
  state: undefined,
  code: undefined,
  label: undefined,
  text: "",
  below: undefined,
  order: "request",
};

export function isUnfiltered({ state, code, label, text, below }: ImageFilter): boolean {
  return [state, code, label, below].every((each) => each === undefined) && text === "";
}

/** The name of the file that was uploaded as an image, if it is known. */
export type NameOf = (image: string) => string | undefined;

export function filterImages(
  entries: readonly ImageEntry[],
  filter: ImageFilter,
  nameOf: NameOf = () => undefined,
): readonly ImageEntry[] {
  const text = filter.text.trim().toLowerCase();
  const kept = entries.filter((entry) => {
    if (filter.state !== undefined && entry.state !== filter.state) return false;
    if (filter.code !== undefined && codeOf(entry) !== filter.code) return false;
    if (filter.label !== undefined && bestOf(entry)?.label !== filter.label) return false;
    if (filter.below !== undefined && (bestOf(entry)?.probability ?? 1) >= filter.below) return false;
    return text === "" || matches(entry, text, nameOf);
  });
  return ordered(kept, filter.order);
}

function matches(entry: ImageEntry, text: string, nameOf: NameOf): boolean {
  if (String(entry.index + 1) === text.replace(/^#|,/g, "")) return true;
  const words = [entry.image, entry.image && nameOf(entry.image), bestOf(entry)?.label, codeOf(entry)];
  return words.some((each) => each?.toLowerCase().includes(text));
}

function ordered(entries: readonly ImageEntry[], order: ImageOrder): readonly ImageEntry[] {
  if (order === "request") return entries;
  const rank = order === "failed" ? failedFirst : (entry: ImageEntry): number => bestOf(entry)?.probability ?? 2;
  return entries.toSorted((one, other) => rank(one) - rank(other) || one.index - other.index);
}

function failedFirst({ state }: ImageEntry): number {
  return state === "failed" ? 0 : state === "aborted" ? 1 : 2;
}

/** Writes the filter into the page's address. Fields that exclude nothing are left out. */
export function filterToQuery(filter: ImageFilter, query: URLSearchParams): void {
  const { state, code, label, text, below, order } = filter;
  if (state !== undefined) query.set("show", state);
  if (code !== undefined) query.set("code", code);
  if (label !== undefined) query.set("label", label);
  if (text !== "") query.set("text", text);
  if (below !== undefined) query.set("below", String(below));
  if (order !== "request") query.set("order", order);
}

/** Reads the filter from the page's address. Unknown values exclude nothing. */
export function filterFromQuery(query: URLSearchParams): ImageFilter {
  const below = Number(query.get("below") ?? Number.NaN);
  return {
    state: imageStates.find((each) => each === query.get("show")),
    code: query.get("code") ?? undefined,
    label: query.get("label") ?? undefined,
    text: query.get("text") ?? "",
    below: below > 0 && below <= 1 ? below : undefined,
    order: imageOrders.find((each) => each === query.get("order")) ?? "request",
  };
}

import { pricesDate, pricesRegion } from "./prices.ts";

/** A line of an estimate. */
export interface Cost {
  readonly what: string;
  readonly usd: number;
}

export const totalOf = (costs: readonly Cost[]): number => costs.reduce((sum, { usd }) => sum + usd, 0);

/** Says what kind of number an estimate is. */
export const costLabel = `estimate, ${pricesRegion} list prices of ${pricesDate}`;

/** US dollars without an exponent, with at least two significant digits: 0.0000072, 0.10, 32. */
export function dollars(usd: number): string {
  if (usd === 0) return "0";
  const digits = Math.max(0, 1 - Math.floor(Math.log10(Math.abs(usd))));
  return usd.toFixed(Math.min(digits, 12));
}

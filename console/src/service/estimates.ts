import { z } from "zod";
import { refused } from "./aws.ts";

/** What so many images cost in one execution, as `npm run cost` estimates it. */
const Estimate = z.object({
  images: z.number(),
  usd: z.number(),
  costs: z.array(z.object({ what: z.string(), usd: z.number() })),
  label: z.string(),
});
export type Estimate = z.infer<typeof Estimate>;

/** @throws ProblemError if the stack does not say what its cost depends on, or the error with which `fetch` rejects */
export async function readEstimate(images: number): Promise<Estimate> {
  const response = await fetch(`/console/estimate.json?images=${images}`);
  const text = await response.text();
  if (!response.ok) throw refused(response.status, text);
  return Estimate.parse(JSON.parse(text));
}

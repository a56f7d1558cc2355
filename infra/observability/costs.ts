import { prices } from "../../contract/prices.ts";
import { settings } from "../configuration.ts";

/** A line of an estimate. */
export interface Cost {
  readonly what: string;
  readonly usd: number;
}

/** States of deep-learning-workflow.asl.json that an execution enters once: planning, choosing, the Map itself, reducing. */
const fixedStates = 4;
const secondsAMonth = 30 * 24 * 3_600;
/** Questions for the status until an execution has ended. */
const polls = 10;
/** What the functions log of one call, START and REPORT included. */
const logBytesACall = 1_000;

const gb = (memoryMb: number): number => memoryMb / 1_024;
const lambda = (calls: number, seconds: number, memoryMb: number): number =>
  (calls * prices.lambdaMillionRequests) / 1e6 + seconds * gb(memoryMb) * prices.lambdaX86GbSecond;

/** Costs of a month without requests. */
export function idleCosts(): readonly Cost[] {
  const warm = gb(settings.classifyMemory.fallback) * secondsAMonth * prices.lambdaProvisionedGbSecond;
  return [
    { what: "each GB of images in ECR", usd: prices.ecrGbMonth },
    { what: "each GB in the bucket", usd: prices.s3GbMonth },
    { what: `each alarm beyond the account's ${prices.freeAlarms} free ones`, usd: prices.alarmMonth },
    { what: `the dashboard, beyond the account's ${prices.freeDashboards} free ones`, usd: prices.dashboardMonth },
    {
      what: `each warm sandbox with \`coldStart: provisioned\`, of ${settings.classifyMemory.fallback} MB`,
      usd: warm,
    },
  ];
}

/** Costs of classifying `images` images in one execution of the main workflow. */
export function runCosts(images: number, secondsAnImage: number): readonly Cost[] {
  const batches = Math.ceil(images / settings.batchSize.fallback);
  const transitions = fixedStates + batches;
  const classify = lambda(batches, images * secondsAnImage, settings.classifyMemory.fallback);
  const api = lambda(1 + polls, (1 + polls) * 0.1, settings.apiMemory.fallback);
  const others = lambda(1, 0.5, settings.mapMemory.fallback) + lambda(1, 0.5, settings.reduceMemory.fallback);
  const calls = batches + polls + 3;
  const lines = [
    { what: `Lambda \`classify\`: ${batches} calls`, usd: classify },
    {
      what: `Step Functions: ${transitions} transitions`,
      usd: (transitions * prices.statesStandardThousandTransitions) / 1e3,
    },
    {
      what: `API: one request and ${polls} for its status`,
      usd: ((1 + polls) * prices.restApiMillionRequests) / 1e6 + api,
    },
    { what: "Lambda `map` and `reduce`, the results object", usd: others + prices.s3ThousandPuts / 1e3 },
    { what: "logs", usd: ((calls * logBytesACall) / 1e9) * prices.logsGb },
  ];
  return [...lines, { what: "total", usd: lines.reduce((sum, { usd }) => sum + usd, 0) }];
}

/** Rows of a Markdown table, two digits that count. */
export function rowsOf(costs: readonly Cost[]): string {
  return costs.map(({ what, usd }) => `| ${what} | ${decimal(usd)} |`).join("\n");
}

/** Without exponents: 0.0000072, 31.7. */
function decimal(usd: number): string {
  const digits = Math.max(0, 1 - Math.floor(Math.log10(usd)));
  return usd.toFixed(Math.min(digits, 12));
}

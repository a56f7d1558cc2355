import { doneOf, type ImageSummary } from "../model/images/summary.ts";
import { executionName, machineTitle } from "../service/configuration.ts";
import type { PageState } from "../state/page-state.ts";
import { statusText } from "./icons.ts";

/** The title of the browser tab: what is shown and its progress. The parts that change most come first. */
export function titleOf(page: PageState, summary: ImageSummary): string {
  const { total } = summary;
  const { followed, configuration, machineArn } = page;
  const machine = configuration.stateMachines.find(({ arn }) => arn === machineArn);
  const workflow = machine === undefined ? "Deep learning workflow" : machineTitle(machine, configuration);
  if (page.unknownMachine !== undefined) return "Unknown workflow";
  if (page.opening) return "Open an exported history";
  if (followed === undefined) return workflow;
  if (followed.missing) return "Unknown execution";
  const progress = total === 0 ? "" : ` ${doneOf(summary)} of ${total}`;
  const status = followed.description === undefined ? "Loading" : statusText(followed.description.status);
  return `${status}${progress} · ${executionName(followed.arn).slice(0, 12)} · ${workflow}`;
}

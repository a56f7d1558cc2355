import type { Properties } from "../handler.ts";
import { liveAlarms } from "./alarms.ts";
import { liveBuckets } from "./buckets.ts";
import { liveFunctions } from "./functions.ts";
import { liveGateway } from "./gateway.ts";
import type { Live } from "./read.ts";
import { liveRoles } from "./roles.ts";

const byType: Readonly<Record<string, Live>> = {
  ...liveAlarms,
  ...liveBuckets,
  ...liveFunctions,
  ...liveGateway,
  ...liveRoles,
};

export async function liveOf(type: string, id: string, state: Properties): Promise<Properties | undefined> {
  const live = byType[type];
  if (!live) return {};
  try {
    return await live(id, state);
  } catch (error) {
    const { name = "", $metadata } = error as { name?: string; $metadata?: { httpStatusCode?: number } };
    if ($metadata?.httpStatusCode === 404 || /NotFound|NoSuch/.test(name)) return undefined;
    throw error;
  }
}

import { z } from "zod";

/** The supported requests of the CloudWatch Logs API. */
const group = { logGroupName: z.string().min(1).optional(), logGroupIdentifier: z.string().min(1).optional() };
const page = { limit: z.number().optional(), nextToken: z.string().min(1).optional() };
const time = { startTime: z.number().optional(), endTime: z.number().optional() };

export const DescribeLogGroups = z.object({
  logGroupNamePrefix: z.string().optional(),
  logGroupNamePattern: z.string().optional(),
  logGroupIdentifiers: z.array(z.string()).optional(),
  ...page,
});

export const DescribeLogStreams = z.object({
  ...group,
  logStreamNamePrefix: z.string().optional(),
  orderBy: z.enum(["LogStreamName", "LastEventTime"]).default("LogStreamName"),
  descending: z.boolean().default(false),
  ...page,
});

export const GetLogEvents = z.object({
  ...group,
  logStreamName: z.string().min(1),
  startFromHead: z.boolean().default(false),
  ...time,
  ...page,
});
export type GetLogEvents = z.infer<typeof GetLogEvents>;

export const FilterLogEvents = z.object({
  ...group,
  logStreamNames: z.array(z.string()).optional(),
  logStreamNamePrefix: z.string().optional(),
  filterPattern: z.string().default(""),
  ...time,
  ...page,
});
export type FilterLogEvents = z.infer<typeof FilterLogEvents>;

/** Lambda function `example-message` of the workflow `single-task`: returns its message. */
import * as z from "zod";
import { called } from "../../shared/call.ts";
import { log } from "../../shared/log.ts";
import { parseEvent } from "../../shared/parse.ts";

const Input = z.object({ message: z.string().min(1).default("Hello from Lambda") });

export const handler = called(async (event: unknown): Promise<{ message: string }> => {
  const { message } = parseEvent("example-message", Input, event ?? {});
  log("INFO", "message", { characters: message.length });
  return { message };
});

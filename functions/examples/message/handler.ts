/** Lambda function `example-message` of the workflow `single-task`: returns its message. */
import * as z from "zod";
import { log } from "../../shared/log.ts";
import { parseEvent } from "../../shared/parse.ts";

const Input = z.object({ message: z.string().min(1).default("Hello from Lambda") });

export async function handler(event: unknown): Promise<{ message: string }> {
  const { message } = parseEvent("example-message", Input, event ?? {});
  log("INFO", "message", { characters: message.length });
  return { message };
}

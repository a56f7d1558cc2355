import { type HistoryEvent, readEvent } from "../history/event.ts";
import { notJson } from "../words.ts";
import { readDefinition } from "../workflow/definition.ts";
import { drawGraph } from "../workflow/layout.ts";

/** A file in memory: its name, which messages repeat, and its text. */
export interface GivenFile {
  readonly name: string;
  readonly text: string;
}

/** What a file contains: an exported history, or the definition of a workflow. */
export type ImportedFile =
  | {
      readonly kind: "history";
      readonly name: string;
      readonly events: readonly HistoryEvent[];
      /** Whether the export ended before the history did. */
      readonly isCut: boolean;
    }
  | { readonly kind: "definition"; readonly name: string; readonly text: string };

/** A file that cannot be imported; the message is a sentence for the user. */
export class UnreadableFile extends Error {
  override readonly name = "UnreadableFile";
}

type Fields = Readonly<Record<string, unknown>>;

const remedy = 'Export it with "aws stepfunctions get-execution-history --execution-arn ARN --output json".';

/**
 * Reads a file by its content: the JSON that `aws stepfunctions get-execution-history` prints, the list of its events
 * alone, an ASL document, or what `describe-state-machine` prints.
 * @throws UnreadableFile
 */
export function readImportedFile({ name, text }: GivenFile): ImportedFile {
  const value = parse(name, text);
  if (Array.isArray(value)) return historyOf(name, value, false);
  if (!isRecord(value)) throw new UnreadableFile(`"${name}" contains no history: it is one JSON value. ${remedy}`);
  if (Array.isArray(value["events"])) {
    return historyOf(name, value["events"], [value["nextToken"], value["NextToken"]].some(Boolean));
  }
  if ("States" in value) return definitionOf(name, text);
  if (typeof value["definition"] === "string") return definitionOf(name, value["definition"]);
  throw new UnreadableFile(
    `"${name}" is neither a history (it has no "events") nor a definition (it has no "States"). ${remedy}`,
  );
}

function parse(name: string, text: string): unknown {
  if (text.trim() === "") throw new UnreadableFile(`"${name}" is empty. ${remedy}`);
  try {
    // Some editors and shells begin a file with a byte order mark.
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (cause) {
    throw new UnreadableFile(`${notJson(`"${name}"`, cause)} ${remedy}`, { cause });
  }
}

function definitionOf(name: string, text: string): ImportedFile {
  try {
    drawGraph(readDefinition(text));
  } catch (cause) {
    const reason = "it needs StartAt, and States with a Type each and transitions to existing states";
    throw new UnreadableFile(`"${name}" is not a definition in the Amazon States Language: ${reason}.`, { cause });
  }
  return { kind: "definition", name, text };
}

/** Events may be in reverse order, as `--reverse-order` prints them. */
function historyOf(name: string, values: readonly unknown[], isCut: boolean): ImportedFile {
  if (values.length === 0) throw new UnreadableFile(`"${name}" contains no events.`);
  const events = values.map((value, at) => eventOf(name, value, at)).sort((one, other) => one.id - other.id);
  const repeated = events.find(({ id }, at) => id === events[at - 1]?.id);
  if (repeated !== undefined) {
    throw new UnreadableFile(`"${name}" contains event ${repeated.id} more than once: it mixes several histories.`);
  }
  return { kind: "history", name, events, isCut };
}

function eventOf(name: string, value: unknown, at: number): HistoryEvent {
  const which = `Entry ${(at + 1).toLocaleString("en-US")} of "${name}" is not an event of a history`;
  if (!isRecord(value)) throw new UnreadableFile(`${which}: it must be an object.`);
  const { id, type } = value;
  if (typeof type !== "string" || type === "") throw new UnreadableFile(`${which}: it has no "type".`);
  if (!Number.isSafeInteger(id) || Number(id) < 1) throw new UnreadableFile(`${which}: its "id" is not a number.`);
  const event = readEvent(value);
  if (event.at > 0 && event.at < latest) return event;
  throw new UnreadableFile(`${which}: its "timestamp" is not a time.`);
}

/** The last moment that a JavaScript date can represent, in milliseconds since 1970. */
const latest = 8.64e15;

function isRecord(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

import { endStatuses } from "../model/history/end-statuses.ts";
import { detail } from "../model/history/event.ts";
import { History } from "../model/history/history.ts";
import { ShownOutcome } from "../model/images/shown-outcome.ts";
import type { ImportedFile } from "../model/imported/imported-file.ts";
import { inferDefinition } from "../model/imported/inferred-definition.ts";
import { parseJson } from "../model/words.ts";
import { readDefinition } from "../model/workflow/definition.ts";
import { drawGraph } from "../model/workflow/layout.ts";
import type { Description } from "../service/step-functions.ts";
import type { FollowServices } from "./followed-execution.ts";

export type ExportedHistory = Extract<ImportedFile, { readonly kind: "history" }>;

const prefix = "imported:";

/** The status after each event that ends an execution, or begins it again. */
const statuses: Readonly<Record<string, string>> = { ...endStatuses, ExecutionRedriven: "INCOMPLETE" };

/** Whether what is shown comes from a file, so that no service knows it. */
export function isExported(arn: string): boolean {
  return arn.startsWith(prefix);
}

/** An execution in a file, in place of Step Functions: it returns what the file contains and calls nothing. */
export class ExportedExecution {
  readonly arn: string;
  readonly file: ExportedHistory;
  readonly #definition: string | undefined;
  readonly #description: Description;
  readonly #isInferred: boolean;

  /** @param definition the workflow's ASL document. @default one made from the history, to draw it */
  constructor(file: ExportedHistory, definition: string | undefined) {
    this.arn = prefix + file.name;
    this.file = file;
    this.#description = describe(this.arn, file);
    this.#isInferred = definition === undefined;
    this.#definition = definition ?? inferred(file);
  }

  get services(): Pick<FollowServices, "stepFunctions" | "api" | "readPlan"> {
    return {
      stepFunctions: {
        describe: async () => this.#description,
        definition: async () => this.#definition,
        pagesOf: () => async () => ({ events: this.file.events, nextToken: undefined }),
        mapRuns: async () => [],
        executions: async () => ({ rows: [], nextToken: undefined }),
        parentOf: async () => undefined,
      },
      api: { results: async () => [] },
      readPlan: async () => [],
    };
  }

  /** What the file does not contain, in sentences. */
  get notes(): readonly string[] {
    const { events, isCut } = this.file;
    const [first] = events;
    const outcome = ShownOutcome.safeParse(parseJson(this.#description.output));
    const more = "the export left out what follows: export it without --max-items";
    return [
      ...(isCut ? [`The file ends at event ${events.at(-1)?.id.toLocaleString()}; ${more}.`] : []),
      ...(first !== undefined && first.type !== "ExecutionStarted"
        ? [`The file begins with event ${first.id.toLocaleString()}, so the states before it are missing.`]
        : []),
      ...(!isCut && this.#description.status === "INCOMPLETE"
        ? ["The execution had not ended when its history was exported."]
        : []),
      ...(outcome.success && outcome.data.results === undefined
        ? ["The results of this list are in the stack's bucket, not in its history."]
        : []),
      ...(events.some(({ type }) => type === "MapRunStarted")
        ? ["The child executions of a Distributed Map have separate histories: export those that you need."]
        : []),
      ...(this.#isInferred && this.#definition !== undefined
        ? [
            "The drawing is made from the history and shows only what was entered. Open the definition as well to see all of it.",
          ]
        : []),
    ];
  }
}

/** Undefined if there is nothing that can be drawn: names in a file may be impossible. */
function inferred({ events }: ExportedHistory): string | undefined {
  const history = new History();
  history.append(events);
  const definition = inferDefinition(history);
  if (definition === undefined) return undefined;
  try {
    drawGraph(readDefinition(definition));
    return definition;
  } catch {
    return undefined;
  }
}

function describe(arn: string, { name, events }: ExportedHistory): Description {
  const [first] = events;
  const last = events.at(-1);
  const decisive = events.findLast(({ type }) => Object.hasOwn(statuses, type));
  const status = statuses[decisive?.type ?? ""] ?? "INCOMPLETE";
  const started = first?.type === "ExecutionStarted" ? first : undefined;
  return {
    arn,
    name,
    status,
    startedAt: first?.at ?? 0,
    stoppedAt: last?.at,
    itemCount: undefined,
    input: started && detail(started, "input"),
    output: decisive && detail(decisive, "output"),
    error: decisive && detail(decisive, "error"),
    cause: decisive && detail(decisive, "cause"),
    mapRunArn: undefined,
    redrivable: false,
    redriveReason: undefined,
  };
}

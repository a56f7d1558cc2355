import { prefixes, type S3Location } from "./workflow.ts";

/** The form of an execution's results: one JSON list, or one line of JSON per result. */
export const resultsFormats = ["json", "jsonl"] as const;
export type ResultsFormat = (typeof resultsFormats)[number];

export const resultsContentTypes: Readonly<Record<ResultsFormat, string>> = {
  json: "application/json",
  jsonl: "application/x-ndjson",
};

export const resultsKey = (executionId: string, format: ResultsFormat): string =>
  `${prefixes.results}${executionId}.${format}`;

export const resultsFormatOf = ({ key }: S3Location): ResultsFormat => (key.endsWith(".jsonl") ? "jsonl" : "json");

/** The list in a text of results; executions of older releases do not name its form. @throws SyntaxError */
export function parseResults(text: string, format: ResultsFormat = "json"): unknown {
  if (format === "json") return JSON.parse(text);
  const results: unknown[] = [];
  for (let start = 0; start < text.length; ) {
    const end = text.indexOf("\n", start);
    // Without an end of line, the text was cut.
    if (end === -1) throw new SyntaxError("The last line of the results has no end.");
    results.push(JSON.parse(text.slice(start, end)));
    start = end + 1;
  }
  return results;
}

import { FunctionError, type Handlers } from "./harness.ts";

interface Payload {
  readonly input: unknown;
  readonly retry: number;
}

/** The functions of `journey`. Their behaviour depends only on the payload, so a repeated call does the same. */
export const journeyHandlers: Handlers = {
  double: (payload) => {
    const { input, retry } = payload as Payload;
    if (Number(input) % 2 === 1 && retry < 2) throw new FunctionError("Flaky");
    return Number(input) * 2;
  },
  echo: (payload) => (payload as Payload).input,
  // The other branches never end by themselves, so that the same ones are aborted in every run.
  break: (payload) => {
    if ((payload as Payload).input === 3) throw new FunctionError("Broken");
    return new Promise(() => {});
  },
};

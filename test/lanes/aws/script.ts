/** What a function returns: a result, an error from its code, or an error from Lambda. */
export type Answer =
  | { readonly result: unknown }
  | { readonly error: { readonly errorType: string; readonly errorMessage: string } }
  | { readonly refusal: { readonly code: string; readonly message: string; readonly status: number } };

export interface Call {
  readonly functionName: string;
  readonly payload: unknown;
  /** How often this function has been called with this payload before. */
  readonly earlier: number;
}
export type Script = (call: Call) => Answer;

/** Plays a script and counts repeated calls; each side gets its own copy, so that both see the same responses. */
export function player(script: Script): (functionName: string, payload: unknown) => Answer {
  const counts = new Map<string, number>();
  return (functionName, payload) => {
    const key = `${functionName} ${JSON.stringify(payload)}`;
    const earlier = counts.get(key) ?? 0;
    counts.set(key, earlier + 1);
    return script({ functionName, payload, earlier });
  };
}

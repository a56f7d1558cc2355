/** What a function returns: a result, an error from its own code, or an error from Lambda. */
export type Answer =
  | { readonly result: unknown }
  | { readonly error: { readonly errorType: string; readonly errorMessage: string } }
  | { readonly refusal: { readonly code: string; readonly message: string; readonly status: number } };

export interface Call {
  readonly functionName: string;
  readonly payload: unknown;
  /** Number of earlier calls of this function with the same payload, apart from `call`, which counts the attempts. */
  readonly earlier: number;
}
export type Script = (call: Call) => Answer;

/** Follows a script and counts repeated calls. Each side has its own player, so that both get the same responses. */
export function player(script: Script): (functionName: string, payload: unknown) => Answer {
  const counts = new Map<string, number>();
  return (functionName, payload) => {
    const key = `${functionName} ${JSON.stringify(payload, (name, value) => (name === "call" ? undefined : value))}`;
    const earlier = counts.get(key) ?? 0;
    counts.set(key, earlier + 1);
    return script({ functionName, payload, earlier });
  };
}

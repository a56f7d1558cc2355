/** A problem that the user can fix. It is shown as a sentence, without a stack trace. */
export class Problem extends Error {}

export const say = (line) => console.error(`dependencies: ${line}`);

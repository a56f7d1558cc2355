/** Something that the person at the terminal can put right: shown as a sentence, without a stack trace. */
export class Problem extends Error {}

export const say = (line) => console.error(`dependencies: ${line}`);

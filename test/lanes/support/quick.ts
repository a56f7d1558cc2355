/**
 * Whether the lanes run in their quick form, as in .ci/run: `QUICK=1 npm run test:<lane>`. The quick form tests
 * each kind of thing at least once, where the full form has several examples. It leaves tests out when they are
 * collected, because a skipped test fails the lane. A lane that does not read this has only its full form.
 */
export const quick = process.env["QUICK"] === "1";

/**
 * A number of things from an environment variable, by default that of the lane's form.
 * @throws Error if the variable is not a whole number from 1, because a lane that tests nothing would pass
 */
export function count(variable: string, preset: { readonly quick: number; readonly full: number }): number {
  const text = process.env[variable];
  if (text === undefined) return quick ? preset.quick : preset.full;
  if (!/^[1-9]\d*$/.test(text)) throw new Error(`${variable} is "${text}" instead of a whole number from 1.`);
  return Number(text);
}

/**
 * Whether the lanes run in their quick form, as in .ci/run: `QUICK=1 npm run test:<lane>`. The quick form tests
 * each kind of thing at least once, where the full form has several examples. It leaves tests out when they are
 * collected, because a skipped test fails the lane. A lane that does not read this has only its full form.
 */
export const quick = process.env["QUICK"] === "1";

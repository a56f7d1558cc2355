/**
 * Whether the lanes run in their quick form, as in .ci/run: `QUICK=1 npm run test:<lane>`. The quick form covers
 * everything of which the lane has several examples at least once. It leaves tests out when they are collected, because a
 * skipped test fails the lane. A lane that does not read this has only its full form.
 */
export const quick = process.env["QUICK"] === "1";

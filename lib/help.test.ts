import { expect, it } from "vitest";
import { fitted } from "./help.ts";

const help = `npm run it -- [options] <photo>…

Does what it is asked to do, for as long as it takes,
and says so.

  --port N       The port, which must not be used
                 by another program (default 8080)
  --allow HOST:PORT-OF-A-HOST   A host
  --help         This text

Exit codes: 0 it worked, 1 it did not.
`;

it("is left as it is where it fits or nothing limits it", () => {
  expect(fitted(help, undefined)).toBe(help);
  expect(fitted(help, 80)).toBe(help);
});

it("hangs descriptions beside their options, or below where there is no room", () => {
  expect(fitted(help, 40)).toBe(`npm run it -- [options] <photo>…

Does what it is asked to do, for as long
as it takes, and says so.

  --port N       The port, which must
                 not be used by another
                 program (default 8080)
  --allow HOST:PORT-OF-A-HOST
      A host
  --help         This text

Exit codes: 0 it worked, 1 it did not.
`);
});

it.each([60, 40, 20])("never exceeds %i columns", (columns) => {
  for (const line of fitted(help, columns).split("\n")) expect(line.length).toBeLessThanOrEqual(columns);
});

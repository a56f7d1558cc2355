import { describe, expect, test } from "vitest";
import type { PolicyName } from "../../../account/documents.ts";
import { policiesOf } from "../../../account/stack-access.ts";
import { opened } from "../support/opened.ts";
import { actionsOf, isKnown, unused } from "./actions.ts";
import { type Call, callsOf } from "./calls.ts";
import { capturedWithEverything } from "./everything.ts";
import { moreCalls } from "./more-calls.ts";
import { fillsOf, read } from "./policies.ts";
import { readSchemas } from "./schemas.ts";
import { mutantsOf, noticedBy, refused } from "./simulation.ts";

/**
 * The calls that Pulumi makes for every resource of a stack are put to a simulator of IAM, under the policies of
 * docs/iam with the stack's values. CloudFormation's schemas list the actions of each type.
 */
const stack = opened(async () => {
  const graph = await capturedWithEverything("dev");
  const schemas = await readSchemas();
  const types = [...new Set(graph.resources.map(({ type }) => type))].filter((type) => /^(aws|awsx):/.test(type));
  return { graph, schemas, types, calls: callsOf(graph, schemas), more: moreCalls(graph) };
});

test("it is known which actions each type of resource takes", () => {
  const { types } = stack();
  expect(types.length).toBeGreaterThan(20);
  expect(types.filter((type) => !isKnown(type))).toEqual([]);
});

test("each reason meets an action", () => {
  const { types, schemas } = stack();
  const met = types.flatMap((type) => actionsOf(type, schemas));
  expect(unused.filter(({ actions }) => !met.some(({ action }) => actions.test(action)))).toEqual([]);
});

interface Work {
  readonly policies: readonly PolicyName[];
  readonly calls: (all: ReturnType<typeof stack>) => readonly Call[];
}

/** What each set of policies is for. That of releases is also for a person who moves traffic, so it is complete by itself. */
const works: Readonly<Record<string, Work>> = {
  preview: { policies: policiesOf("preview", "dev"), calls: ({ more }) => more.preview },
  read: {
    policies: policiesOf("read", "dev"),
    calls: ({ calls, more }) => [...calls.filter(({ reads }) => reads), ...more.preview, ...more.read],
  },
  deploy: {
    policies: policiesOf("deploy", "dev").filter((name) => name !== "release"),
    calls: ({ calls, more }) => [...calls, ...more.preview, ...more.read, ...more.write],
  },
  release: { policies: ["release"], calls: ({ more }) => more.release },
  live: { policies: ["live"], calls: ({ more }) => more.live },
};

describe.each(Object.entries(works))("the policies for %s", (_name, { policies, calls }) => {
  const documents = () => {
    const fills = fillsOf(stack().graph);
    return Object.fromEntries(policies.map((name) => [name, read(name, fills)]));
  };

  test("allow every call of the work", async ({ annotate }) => {
    const made = calls(stack());
    await annotate(`${made.length} calls`);
    expect(await refused(documents(), made)).toEqual([]);
  });

  test("have no statement and no action that the work does not need", async ({ annotate }) => {
    const made = calls(stack());
    const unnoticed: string[] = [];
    let count = 0;
    for (const mutant of mutantsOf(documents())) {
      count += 1;
      if (!(await noticedBy(mutant, made))) unnoticed.push(mutant.gone);
    }
    await annotate(`${count} policies with something taken away`);
    expect(unnoticed).toEqual([]);
  });
});

test("the deploy role has the policies for a release too", () => {
  expect(policiesOf("deploy", "dev")).toContain("release");
});

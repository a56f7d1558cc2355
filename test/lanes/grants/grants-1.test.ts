import { describe, expect, test } from "vitest";
import { opened } from "../support/opened.ts";
import { observe } from "./mutation.ts";
import { proveGrants } from "./prove.ts";
import type { Testbed } from "./testbed.ts";

const { testbed, scenarios } = proveGrants(1);

describe("with all grants back and a needless one planted", () => {
  const after = opened(async () => {
    await testbed().serve(withNeedlessGrant(testbed().graph));
    return observe(testbed(), scenarios());
  });

  test("everything works again", () => {
    expect(after().failures).toEqual([]);
  });

  test("the planted grant is seen as unused: the lane is not blind", () => {
    expect(
      testbed()
        .runtime.iam.usage()
        .unused.map(({ sid }) => sid),
    ).toContain(needlessSid);
  });
});

const needlessSid = "Needless";
function withNeedlessGrant(graph: Testbed["graph"]): Testbed["graph"] {
  const Statement = [
    {
      Sid: needlessSid,
      Effect: "Allow",
      Action: ["s3:DeleteObject"],
      Resource: [`${graph.buckets[0]?.arn}/results/*`],
    },
  ];
  const planted = { Version: "2012-10-17", Statement };
  const roles = graph.roles.map((role) => ({ ...role, policies: { ...role.policies, planted } }));
  return { ...graph, roles };
}

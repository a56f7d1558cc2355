import { Verdict } from "../support/verdict.ts";
import { kindOf, mutantsOf, statementsOf } from "./mutants.ts";
import { type Baseline, keyOf, noticed, observe } from "./mutation.ts";
import { type Reason, reasons } from "./reasons.ts";
import { judgeResourcePolicies, unjudged } from "./resource-policies.ts";
import { type Scenario, scenariosOf } from "./scenarios.ts";
import { captured, openStand, type Stand } from "./stand.ts";
import { type JudgedMutant, printTable } from "./table.ts";

/** Least privilege by proof: each grant of the program is taken away in turn, and something that a user does must fail. */
const verdict = new Verdict();

async function judge(stand: Stand): Promise<void> {
  const scenarios = scenariosOf(stand);
  const whole = await observe(stand, scenarios);
  verdict.claim(
    `with all grants, each of ${scenarios.length} scenarios works`,
    whole.failures.length === 0,
    whole.failures.join("; "),
  );
  const lacking = whole.refusals.map(({ role, action, resource }) => `${role}: ${action} on ${resource}`);
  verdict.claim("with all grants, no role is refused anything", lacking.length === 0, lacking.join("; "));
  if (whole.failures.length > 0) return;

  const unused = stand.runtime.iam.usage().unused.map(({ role, sid }) => ({ role: kindOf(role), sid }));
  const unexplained = unused.filter((grant) => !reasonFor(grant)).map(keyOf);
  verdict.claim(
    `no grant is unused beside the ${unused.length - unexplained.length} with a reason`,
    unexplained.length === 0,
    unexplained.join(", "),
  );

  const judged = await judgeMutants(stand, scenarios, whole);
  printTable(judged);
  const survivors = judged.filter(({ notice, reason }) => !notice && !reason).map(({ mutant }) => mutant);
  verdict.claim(
    "each grant, and each part of one, is missed by a scenario or has a reason",
    survivors.length === 0,
    survivors.map((mutant) => `${keyOf(mutant)} ${mutant.part ?? ""}`).join("; "),
  );
  const stale = reasons.filter((reason) => !judged.some((each) => each.reason === reason));
  verdict.claim("each reason meets a grant", stale.length === 0, stale.map(({ role, sid }) => `${role} ${sid}`).join());
  const needless = judged.filter(({ notice, reason }) => notice && reason).map(({ mutant }) => keyOf(mutant));
  verdict.claim("no reason stands for a grant that is noticed", needless.length === 0, needless.join(", "));

  await stand.serve(withNeedlessGrant(stand.graph));
  const after = await observe(stand, scenarios);
  verdict.claim("with all grants back, everything works again", after.failures.length === 0, after.failures.join("; "));
  const found = stand.runtime.iam.usage().unused.some(({ sid }) => sid === needlessSid);
  verdict.claim("the lane is not blind: a planted grant that nothing needs is seen as unused", found);
}

async function judgeMutants(
  stand: Stand,
  scenarios: readonly Scenario[],
  whole: Baseline,
): Promise<readonly JudgedMutant[]> {
  const judged: JudgedMutant[] = [];
  for (const mutant of mutantsOf(stand.graph)) {
    const reason = reasonFor(mutant);
    // What no scenario has used, none can miss.
    const hopeless = reason !== undefined && !whole.firstUse.has(keyOf(mutant));
    const notice = hopeless ? undefined : await noticed(stand, mutant, scenarios, whole);
    judged.push({ mutant, notice, reason });
    process.stdout.write(notice ? "." : reason ? "r" : "!");
  }
  process.stdout.write("\n");
  return judged;
}

const needlessSid = "Needless";
function withNeedlessGrant(graph: Stand["graph"]): Stand["graph"] {
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

function reasonFor({ role, sid }: { readonly role: string; readonly sid: string }): Reason | undefined {
  return reasons.find((each) => each.sid === sid && each.role.test(role));
}

/** The stand has all grants at once; the stacks as they are, and those that sign requests, must have no others. */
async function compareStacks(stand: Stand): Promise<void> {
  const listed = (graph: Stand["graph"]) =>
    graph.roles.flatMap((role) => [...statementsOf(role)].map(({ sid }) => keyOf({ role: kindOf(role.name), sid })));
  const judged = new Set(listed(stand.graph));
  const stacks = {
    dev: captured("dev"),
    prod: captured("prod"),
    "dev with IAM": captured("dev", { authentication: "iam" }),
  };
  for (const [stack, evaluation] of Object.entries(stacks)) {
    const grants = listed(await evaluation);
    const others = grants.filter((grant) => !judged.has(grant));
    verdict.claim(
      `${stack} has only grants that were judged here`,
      grants.length > 0 && others.length === 0,
      others.join(", "),
    );
  }
}

let stand: Stand | undefined;
try {
  stand = await openStand();
  for (const { resource, sid, request, noticed } of judgeResourcePolicies(stand.graph)) {
    verdict.claim(`${resource} ${sid} decides on "${request}"`, noticed);
  }
  verdict.claim(
    "every resource policy was judged",
    unjudged(stand.graph).length === 0,
    unjudged(stand.graph).join(", "),
  );
  await compareStacks(stand);
  await judge(stand);
} catch (error) {
  verdict.claim("the lane ran to its end", false, error instanceof Error ? error.stack : String(error));
} finally {
  await stand?.close();
}
verdict.close();

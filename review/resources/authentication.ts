import type { Finding } from "../finding.ts";
import type { CapturedResource } from "../program/program.ts";
import { say, words } from "../report/sentence.ts";
import type { Sides } from "./sides.ts";

/** Ways in which callers of a method must authenticate, weakest first. */
const strengths = ["nothing", "an API key", "a signature or a token"] as const;

function proofOf({ inputs }: CapturedResource): (typeof strengths)[number] {
  const { authorization = "NONE", apiKeyRequired = false } = inputs;
  if (authorization !== "NONE") return "a signature or a token";
  return apiKeyRequired === true ? "an API key" : "nothing";
}

const isMethod = ({ type, inputs }: CapturedResource): boolean =>
  type === "aws:apigateway/method:Method" && inputs["httpMethod"] !== "OPTIONS";

/**
 * Whether callers of the API need weaker, stronger or different authentication. Methods with the same change share one
 * sentence.
 */
export function authenticationFindings({ matched, names }: Sides): readonly Finding[] {
  const changes = new Map<string, { readonly from: number; readonly to: number; readonly methods: string[] }>();
  for (const { before, after } of matched.pairs) {
    if (!isMethod(after)) continue;
    const [from, to] = [before, after].map((method) => strengths.indexOf(proofOf(method))) as [number, number];
    if (from === to) continue;
    const change = changes.get(`${from} ${to}`) ?? { from, to, methods: [] };
    changes.set(`${from} ${to}`, change);
    change.methods.push(names.of(after));
  }
  return [...changes.values()].map(({ from, to, methods }) => {
    const [was, is] = [strengths[from] ?? "", strengths[to] ?? ""];
    const sentence =
      is === "nothing"
        ? say`authentication of the API is off: everybody may call it, where ${words(was)} was needed`
        : say`authentication of the API: callers need ${words(is)} instead of ${words(was)}`;
    return {
      section: "Access",
      rule: to < from ? "authentication-weaker" : "authentication-changed",
      sentence,
      details: [say`methods: ${words(String(methods.length))}, such as ${methods[0] ?? ""}`],
    };
  });
}

/** Properties of methods that the sentences above cover. */
export const authenticationProperties = ["authorization", "apiKeyRequired"];

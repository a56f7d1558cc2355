import type { Difference } from "../../lib/canonical.ts";
import type { Finding } from "../finding.ts";
import { type Sentence, say, words } from "../report/sentence.ts";
import type { RuleName } from "../risk.ts";
import type { About } from "./about.ts";
import type { Pair } from "./identity.ts";
import { type Names, nounOf } from "./names.ts";
import { isShorter, keepsFewerImages, shortenedPrefixes } from "./retention.ts";
import { changeText } from "./value.ts";

export interface Change {
  readonly pair: Pair;
  readonly difference: Difference;
  readonly names: Names;
}

/** The effect of a changed property, if it is more than "updated". */
type Rule = (change: Change) => { readonly rule: RuleName; readonly because: Sentence } | undefined;

const means = (rule: RuleName, because: string) => ({ rule, because: words(because) });

const lastOf = ({ difference }: Change): string => difference.path.split(".").at(-1) ?? "";

const wasOn = ({ difference: { before, after } }: Change): boolean => before === true && after !== true;
const wasOff = ({ difference: { before, after } }: Change): boolean => before !== true && after === true;

/** Whether a number was lowered, or was set for the first time. */
const isLowered = ({ difference: { before, after } }: Change): boolean =>
  after !== undefined && Number(after) < (before === undefined ? Number.POSITIVE_INFINITY : Number(before));

const holdsStar = (value: unknown): boolean => /(^|["'\s,[])\*($|["'\s,\]])/.test(String(JSON.stringify(value) ?? ""));

const retention: Rule = (change) => {
  const { difference, pair } = change;
  const { before, after } = difference;
  if (pair.after.type.endsWith(":LogGroup") && difference.path === "retentionInDays") {
    return isShorter(before, after) ? means("retention-shorter", "logs are deleted sooner") : undefined;
  }
  return undefined;
};

const protection: Rule = (change) => {
  const name = lastOf(change);
  if (/^force(Destroy|Delete)$/.test(name) && wasOff(change)) {
    return means("protection-off", "`pulumi destroy` then deletes what it holds");
  }
  if (/^(blockPublic|ignorePublic|restrictPublic)/.test(name) && wasOn(change)) {
    return means("protection-off", "the bucket may be made public");
  }
  if (/protection/i.test(name) && wasOn(change)) return means("protection-off", "a protection is taken away");
  if (name === "objectOwnership") return means("protection-off", "access lists of objects may work again");
  if (name === "status" && change.difference.before === "Enabled" && /Versioning/.test(change.pair.after.type)) {
    return means("protection-off", "former versions are no longer kept");
  }
  if (/encryption/i.test(change.pair.after.type) && change.difference.after === undefined) {
    return means("protection-off", "encryption is taken away");
  }
  return undefined;
};

const cors: Rule = ({ difference: { path, before, after } }) => {
  const isOrigin = /allowedOrigins|allow-origin|CORS_ORIGINS|allowOrigins/i.test(path);
  if (!isOrigin || holdsStar(before) || !holdsStar(after)) return undefined;
  return means("cors-open", "pages of every origin may call");
};

/** Names of limits that affect requests. A narrower limit rejects requests that were accepted before. */
const limitNames = /^(MAX_[A-Z_]+|throttlingRateLimit|throttlingBurstLimit|rateLimit|burstLimit|limit)$/;

const limits: Rule = (change) => {
  const name = lastOf(change);
  if (limitNames.test(name) && isLowered(change)) {
    return means("api-breaking", "a limit is narrower: requests that were taken are refused");
  }
  if (name === "ALLOWED_IMAGE_HOSTS" && holdsStar(change.difference.before) && !holdsStar(change.difference.after)) {
    return means("api-breaking", "images of most hosts are refused");
  }
  return undefined;
};

const acl: Rule = ({ difference: { path, after } }) =>
  path === "acl" && /^public|authenticated-read$/.test(String(after))
    ? means("access-public", "everybody may read the objects")
    : undefined;

const functionUrl: Rule = ({ difference: { path, after } }) =>
  path === "authorizationType" && after === "NONE"
    ? means("access-public", "everybody may call the function")
    : undefined;

const rules: readonly Rule[] = [retention, protection, cors, limits, acl, functionUrl];

/** The finding for one changed property. */
export function propertyFinding(change: Change): About {
  const { pair, difference, names } = change;
  const meaning = rules.map((rule) => rule(change)).find((each) => each !== undefined);
  const property = shortened(difference.path);
  const shown = namesSecret.test(difference.path)
    ? words(`${verbOf(difference)} (by its name a secret: not shown)`)
    : changeText(difference.before, difference.after, names);
  const predicate = say`: ${property} ${shown}`;
  return {
    section: /^cors-open$|^api-breaking$/.test(meaning?.rule ?? "") ? "API" : "Resources",
    rule: meaning?.rule ?? "resource-updated",
    subject: say`${words(nounOf(pair.after.type))} ${names.of(pair.after)}`,
    predicate: meaning ? say`${predicate}, so ${meaning.because}` : predicate,
  };
}

/** Environment variables whose values are not shown, though the program does not mark them as secrets. */
const namesSecret =
  /^environment\.variables\..*(password|passphrase|secret|token|credential|private_?key|api_?key|access_?key)/i;

function verbOf({ before, after }: Difference): string {
  if (before === undefined) return "is set";
  return after === undefined ? "is no longer set" : "changed";
}

/** Shortens `environment.variables.BATCH_SIZE` to its last part. */
const shortened = (path: string): string => path.replace(/^environment\.variables\./, "");

/** The combined effect of the rules of a bucket or an image repository; undefined for any other property. */
export function ruleSetFinding({ pair, difference, names }: Change): Finding | undefined {
  const [top = ""] = difference.path.split(".");
  const { type } = pair.after;
  const subject = say`${words(nounOf(type))} ${names.of(pair.after)}`;
  const [before, after] = [pair.before.inputs[top], pair.after.inputs[top]];
  if (/bucketLifecycleConfiguration/i.test(type) && top === "rules") {
    const shorter = shortenedPrefixes(before, after);
    const sentences = shorter.map(({ prefix, before: was, after: is }) => {
      const objects = prefix === "" ? words("all objects") : say`objects under ${prefix}`;
      return say`${objects} are deleted after ${is} days${Number.isFinite(was) ? say` instead of ${was}` : words(", which did not expire")}`;
    });
    if (shorter.length === 0) {
      return {
        section: "Resources",
        rule: "resource-updated",
        sentence: say`${subject}: rules changed, and nothing expires sooner`,
      };
    }
    return { section: "Resources", rule: "retention-shorter", sentence: say`${subject}: ${join(sentences)}` };
  }
  if (top === "lifecyclePolicy" || (top === "policy" && /lifecyclePolicy/i.test(type))) {
    const fewer = keepsFewerImages(parsed(before), parsed(after));
    return fewer
      ? { section: "Resources", rule: "retention-shorter", sentence: say`${subject}: images are deleted sooner` }
      : {
          section: "Resources",
          rule: "resource-updated",
          sentence: say`${subject}: the rules for old images changed, and none is deleted sooner`,
        };
  }
  return undefined;
}

const parsed = (value: unknown): unknown => {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return value;
  }
};

const join = (sentences: readonly Sentence[]): Sentence =>
  sentences.flatMap((sentence, index) => (index === 0 ? [...sentence] : ["; ", ...sentence]));

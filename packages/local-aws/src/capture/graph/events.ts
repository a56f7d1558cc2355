import type { CapturedResource, EventRuleResource, EventTargetResource } from "../../graph.ts";
import { ofType, type Reader } from "./reader.ts";

/** Reads the rules of the default event bus with their targets. */
export function eventRulesOf(resources: readonly CapturedResource[]): readonly EventRuleResource[] {
  const targets = ofType(resources, "aws:cloudwatch/eventTarget:EventTarget");
  return ofType(resources, "aws:cloudwatch/eventRule:EventRule").map((rule) => {
    const name = rule.text("name");
    return {
      name,
      arn: rule.text("arn"),
      pattern: rule.text("eventPattern", "{}"),
      enabled: rule.text("state", "ENABLED") !== "DISABLED",
      unserved: unservedOf(rule, ["scheduleExpression", "roleArn", "isEnabled"]),
      targets: targets.filter((target) => target.text("rule") === name).map(targetOf),
    };
  });
}

function targetOf(target: Reader): EventTargetResource {
  const roleArn = target.get("roleArn");
  const properties = ["input", "inputPath", "inputTransformer", "deadLetterConfig", "retryPolicy"];
  return {
    id: target.text("targetId"),
    arn: target.text("arn"),
    ...(typeof roleArn === "string" && { roleArn }),
    unserved: unservedOf(target, [
      ...properties,
      ...Object.keys(target.resource.inputs).filter((each) => /^(runCommand|.*)Targets?$/.test(each)),
    ]),
  };
}

function unservedOf(reader: Reader, properties: readonly string[]): readonly string[] {
  const declared = properties.filter((each) => reader.get(each) !== undefined);
  return reader.text("eventBusName") === "default" ? declared : [...declared, "eventBusName"];
}

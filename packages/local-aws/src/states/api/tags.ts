import { type Authorizer, AwsError } from "../../service.ts";
import type { MachineRecord } from "../machines/machine.ts";
import type { Machines } from "../machines.ts";
import { arnKind } from "./arn.ts";
import type { Fields, Operation } from "./protocol.ts";

/**
 * Maximum number of tags on a state machine, and maximum lengths of a key and a value (AWS, "Tagging in Step
 * Functions").
 */
const mostTags = 50;
const longestKey = 128;
const longestValue = 256;

/** TagResource, UntagResource and ListTagsForResource, for state machines. */
export function tagOperations(machines: Machines, authorizer: Authorizer): Readonly<Record<string, Operation>> {
  return {
    TagResource(fields, caller) {
      const record = tagged(fields);
      authorizer.authorize(caller, "states:TagResource", record.arn);
      const tags = { ...record.tags, ...tagsOf(fields.objects("tags")) };
      if (Object.keys(tags).length > mostTags) {
        throw new AwsError("TooManyTags", `A state machine has at most ${mostTags} tags: '${record.arn}'`);
      }
      machines.save({ ...record, tags });
      return {};
    },

    UntagResource(fields, caller) {
      const record = tagged(fields);
      authorizer.authorize(caller, "states:UntagResource", record.arn);
      const dropped = new Set(fields.texts("tagKeys"));
      const tags = Object.entries(record.tags).filter(([key]) => !dropped.has(key));
      machines.save({ ...record, tags: Object.fromEntries(tags) });
      return {};
    },

    ListTagsForResource(fields, caller) {
      const record = tagged(fields);
      authorizer.authorize(caller, "states:ListTagsForResource", record.arn);
      return { tags: Object.entries(record.tags).map(([key, value]) => ({ key, value })) };
    },
  };

  function tagged(fields: Fields): MachineRecord {
    const arn = fields.text("resourceArn");
    arnKind(arn, "stateMachine");
    if (machines.find(arn) === undefined) throw new AwsError("ResourceNotFound", `Resource not found: '${arn}'`);
    return machines.record(arn);
  }
}

export function tagsOf(tags: readonly Fields[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    tags.map((tag) => [tag.text("key", longestKey), tag.optionalText("value", longestValue) ?? ""]),
  );
}

import { groupBy } from "../../lib/group-by.ts";
import { computedChanges, propertyDifferences } from "./difference.ts";
import type { Reading } from "./event.ts";
import { type LookUpImage, registryImageOf } from "./images.ts";
import { nameOf, nounOf } from "./names.ts";
import { movedTraffic } from "./traffic.ts";

/** What is said about one resource of the stack. */
export interface Remark {
  readonly urn: string;
  readonly type: string;
  /** Physical id, such as an ARN or a name. */
  readonly id: string;
  readonly noun: string;
  readonly name: string;
  /** The property that differs; undefined if the whole resource is meant. */
  readonly property?: string;
  /** Sentences without capital and full stop. */
  readonly sentences: readonly string[];
  /** Whether an update of the stack would not undo the difference. */
  readonly byHand?: true;
}

export interface Drift {
  /** Number of resources that were compared. */
  readonly resources: number;
  readonly differences: readonly Remark[];
  /** What looks like a difference and is not one, with the reason. */
  readonly explained: readonly Remark[];
}

/** Sorts what a refresh has read into differences, and into what needs no attention. */
export async function driftOf(readings: readonly Reading[], lookUp: LookUpImage): Promise<Drift> {
  const each = await Promise.all(readings.map((reading) => remarksOf(reading, readings, lookUp)));
  const differences = each.flatMap((remarks) => remarks.differences);
  return {
    resources: readings.length,
    differences: differences.toSorted((left, right) => rank(left) - rank(right)),
    explained: [...each.flatMap((remarks) => remarks.explained), ...computedRemarks(readings)],
  };
}

/** What was deleted comes first, because it needs an update at once. */
const rank = ({ property }: Remark): number => (property === undefined ? 0 : 1);

async function remarksOf(
  reading: Reading,
  stack: readonly Reading[],
  lookUp: LookUpImage,
): Promise<Pick<Drift, "differences" | "explained">> {
  const remark = (sentences: readonly string[], property?: string): Remark => ({
    urn: reading.urn,
    type: reading.type,
    id: reading.before.id,
    noun: nounOf(reading.type),
    name: nameOf(reading),
    ...(property === undefined ? {} : { property }),
    sentences,
  });
  const difference = (sentence: string) => ({ differences: [remark([sentence])], explained: [] });
  const explained = (sentence: string) => ({ differences: [], explained: [remark([sentence])] });
  if (!reading.after) {
    const image = registryImageOf(reading);
    if (!image) return difference("it was deleted");
    const found = await lookUp(image);
    if (found === false) return difference(`the registry no longer has ${image.imageDigest}`);
    if (found === true) return explained("the registry has it; only the token in the state has expired");
    return difference(`whether the registry still has ${image.imageDigest} could not be found out: ${found}`);
  }
  const traffic = movedTraffic(reading);
  const properties = propertyDifferences(reading, stack).filter(
    ({ property }) =>
      !(traffic !== undefined && property === "routingConfigurations") && !isRegistryToken(reading, property),
  );
  return {
    differences: properties.map(({ property, sentences, byHand }): Remark => {
      const found = remark(sentences, property);
      return byHand ? { ...found, byHand } : found;
    }),
    explained: traffic === undefined ? [] : [remark([traffic])],
  };
}

/** The token to push an image is valid for twelve hours, and is another one in each update. */
const isRegistryToken = ({ type }: Reading, property: string): boolean =>
  type === "docker-build:index:Image" && property === "registries";

/** One remark per property that AWS computes, with how many resources have another value. */
function computedRemarks(readings: readonly Reading[]): readonly Remark[] {
  const changes = readings.flatMap((reading) => computedChanges(reading).map((property) => ({ reading, property })));
  const groups = groupBy(changes, ({ reading, property }) => `${reading.type} ${property}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const { reading, property } = first;
    const others = group.length === 1 ? "" : ` and ${group.length - 1} more`;
    return {
      urn: reading.urn,
      type: reading.type,
      id: reading.before.id,
      noun: nounOf(reading.type),
      name: `${nameOf(reading)}${others}`,
      property,
      sentences: [`AWS computes "${property}", and has another value since the last update`],
    };
  });
}

import { createHash } from "node:crypto";
import { arn, digits, partition, physicalName, required } from "../identity.ts";
import type { Providers } from "./provider.ts";

const invokeArn = (region: string, functionArn: string): string =>
  `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${functionArn}/invocations`;

/** Properties that belong to the function as a whole and not to a version. */
const unversioned = ["name", "publish", "reservedConcurrentExecutions", "tags"];

/**
 * Derives a version number from the content, whereas AWS counts versions. After a restart, the versions of earlier
 * evaluations have the same numbers, and the same code and settings are always the same version.
 */
function versionOf(inputs: Readonly<Record<string, unknown>>): string {
  const versioned = Object.entries(inputs).filter(([key]) => !unversioned.includes(key));
  const hash = createHash("sha256").update(JSON.stringify(versioned.sort(([a], [b]) => (a < b ? -1 : 1))));
  return String(1 + Number.parseInt(hash.digest("hex").slice(0, 7), 16));
}

export const lambdaProviders: Providers = {
  "aws:lambda/function:Function": (registration) => {
    const { identity, inputs } = registration;
    const name = physicalName(registration);
    const functionArn = arn("lambda", `function:${name}`, identity);
    const published = identity.purpose === "compare" ? "1" : versionOf(inputs);
    const version = inputs["publish"] === true ? published : "$LATEST";
    const outputs = {
      name,
      arn: functionArn,
      version,
      qualifiedArn: `${functionArn}:${version}`,
      qualifiedInvokeArn: invokeArn(identity.region, `${functionArn}:${version}`),
      invokeArn: invokeArn(identity.region, functionArn),
      memorySize: inputs["memorySize"] ?? 128,
      timeout: inputs["timeout"] ?? 3,
      reservedConcurrentExecutions: inputs["reservedConcurrentExecutions"] ?? -1,
      ephemeralStorage: inputs["ephemeralStorage"] ?? { size: 512 },
    };
    return { id: name, outputs };
  },
  "aws:lambda/alias:Alias": (registration) => {
    const { identity } = registration;
    const aliasArn = arn(
      "lambda",
      `function:${required(registration, "functionName")}:${physicalName(registration)}`,
      identity,
    );
    const outputs = {
      name: physicalName(registration),
      arn: aliasArn,
      invokeArn: invokeArn(identity.region, aliasArn),
    };
    return { id: aliasArn, outputs };
  },
  "aws:lambda/permission:Permission": (registration) => {
    const statementId = registration.inputs["statementId"] ?? `${registration.name}-${digits(registration, 7)}`;
    return { id: String(statementId), outputs: { statementId } };
  },
  "aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig": (registration) => ({
    id: `${required(registration, "functionName")},${required(registration, "qualifier")}`,
    outputs: {},
  }),
};

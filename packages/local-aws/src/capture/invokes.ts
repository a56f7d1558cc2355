import { accountId, type Identity, partition } from "./identity.ts";
import { policyDocument } from "./policy-document.ts";

/**
 * Results of the provider functions that a program may call. Calling an unknown function is an error, because its
 * result would have to be made up.
 */
const functions: Readonly<
  Record<string, (identity: Identity, inputs: Readonly<Record<string, unknown>>) => Record<string, unknown>>
> = {
  "aws:iam/getPolicyDocument:getPolicyDocument": (_identity, inputs) => policyDocument(inputs),
  "aws:index/getCallerIdentity:getCallerIdentity": () => ({
    accountId,
    arn: `arn:${partition}:iam::${accountId}:root`,
    userId: accountId,
    id: accountId,
  }),
  "aws:index/getRegion:getRegion": ({ region }) => ({
    region,
    name: region,
    id: region,
    description: region,
    endpoint: `ec2.${region}.amazonaws.com`,
  }),
  "aws:index/getPartition:getPartition": () => ({
    partition,
    dnsSuffix: "amazonaws.com",
    reverseDnsPrefix: "com.amazonaws",
    id: partition,
  }),
};

/** The provider functions that a program may call. */
export const knownFunctions: readonly string[] = Object.keys(functions);

/** The program calls an unknown function. Pulumi shows `details`, as for gRPC errors, instead of the message. */
class UnknownInvoke extends TypeError {
  readonly details: string;
  constructor(message: string) {
    super(message);
    this.details = message;
  }
}

/** @throws TypeError for an unsupported provider function */
export function answerInvoke(
  token: string,
  identity: Identity,
  inputs: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const answer = functions[token];
  if (answer) return answer(identity, inputs);
  throw new UnknownInvoke(
    `The program calls "${token}", which the capture cannot answer: add it to packages/local-aws/src/capture/invokes.ts.`,
  );
}

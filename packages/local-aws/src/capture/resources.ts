import type { Registration } from "./identity.ts";
import { gatewayProviders } from "./providers/apigateway.ts";
import { ecrProviders } from "./providers/ecr.ts";
import { eventsProviders } from "./providers/events.ts";
import { iamProviders } from "./providers/iam.ts";
import { lambdaProviders } from "./providers/lambda.ts";
import type { Created, Providers } from "./providers/provider.ts";
import { s3Providers } from "./providers/s3.ts";
import { statesProviders } from "./providers/states.ts";

const providers: Providers = {
  ...gatewayProviders,
  ...ecrProviders,
  ...eventsProviders,
  ...iamProviders,
  ...lambdaProviders,
  ...s3Providers,
  ...statesProviders,
};

/** The types that a program may declare. */
export const resourceTypes: readonly string[] = Object.keys(providers);

/** Completes a resource as its provider would. @throws TypeError for an unsupported resource type */
export function createResource(registration: Registration): Created {
  const provider = providers[registration.type];
  if (provider) return provider(registration);
  throw new TypeError(
    `The program declares "${registration.type}" ("${registration.name}"), which the capture does not know: ` +
      "add it to packages/local-aws/src/capture/providers/.",
  );
}

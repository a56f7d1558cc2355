import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const url = "https://token.actions.githubusercontent.com";
const audience = "sts.amazonaws.com";

/** The account's provider does not accept the tokens that the workflows request. */
export class ProviderAudienceError extends pulumi.RunError {
  override readonly name = "ProviderAudienceError";
  constructor(arn: string, audiences: readonly string[]) {
    super(
      `The provider "${arn}" accepts the audiences ${JSON.stringify(audiences)} and not "${audience}", which the workflows request. ` +
        `Remedy: aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn ${arn} --client-id ${audience}`,
    );
  }
}

/**
 * The ARN of the account's provider for GitHub. An account has at most one for an address, so one that exists is used as
 * it is, unless this program made it, which its tags show: then it stays declared.
 * @throws ProviderAudienceError
 */
export async function githubProvider(tags: Readonly<Record<string, string>>): Promise<pulumi.Input<string>> {
  // If the look-up fails for another reason than "not found", AWS refuses the second provider, and the update ends there.
  const found = await aws.iam.getOpenIdConnectProvider({ url }).catch(() => undefined);
  const own = Object.entries(tags).every(([key, value]) => found?.tags[key] === value);
  if (found && !own) {
    if (!found.clientIdLists.includes(audience)) throw new ProviderAudienceError(found.arn, found.clientIdLists);
    return found.arn;
  }
  return new aws.iam.OpenIdConnectProvider("github", { url, clientIdLists: [audience], tags }).arn;
}

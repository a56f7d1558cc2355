import type { KeyPair } from "./iam/operator-key.ts";

/** Shell lines after which unchanged AWS clients call this runtime as its operator. */
export function clientEnvironment(url: string, region: string, operator: KeyPair): readonly string[] {
  const { accessKeyId, secretAccessKey } = operator;
  return [
    `export AWS_ENDPOINT_URL=${url} AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
    `export AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey}`,
    // Step Functions clients would ask for the host "sync-localhost"; a profile would bring another key or a token.
    "export AWS_DISABLE_HOST_PREFIX_INJECTION=true; unset AWS_SESSION_TOKEN AWS_PROFILE",
  ];
}

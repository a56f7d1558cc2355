import type { KeyPair } from "./iam/operator-key.ts";

/** Returns shell commands that configure unchanged AWS clients to call this runtime as its operator. */
export function clientEnvironment(url: string, region: string, operator: KeyPair): readonly string[] {
  const { accessKeyId, secretAccessKey } = operator;
  return [
    `export AWS_ENDPOINT_URL=${url} AWS_REGION=${region} AWS_DEFAULT_REGION=${region}`,
    `export AWS_ACCESS_KEY_ID=${accessKeyId} AWS_SECRET_ACCESS_KEY=${secretAccessKey}`,
    // Step Functions clients would otherwise use the host "sync-localhost", and a profile would provide another key or
    // a token.
    "export AWS_DISABLE_HOST_PREFIX_INJECTION=true; unset AWS_SESSION_TOKEN AWS_PROFILE",
  ];
}

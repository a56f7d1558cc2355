import { expect, it } from "vitest";
import { pulumiRefusal } from "./pulumi-refusal.ts";

it.each([
  ["error: no stack named 'dev' found", 2, /There is no stack "dev"/],
  ["error: PULUMI_ACCESS_TOKEN must be set for login during non-interactive CLI sessions", 3, /pulumi login/],
  ["get stack secrets manager: passphrase must be set with PULUMI_CONFIG_PASSPHRASE", 3, /passphrase .* is missing/],
  ["get stack secrets manager: incorrect passphrase", 3, /is not that of the stack "dev"/],
  ["ExpiredToken: The security token included in the request is expired", 3, /have expired/],
  [
    "operation error S3: GetObject, StatusCode: 400, api error ExpiredToken: The provided token has expired.",
    3,
    /expired/,
  ],
  ["The SSO session associated with this profile has expired or is otherwise invalid", 3, /aws sso login/],
  ["api error InvalidClientTokenId: The security token included in the request is invalid.", 3, /are not valid/],
  ["No valid credential sources found. Please see https://…", 3, /There are no AWS credentials/],
  [
    "get identity: get credentials: failed to refresh cached credentials, no EC2 IMDS role found",
    3,
    /no AWS credentials/,
  ],
  [
    "User: arn:aws:iam::1:user/x is not authorized to perform: iam:GetRole on resource: role y",
    3,
    /may not call iam:GetRole/,
  ],
  ["AccessDenied: Access Denied", 3, /may not read everything/],
  ["Preview failed: Error: connect ECONNREFUSED 127.0.0.1:1", 3, /cannot be reached/],
])("says in one sentence what is missing: %s", (printed, exitCode, sentence) => {
  const failure = pulumiRefusal(printed, "dev", "read");
  expect(failure.message).toMatch(sentence);
  expect(failure.message).not.toContain("\n");
  expect(failure.exitCode).toBe(exitCode);
});

it("shows the first line of any other error", () => {
  expect(pulumiRefusal("\nerror: something else\n  at line 2\n", "dev", "compared with the cloud").message).toBe(
    'The stack "dev" cannot be compared with the cloud: something else',
  );
});

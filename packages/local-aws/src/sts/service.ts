import { queryResponse } from "../server/query-protocol.ts";
import { AwsError, type Service } from "../service.ts";

const namespace = "https://sts.amazonaws.com/doc/2011-06-15/";

/** The part of the Security Token Service that lets clients ask for their own identity. */
export function createSts(accountId: string): Service {
  return async (request, caller) => {
    const form = new URLSearchParams(await request.text());
    const action = form.get("Action") ?? "";
    if (action !== "GetCallerIdentity") {
      throw new AwsError("InvalidAction", `The operation "${action}" is not offered here; GetCallerIdentity is.`);
    }
    return queryResponse(action, namespace, { Arn: caller.arn, UserId: caller.accessKeyId, Account: accountId });
  };
}

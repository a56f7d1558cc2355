import { expect, it } from "vitest";
import { createSts } from "./service.ts";

const caller = { accessKeyId: "AKIA", arn: "arn:aws:iam::000000000000:user/operator" };
const ask = (form: Record<string, string>) =>
  createSts("000000000000")(
    new Request("http://localhost/", { method: "POST", body: new URLSearchParams(form) }),
    caller,
  );

it("says who signed the request", async () => {
  const response = await ask({ Action: "GetCallerIdentity", Version: "2011-06-15" });
  expect(await response.text()).toContain(
    `<GetCallerIdentityResult><Arn>${caller.arn}</Arn><UserId>AKIA</UserId><Account>000000000000</Account></GetCallerIdentityResult>`,
  );
});

it("offers nothing else", async () => {
  await expect(ask({ Action: "AssumeRole" })).rejects.toMatchObject({ name: "InvalidAction", status: 400 });
});

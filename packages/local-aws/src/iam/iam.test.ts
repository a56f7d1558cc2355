import { describe, expect, it } from "vitest";
import type { PolicyDocument, RoleResource } from "../graph.ts";
import { createIam } from "./iam.ts";
import { permits, serviceCaller } from "./resource-policy.ts";

const operatorKey = { accessKeyId: "AKIALOCALOPERATOR", secretAccessKey: "a-secret-of-the-operator" } as const;
const accountId = "000000000000";
const arn = `arn:aws:iam::${accountId}:role/orders`;
const functionArn = `arn:aws:lambda:us-east-1:${accountId}:function:orders`;
const policy = (...Statement: Record<string, unknown>[]): PolicyDocument => ({ Version: "2012-10-17", Statement });
const trust = (service: string, condition?: object): PolicyDocument =>
  policy({
    Effect: "Allow",
    Principal: { Service: service },
    Action: "sts:AssumeRole",
    ...(condition === undefined ? {} : { Condition: condition }),
  });
const read = { Sid: "ReadUploads", Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::photos/uploads/*" };
const list = {
  Sid: "ListUploads",
  Effect: "Allow",
  Action: "s3:ListBucket",
  Resource: "arn:aws:s3:::photos",
  Condition: { StringLike: { "s3:prefix": "uploads/*" } },
};
const role = (change: Partial<RoleResource> = {}): RoleResource => ({
  name: "orders",
  arn,
  assumeRolePolicy: trust("lambda.amazonaws.com"),
  policies: { objects: policy(read, list) },
  ...change,
});
const start = (change: Partial<RoleResource> = {}) => {
  const iam = createIam({ roles: [role(change)], accountId }, operatorKey);
  const caller = iam.callerOf(iam.issue(arn, "session", "lambda.amazonaws.com").accessKeyId);
  return { iam, caller, may: iam.authorizer.authorize.bind(undefined, caller) };
};

describe("a call under a role", () => {
  it("passes where a statement allows it", () => {
    expect(() => start().may("s3:GetObject", "arn:aws:s3:::photos/uploads/a.jpg")).not.toThrow();
  });

  it("is refused in AWS's words, with the statement that is missing", () => {
    const { may } = start();
    const resource = "arn:aws:s3:::photos/results/a.json";
    expect(() => may("s3:GetObject", resource)).toThrow(
      expect.objectContaining({
        name: "AccessDeniedException",
        status: 403,
        message:
          `User: arn:aws:sts::${accountId}:assumed-role/orders/session is not authorized to perform: s3:GetObject ` +
          `on resource: ${resource} because no identity-based policy allows the s3:GetObject action. ` +
          `The statement that is missing in a policy of role "${arn}": ` +
          `{"Effect":"Allow","Action":"s3:GetObject","Resource":"${resource}"}.`,
      }),
    );
  });

  it("meets the conditions of a statement, or is refused with the values", () => {
    const { may } = start();
    expect(() => may("s3:ListBucket", "arn:aws:s3:::photos", { "s3:prefix": "uploads/a" })).not.toThrow();
    expect(() => may("s3:ListBucket", "arn:aws:s3:::photos", { "s3:prefix": "results/" })).toThrow(
      's3:prefix = "results/"',
    );
    expect(() => may("s3:ListBucket", "arn:aws:s3:::photos")).toThrow("no identity-based policy");
  });

  it("takes a star in an object's key for a star, not for a pattern", () => {
    const { may } = start();
    expect(() => may("s3:GetObject", "arn:aws:s3:::photos/uploads/a*b.jpg")).not.toThrow();
    expect(() => may("s3:GetObject", "arn:aws:s3:::photos/up*")).toThrow("no identity-based policy");
  });

  it("may name an object whose key has line ends", () => {
    const { may } = start();
    expect(() => may("s3:GetObject", "arn:aws:s3:::photos/uploads/a\nb\u2028c.jpg")).not.toThrow();
    expect(() => may("s3:GetObject", "arn:aws:s3:::photos/\nuploads/a.jpg")).toThrow("no identity-based policy");
  });

  it("is refused by an explicit deny, which is named", () => {
    const deny = {
      Sid: "NeverThese",
      Effect: "Deny",
      Action: "s3:*",
      Resource: "arn:aws:s3:::photos/uploads/secret/*",
    };
    const { may } = start({ policies: { objects: policy(read), guard: policy(deny) } });
    expect(() => may("s3:GetObject", "arn:aws:s3:::photos/uploads/secret/a")).toThrow(
      'with an explicit deny in an identity-based policy: "NeverThese" of policy "guard" of role "orders".',
    );
  });

  it("that IAM does not know is a mistake of the service that asks, not a refusal", () => {
    expect(() => start().may("s3:ReadThing", "arn:aws:s3:::photos/a")).toThrow(
      /cannot evaluate "s3:ReadThing".*invalid.action/,
    );
  });

  it("follows an edited program", () => {
    const { iam, may } = start();
    const resource = "arn:aws:s3:::photos/uploads/a.jpg";
    may("s3:GetObject", resource);
    iam.update({ roles: [role({ policies: {} })] });
    expect(() => may("s3:GetObject", resource)).toThrow("no identity-based policy");
    iam.update({ roles: [] });
    expect(() => may("s3:GetObject", resource)).toThrow("does not exist any more");
  });
});

describe("access keys", () => {
  it("are a role's session or the operator's own, which may do everything; any other is refused", () => {
    const { iam, caller } = start();
    expect(caller).toMatchObject({ roleArn: arn, arn: `arn:aws:sts::${accountId}:assumed-role/orders/session` });
    const operator = iam.callerOf(operatorKey.accessKeyId);
    expect(operator.roleArn).toBeUndefined();
    expect(() => iam.authorizer.authorize(operator, "s3:DeleteObject", "arn:aws:s3:::photos/x")).not.toThrow();
    expect(iam.keyOf(operatorKey.accessKeyId)).toEqual({
      caller: operator,
      secretAccessKey: operatorKey.secretAccessKey,
    });
    for (const stranger of ["AKIAIOSFODNN7EXAMPLE", "operator", ""]) {
      expect(() => iam.callerOf(stranger)).toThrow(expect.objectContaining({ name: "InvalidAccessKeyId" }));
    }
  });

  it("never turn into the operator's when they are revoked", () => {
    const { iam, caller } = start();
    iam.revoke(caller.accessKeyId);
    expect(() => iam.callerOf(caller.accessKeyId)).toThrow(expect.objectContaining({ name: "ExpiredTokenException" }));
  });

  it("outlive their sandbox, so that a signed URL does not die with it", () => {
    const { iam, caller } = start();
    iam.retire(caller.accessKeyId);
    expect(iam.callerOf(caller.accessKeyId)).toEqual(caller);
  });

  it("are given only to a service that the trust policy names", () => {
    const { iam } = start();
    expect(() => iam.issue(arn, "session", "states.amazonaws.com")).toThrow(
      expect.objectContaining({
        name: "AccessDeniedException",
        message: expect.stringContaining('states.amazonaws.com cannot assume role "orders"'),
      }),
    );
  });

  it("are given under the conditions of the trust policy", () => {
    const under = (account: string) => () =>
      start({ assumeRolePolicy: trust("lambda.amazonaws.com", { StringEquals: { "aws:SourceAccount": account } }) });
    expect(under(accountId)).not.toThrow();
    expect(under("111111111111")).toThrow("cannot assume role");
  });
});

describe("usage", () => {
  it("distinguishes the statements that allowed a call from unused ones", () => {
    const { iam, may } = start();
    may("s3:GetObject", "arn:aws:s3:::photos/uploads/a.jpg");
    expect(iam.usage()).toEqual({
      used: [{ role: "orders", policy: "objects", sid: "ReadUploads" }],
      unused: [{ role: "orders", policy: "objects", sid: "ListUploads" }],
    });
  });

  it("counts a statement also when its result was remembered from before", () => {
    const { iam, may } = start();
    may("s3:GetObject", "arn:aws:s3:::photos/uploads/a.jpg");
    iam.update({ roles: [role({ policies: { objects: policy(list, read) } })] });
    expect(iam.usage().used).toEqual([{ role: "orders", policy: "objects", sid: "ReadUploads" }]);
  });
});

describe("refusals", () => {
  it("name what a role lacked, each once, until they are asked for", () => {
    const { iam, may } = start();
    may("s3:GetObject", "arn:aws:s3:::photos/uploads/a.jpg");
    expect(iam.takeRefusals()).toEqual([]);
    const resource = "arn:aws:s3:::photos/secret";
    for (let times = 0; times < 2; times += 1) expect(() => may("s3:GetObject", resource)).toThrow("not authorized");
    expect(iam.takeRefusals()).toEqual([{ role: "orders", action: "s3:GetObject", resource }]);
    expect(iam.takeRefusals()).toEqual([]);
  });
});

describe("a function's resource policy", () => {
  const permission = {
    statementId: "api",
    action: "lambda:InvokeFunction",
    principal: "apigateway.amazonaws.com",
    sourceArn: `arn:aws:execute-api:us-east-1:${accountId}:abc123/*/*/*`,
    qualifier: "live",
  };
  const gateway = (api: string) =>
    serviceCaller("apigateway.amazonaws.com", `arn:aws:execute-api:us-east-1:${accountId}:${api}/dev/POST/orders`);
  const ask = (caller: ReturnType<typeof serviceCaller>, resource = `${functionArn}:live`) => {
    if (!caller.service) throw new Error("not a service");
    return permits([permission], { ...caller, service: caller.service }, "lambda:InvokeFunction", resource);
  };

  it("lets the service in that it names, from the source it names, to the alias it names", () => {
    expect(ask(gateway("abc123"))).toBe(true);
    expect(ask(gateway("other1"))).toBe(false);
    expect(ask(serviceCaller("events.amazonaws.com", gateway("abc123").arn))).toBe(false);
    expect(ask(gateway("abc123"), functionArn)).toBe(false);
  });

  it("is the only thing a service has: it is nobody's role", () => {
    const { iam } = start();
    expect(() => iam.authorizer.authorize(gateway("abc123"), "s3:GetObject", "arn:aws:s3:::photos/uploads/a")).toThrow(
      "no identity-based policies",
    );
  });
});

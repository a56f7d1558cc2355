import { describe, expect, it } from "vitest";
import { gateway } from "../apigateway/test-support/gateway.ts";
import type { S3 } from "../s3/s3.ts";
import { AwsError, type Caller } from "../service.ts";
import { parseFaults } from "./fault-file.ts";
import { Faults } from "./faults.ts";
import { s3OperationOf } from "./s3-operation.ts";
import { faultyS3, faultyStates } from "./services.ts";

const open = (fault: object) => new Faults(parseFaults(JSON.stringify({ faults: [fault] }), "f.json"));
const caller: Caller = { accessKeyId: "a", arn: "arn" };
const at = (path: string, init: RequestInit = {}) => new Request(`http://127.0.0.1:1${path}`, init);

describe("services under faults", () => {
  it("S3 responds 503 SlowDown in XML, to the operation that the fault names only", async () => {
    const real = { service: async () => new Response("real") } as unknown as S3;
    const s3 = faultyS3(real, open({ service: "s3", operation: "GetObject", error: "SlowDown", probability: 1 }));
    const refused = await s3.service(at("/bucket/key"), caller);
    expect([refused.status, await refused.text()]).toEqual([503, expect.stringContaining("<Code>SlowDown</Code>")]);
    expect(await (await s3.service(at("/bucket/key", { method: "PUT", body: "x" }), caller)).text()).toBe("real");
    expect(await (await s3.service(at("/bucket/%ZZ"), caller)).text()).toBe("real");
  });

  it.each([
    ["GET", "/bucket/key", {}, "GetObject"],
    ["HEAD", "/bucket/key", {}, "HeadObject"],
    ["PUT", "/bucket/key", {}, "PutObject"],
    ["PUT", "/bucket/key", { "x-amz-copy-source": "/a/b" }, "CopyObject"],
    ["PUT", "/bucket/key?partNumber=1&uploadId=u", {}, "UploadPart"],
    ["PUT", "/bucket/key?partNumber=1&uploadId=u", { "x-amz-copy-source": "/a/b" }, "UploadPartCopy"],
    ["POST", "/bucket/key?uploads", {}, "CreateMultipartUpload"],
    ["POST", "/bucket/key?uploadId=u", {}, "CompleteMultipartUpload"],
    ["DELETE", "/bucket/key?uploadId=u", {}, "AbortMultipartUpload"],
    ["DELETE", "/bucket/key", {}, "DeleteObject"],
    ["GET", "/bucket/key?uploadId=u", {}, "ListParts"],
    ["GET", "/bucket?list-type=2", {}, "ListObjectsV2"],
    ["GET", "/bucket", {}, "ListObjects"],
    ["GET", "/bucket?uploads", {}, "ListMultipartUploads"],
    ["POST", "/bucket?delete", {}, "DeleteObjects"],
    ["POST", "/bucket", { "content-type": "multipart/form-data; boundary=b" }, "PostObject"],
    ["PUT", "/bucket", {}, undefined],
  ] as const)("%s %s %o is the S3 operation %s", (method, path, headers, name) => {
    expect(s3OperationOf(at(path, { method, headers }))?.name).toBe(name);
  });

  it("Step Functions refuses the operation that the fault names", async () => {
    const fault = { service: "states", operation: "DescribeExecution", error: "ThrottlingException", firstCalls: 1 };
    const handle = faultyStates(async () => new Response("real"), open(fault));
    const call = (operation: string) =>
      handle(at("/", { method: "POST", headers: { "x-amz-target": `AWSStepFunctions.${operation}` } }), caller);
    expect(await (await call("StartExecution")).text()).toBe("real");
    await expect(call("DescribeExecution")).rejects.toMatchObject({ name: "ThrottlingException", status: 400 });
    expect(await (await call("DescribeExecution")).text()).toBe("real");
  });

  it("the gateway throttles the route that the fault names, as the program declares that response", async () => {
    const declared = {
      responseType: "THROTTLED",
      statusCode: "429",
      parameters: { "gatewayresponse.header.Retry-After": "'1'" },
      templates: {},
    };
    const faults = open({ service: "apigateway", route: "POST /x", error: "THROTTLED", firstCalls: 1 });
    const { send } = gateway({ api: { gatewayResponses: [declared] }, faults });
    expect((await send("/x")).status).toBe(200);
    const refused = await send("/x", { method: "POST" });
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "1"]);
    expect((await send("/x", { method: "POST" })).status).toBe(200);
  });
});

describe("the gateway when Lambda refuses the call", () => {
  const responseTo = async (name: string) => {
    const invocation = () => Promise.reject(new AwsError(name, "no", 400));
    const declared = { responseType: "INTEGRATION_FAILURE", statusCode: "503", parameters: {}, templates: {} };
    return (await gateway({ invocation, api: { gatewayResponses: [declared] } }).send("/x")).status;
  };

  it.each(["TooManyRequestsException", "CodeArtifactUserPendingException", "ServiceException"])(
    "is an integration failure for %s",
    async (name) => {
      expect(await responseTo(name)).toBe(503);
    },
  );

  it.each(["AccessDeniedException", "ResourceNotFoundException"])(
    "stays an error of the configuration for %s",
    async (name) => {
      expect(await responseTo(name)).toBe(500);
    },
  );
});

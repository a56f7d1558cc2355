import { APIGatewayClient } from "@aws-sdk/client-api-gateway";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { ECRClient } from "@aws-sdk/client-ecr";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAMClient } from "@aws-sdk/client-iam";
import { KMSClient } from "@aws-sdk/client-kms";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SNSClient } from "@aws-sdk/client-sns";

/** The account id that moto uses. */
export const account = "123456789012";
export const region = "us-east-1";

const configuration = {
  region,
  endpoint: process.env["LANE_MOTO_URL"] ?? "http://127.0.0.1:1",
  credentials: { accessKeyId: "lane", secretAccessKey: "lane" },
  maxAttempts: 3,
};

/**
 * moto 5.2 rarely fails one of several parallel requests, such as a PutMetricAlarm, with a page in HTML that the client
 * cannot parse. It is tried again, as the SDK does after AWS's own failures.
 */
const retriedFailures: Parameters<CloudWatchClient["middlewareStack"]["use"]>[0] = {
  applyToStack({ add }) {
    add(
      (next) => async (request) => {
        const output = await next(request);
        const { statusCode = 200 } = output.response as { readonly statusCode?: number };
        if (statusCode < 500) return output;
        const failure = new Error(`moto failed with ${statusCode}.`);
        throw Object.assign(failure, { $metadata: { httpStatusCode: statusCode }, $retryable: {} });
      },
      { step: "deserialize", priority: "low", name: "failures of moto" },
    );
  },
};

/** Adds `retriedFailures` to a client, whatever the types of its requests are. */
function retrying<Client extends { readonly middlewareStack: { use(plugin: never): void } }>(client: Client): Client {
  client.middlewareStack.use(retriedFailures as never);
  return client;
}

export const apigateway = retrying(new APIGatewayClient(configuration));
export const cloudwatch = retrying(new CloudWatchClient(configuration));
export const ecr = retrying(new ECRClient(configuration));
export const eventBridge = retrying(new EventBridgeClient(configuration));
export const iam = retrying(new IAMClient(configuration));
export const kms = retrying(new KMSClient(configuration));
export const lambda = retrying(new LambdaClient(configuration));
export const logs = retrying(new CloudWatchLogsClient(configuration));
export const s3 = retrying(new S3Client({ ...configuration, forcePathStyle: true }));
export const sns = retrying(new SNSClient(configuration));
export const states = retrying(new SFNClient(configuration));

/** Clients of the whole account, for what moto does not support. */
const whole = { ...configuration, maxAttempts: 1, endpoint: process.env["LANE_ACCOUNT_URL"] ?? "http://127.0.0.1:1" };
export const wholeLambda = new LambdaClient(whole);
export const wholeStates = new SFNClient({ ...whole, disableHostPrefix: true });

export const verifier = "moto";

/** A program that is unrelated to this project: it greets by name and keeps greetings in a bucket. */
import * as aws from "@pulumi/aws";
import * as awsx from "@pulumi/awsx";
import * as pulumi from "@pulumi/pulumi";

const trust = (service: string) =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });

const bucket = new aws.s3.Bucket("greetings");
const repository = new awsx.ecr.Repository("images");
const image = new awsx.ecr.Image("image", {
  repositoryUrl: repository.url,
  context: "image",
  imageTag: "1",
  platform: "linux/amd64",
});

const logGroup = new aws.cloudwatch.LogGroup("greet-log", { retentionInDays: 7 });
const role = new aws.iam.Role("greet-role", { assumeRolePolicy: trust("lambda.amazonaws.com") });
new aws.iam.RolePolicy("greet-policy", {
  role: role.id,
  policy: pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: pulumi.interpolate`${logGroup.arn}:*`,
      },
    ],
  }),
});
const greet = new aws.lambda.Function("greet", {
  packageType: "Image",
  imageUri: image.imageUri,
  imageConfig: { commands: ["greet/main.handler"] },
  role: role.arn,
  timeout: 10,
  loggingConfig: { logFormat: "Text", logGroup: logGroup.name },
});

const machineRole = new aws.iam.Role("machine-role", { assumeRolePolicy: trust("states.amazonaws.com") });
new aws.iam.RolePolicy("machine-policy", {
  role: machineRole.id,
  policy: pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "lambda:InvokeFunction", Resource: greet.arn }],
  }),
});
const machine = new aws.sfn.StateMachine("greet-all", {
  roleArn: machineRole.arn,
  definition: pulumi.jsonStringify({
    StartAt: "Each name",
    States: {
      "Each name": {
        Type: "Map",
        ItemsPath: "$.names",
        ItemProcessor: {
          ProcessorConfig: { Mode: "INLINE" },
          StartAt: "Greet",
          States: { Greet: { Type: "Task", Resource: greet.arn, End: true } },
        },
        End: true,
      },
    },
  }),
});

const api = new aws.apigateway.RestApi("api");
const resource = new aws.apigateway.Resource("greet-resource", {
  restApi: api.id,
  parentId: api.rootResourceId,
  pathPart: "greet",
});
const method = new aws.apigateway.Method("greet-method", {
  restApi: api.id,
  resourceId: resource.id,
  httpMethod: "POST",
  authorization: "NONE",
});
const integration = new aws.apigateway.Integration("greet-integration", {
  restApi: api.id,
  resourceId: resource.id,
  httpMethod: method.httpMethod,
  integrationHttpMethod: "POST",
  type: "AWS_PROXY",
  uri: greet.invokeArn,
});
new aws.lambda.Permission("greet-permission", {
  action: "lambda:InvokeFunction",
  function: greet.name,
  principal: "apigateway.amazonaws.com",
  sourceArn: pulumi.interpolate`${api.executionArn}/*`,
});
const deployment = new aws.apigateway.Deployment("deployment", { restApi: api.id }, { dependsOn: [integration] });
new aws.apigateway.Stage("stage", { restApi: api.id, deployment: deployment.id, stageName: "live" });

export const bucketName = bucket.id;
export const functionName = greet.name;
export const machineArn = machine.arn;
export const logGroupName = logGroup.name;

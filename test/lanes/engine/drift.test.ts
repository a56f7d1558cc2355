import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { expect, test } from "vitest";
import { attempt } from "../support/command.ts";
import { opened } from "../support/opened.ts";
import { ChangesByHand } from "./changes-by-hand.ts";
import { openedSession, openedStage, story } from "./story.ts";

/** `npm run drift` with the real engine: against the stack as it was left, and after changes that nobody told Pulumi of. */
const session = openedSession();
const stage = openedStage(session, { stack: "dev" });
const outputs = opened(async () => {
  const { driver } = stage();
  await driver.perform("up");
  return (await driver.outputs()) as {
    readonly alarmNames: readonly string[];
    readonly bucketName: string;
    readonly functionNames: Readonly<Record<string, string>>;
    readonly stateMachineArn: string;
  };
});
const byHand = () => new ChangesByHand(session().account.url, session().environment["LANE_JOURNAL"] ?? "");

story("a stack as it was left does not differ, and nothing is changed by looking", stage, async () => {
  await byHand().rewritePolicies(await byHand().role("dlw-dev-reduce-role"));
  const settings = path.join(stage().project, "Pulumi.dev.yaml");
  writeFileSync(settings, readFileSync(settings, "utf8").replace(/^encryptionsalt:.*\n/m, ""));
  const [state, calls, text] = [stateHash(), session().journal().length, readFileSync(settings, "utf8")];
  const { code, stdout } = await drift();
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^All resources of the stack "dev" are in/),
  });
  expect(stateHash()).toBe(state);
  expect(readFileSync(settings, "utf8")).toBe(text);
  const made = session().journal().slice(calls);
  expect([...new Set(made.map(({ operation }) => operation))]).toEqual(["read"]);
});

story(
  "traffic that a release has moved and an expired token of the registry are explained, not reported",
  stage,
  async () => {
    await byHand().moveTraffic(outputs().stateMachineArn);
    session().expireTokens();
    const { code, stdout } = await drift("--json");
    const { differences, explained } = JSON.parse(stdout) as Comparison;
    expect({ code, differences }).toEqual({ code: 0, differences: [] });
    const said = explained.flatMap(({ noun, sentences }) => sentences.map((sentence) => `${noun}: ${sentence}`));
    expect(said).toEqual(
      expect.arrayContaining([
        "state machine alias: a release or a rollback has moved its traffic: 10 % to version 2, 90 % to version 1; the stack left 100 % to version 1",
        ...Array<string>(2).fill("container image: the registry has it; only the token in the state has expired"),
      ]),
    );
  },
);

story(
  "a changed bucket policy, role, function and public access block, and a deleted alarm are named",
  stage,
  async () => {
    const { alarmNames, bucketName, functionNames } = outputs();
    const [alarm = "", api, map] = [
      alarmNames[0],
      await byHand().role("dlw-dev-api-role"),
      await byHand().role("dlw-dev-map-role"),
    ];
    await byHand().deleteAlarm(alarm);
    await byHand().trustEverybody(api);
    await byHand().addInlinePolicy(map, "extra");
    byHand().publishObjects(bucketName);
    await byHand().allowPublicAcls(bucketName);
    await byHand().shrinkFunction(functionNames["classify"] ?? "", 512);
    await byHand().reserveConcurrency(functionNames["reduce"] ?? "", 1);
    const { code, stdout } = await drift("--json");
    expect(code).toBe(1);
    const { differences } = JSON.parse(stdout) as Comparison;
    expect(differences.map(({ noun, name, sentences }) => [noun, name, ...sentences]).sort()).toEqual(
      [
        ["alarm", alarm, "it was deleted"],
        [
          "bucket policy",
          bucketName,
          'the statement "RequireTls" is missing',
          `the statement "Public" was added: Allow s3:GetObject on arn:aws:s3:::${bucketName}/* for AWS *`,
        ],
        ["function", functionNames["classify"], '"memorySize" is 512 instead of 3008'],
        [
          "function",
          functionNames["reduce"],
          '"reservedConcurrentExecutions" is 1 instead of -1, which the program leaves to AWS',
        ],
        ["public access block of a bucket", bucketName, '"blockPublicAcls" is false instead of true'],
        [
          "role",
          api,
          'in its trust policy the statement "AssumeByService" is missing',
          "in its trust policy the statement number 1 was added: Allow sts:AssumeRole for AWS *",
        ],
        ["role", map, 'it has the inline policy "extra", which the stack does not give it'],
      ].sort(),
    );
  },
);

test.each([
  [
    "a stack that does not exist",
    ["--stack", "nope"],
    {},
    2,
    'There is no stack "nope" in this backend: pulumi stack ls lists the stacks.',
  ],
  ["no login", [], { PULUMI_BACKEND_URL: undefined }, 3, "Pulumi is not logged in to a backend: run pulumi login"],
  ["no passphrase", [], { PULUMI_CONFIG_PASSPHRASE: undefined }, 3, 'The passphrase of the stack "dev" is missing'],
  [
    "another passphrase",
    [],
    { PULUMI_CONFIG_PASSPHRASE: "other" },
    3,
    "The passphrase in PULUMI_CONFIG_PASSPHRASE is not",
  ],
])("%s is one sentence", async (_what, parameters, environment, code, sentence) => {
  const ended = await drift(...parameters, environment);
  expect({ code: ended.code, stdout: ended.stdout }).toEqual({ code, stdout: "" });
  expect(ended.message).toMatch(/^[^\n]+\n$/);
  expect(ended.message).toContain(sentence);
});

test("expired credentials are one sentence, and never no difference", async () => {
  const server = http.createServer((_request, response) => {
    response.writeHead(403, { "content-type": "text/xml", "x-amzn-errortype": "ExpiredTokenException" });
    response.end("<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const { code, stdout, message } = await drift({ LANE_MOTO_URL: url, PULUMI_DEBUG_PROVIDERS: undefined });
    expect({ code, stdout }).toEqual({ code: 3, stdout: "" });
    expect(message).toMatch(/^The AWS credentials have expired or are not valid: [^\n]+\n$/);
  } finally {
    server.close();
  }
});

interface Said {
  readonly noun: string;
  readonly name: string;
  readonly sentences: readonly string[];
}
interface Comparison {
  readonly differences: readonly Said[];
  readonly explained: readonly Said[];
}

/** Runs the command; an object changes its environment. */
async function drift(...words: readonly (string | Readonly<Record<string, string | undefined>>)[]) {
  const parameters = words.filter((word) => typeof word === "string");
  const changes = words.filter((word) => typeof word === "object");
  const stack = parameters.includes("--stack") ? [] : ["--stack", "dev"];
  const { code, stdout, output } = await attempt(
    process.execPath,
    ["--no-warnings", "--import", "tsx", "cli/main.ts", "drift", ...stack, ...parameters],
    {
      cwd: stage().project,
      environment: Object.assign(
        {},
        session().environment,
        await session().plugins.variables(stage().project),
        // The registry is asked with the credentials and the endpoint that the AWS SDK finds.
        { AWS_ENDPOINT_URL: session().account.url, AWS_ACCESS_KEY_ID: "lane", AWS_SECRET_ACCESS_KEY: "lane" },
        ...changes,
      ),
    },
  );
  return { code, stdout, message: output.slice(stdout.length) };
}

/** A hash of all files of the backend: the state, its history and its locks. */
function stateHash(): string {
  const folder = new URL(session().environment["PULUMI_BACKEND_URL"] ?? "").pathname;
  const hash = createHash("sha256");
  for (const file of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (file.isFile()) hash.update(file.name).update(readFileSync(path.join(file.parentPath, file.name)));
  }
  return hash.digest("hex");
}

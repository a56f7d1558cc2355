import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import {
  CreateOpenIDConnectProviderCommand,
  GetRoleCommand,
  IAMClient,
  ListOpenIDConnectProvidersCommand,
} from "@aws-sdk/client-iam";
import { describe, expect, test } from "vitest";
import { documentOf } from "../../../account/documents.ts";
import { copyProject } from "../../support/project-copy.ts";
import { run } from "../support/command.ts";
import { opened } from "../support/opened.ts";
import { fillsOf } from "../workflows/policies.ts";
import { reaches } from "../workflows/simulation.ts";
import { commandDriver, type Driver } from "./drivers.ts";
import { summary } from "./events.ts";
import { openSession, type Session } from "./session.ts";
import { callsIn } from "./table.ts";

/**
 * The program of the account with the real engine: the provider for GitHub is made or reused, a second update changes
 * nothing, and the state moves to another backend as the documentation says.
 */
const project = opened(
  async () => copyProject(),
  (copy) => copy.remove(),
);
const folder = () => path.join(project().folder, "account");

async function opensIn(session: Session): Promise<Driver> {
  const driver = await commandDriver(folder(), "main", session);
  await driver.configure("repository", "example/workflow");
  await driver.configure("stacks", '["dev"]');
  return driver;
}

const clientOf = ({ moto }: Session) =>
  new IAMClient({ endpoint: moto.url, region: "us-east-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } });

async function providersOf(session: Session): Promise<readonly string[]> {
  const { OpenIDConnectProviderList = [] } = await clientOf(session).send(new ListOpenIDConnectProvidersCommand({}));
  return OpenIDConnectProviderList.flatMap(({ Arn }) => Arn ?? []);
}

describe("in an account without a provider for GitHub", () => {
  const session = opened(openSession, (each) => each.close());
  const driver = opened(() => opensIn(session()));

  test("the first update makes everything, and the second one nothing", async ({ annotate }) => {
    const first = await driver().perform("up");
    await annotate(summary(first));
    await annotate(callsIn(session().journal()));
    expect(first.steps.filter(({ op }) => op !== "create")).toEqual([]);
    expect(await providersOf(session())).toHaveLength(1);
    expect((await driver().perform("up")).steps).toEqual([]);
  });

  test("the role that deploys has the trust of docs/iam, as AWS keeps it", async () => {
    const name = "deep-learning-workflow-dev-deploy";
    const { Role } = await clientOf(session()).send(new GetRoleCommand({ RoleName: name }));
    const fills = {
      ...fillsOf({ accountId: "123456789012", region: "us-east-1", stack: "dev" }),
      ORGANISATION: "example",
      REPOSITORY: "workflow",
    };
    expect(JSON.parse(decodeURIComponent(Role?.AssumeRolePolicyDocument ?? ""))).toEqual(
      documentOf("deploy-trust", fills),
    );
  });

  test("the engine keeps the state where the policies of docs/iam look for it", async () => {
    const backend = session().environment["PULUMI_BACKEND_URL"]?.replace("file://", "") ?? "";
    const files = readdirSync(backend, { recursive: true, encoding: "utf8", withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.relative(backend, path.join(entry.parentPath, entry.name)))
      .map((file) =>
        file.replaceAll("deep-learning-workflow-account", "deep-learning-workflow").replaceAll("main", "dev"),
      );
    const { STATE_BUCKET } = fillsOf({ accountId: "", region: "", stack: "dev" });
    const patterns = (["preview", "write"] as const).flatMap((name) =>
      documentOf(name, fillsOf({ accountId: "", region: "", stack: "dev" })).Statement.flatMap(
        ({ Resource = [] }) => Resource,
      ),
    );
    expect(files.length).toBeGreaterThan(2);
    const beyond = files.filter(
      // The engine writes checksums of attributes beside each file of a local backend, which S3 keeps as metadata.
      (file) =>
        !file.endsWith(".attrs") &&
        !patterns.some((pattern) => reaches(pattern, `arn:aws:s3:::${STATE_BUCKET}/${file}`)),
    );
    expect(beyond).toEqual([]);
  });

  test("its state moves to another backend, after which nothing changes", async () => {
    const moved = path.join(folder(), "moved");
    const elsewhere = { ...session().environment, PULUMI_BACKEND_URL: `file://${moved}` };
    const pulumi = (environment: NodeJS.ProcessEnv, ...parameters: string[]) =>
      run("pulumi", [...parameters, "--non-interactive"], { cwd: folder(), environment });
    const exported = path.join(folder(), "account.json");
    await pulumi(session().environment, "stack", "export", "--stack", "main", "--file", exported);
    await run("mkdir", ["-p", moved]);
    await pulumi(elsewhere, "stack", "init", "main");
    await pulumi(elsewhere, "stack", "import", "--stack", "main", "--file", exported);
    expect(existsSync(path.join(moved, ".pulumi/stacks/deep-learning-workflow-account/main.json"))).toBe(true);
    await pulumi(elsewhere, "preview", "--stack", "main", "--expect-no-changes");
  });

  test("a destroy refuses to delete the states and the keys", async () => {
    await expect(driver().perform("destroy")).rejects.toThrow(/protect/);
  });
});

describe("in an account with a provider for GitHub", () => {
  const session = opened(openSession, (each) => each.close());
  const driver = opened(async () => {
    await clientOf(session()).send(
      new CreateOpenIDConnectProviderCommand({
        Url: "https://token.actions.githubusercontent.com",
        ClientIDList: ["sts.amazonaws.com"],
        ThumbprintList: ["0".repeat(40)],
      }),
    );
    return opensIn(session());
  });

  test("it is reused, and stays when nothing else is left", async ({ annotate }) => {
    const { steps } = await driver().perform("up");
    expect(steps.filter(({ type }) => type.endsWith(":OpenIdConnectProvider"))).toEqual([]);
    expect(steps.filter(({ type }) => type === "aws:iam/role:Role")).toHaveLength(3);
    expect((await driver().perform("up")).steps).toEqual([]);
    await run("pulumi", ["state", "unprotect", "--all", "--stack", "main", "--yes"], {
      cwd: folder(),
      environment: session().environment,
    });
    await driver().perform("destroy");
    await annotate(callsIn(session().journal()));
    expect(await providersOf(session())).toHaveLength(1);
  });
});

import type { CapturedResource, FunctionResource } from "../../graph.ts";
import { ofType, type Reader } from "./reader.ts";

export function functionsOf(resources: readonly CapturedResource[]): readonly FunctionResource[] {
  const aliases = ofType(resources, "aws:lambda/alias:Alias");
  const permissions = ofType(resources, "aws:lambda/permission:Permission");
  return ofType(resources, "aws:lambda/function:Function").map((declared) => {
    const name = declared.text("name");
    const arn = declared.text("arn");
    // Aliases and permissions refer to a function by its name or its ARN.
    const mine = (other: Reader, property: string) => [name, arn].includes(other.text(property));
    return {
      name,
      arn,
      imageUri: declared.text("imageUri", ""),
      ...(declared.text("packageType", "Zip") === "Image" ? {} : { zip: { runtime: declared.text("runtime", "") } }),
      command: (declared.object("imageConfig")["commands"] ?? []) as string[],
      environment: (declared.object("environment")["variables"] ?? {}) as Record<string, string>,
      memorySizeMb: declared.number("memorySize"),
      timeoutSeconds: declared.number("timeout"),
      ephemeralStorageMb: Number(declared.object("ephemeralStorage")["size"]),
      roleArn: declared.text("role"),
      reservedConcurrency: declared.number("reservedConcurrentExecutions"),
      logGroupName: String(declared.object("loggingConfig")["logGroup"] ?? `/aws/lambda/${name}`),
      tracing: declared.object("tracingConfig")["mode"] === "Active",
      ...(declared.get("publish") === true && { version: declared.text("version") }),
      aliases: aliases
        .filter((alias) => mine(alias, "functionName"))
        .map((alias) => ({ name: alias.text("name"), arn: alias.text("arn"), version: alias.text("functionVersion") })),
      permissions: permissions.filter((permission) => mine(permission, "function")).map(permissionOf),
    };
  });
}

function permissionOf(permission: Reader): FunctionResource["permissions"][number] {
  const [sourceArn, qualifier] = [permission.get("sourceArn"), permission.get("qualifier")];
  return {
    statementId: permission.text("statementId"),
    action: permission.text("action"),
    principal: permission.text("principal"),
    ...(typeof sourceArn === "string" && { sourceArn }),
    ...(typeof qualifier === "string" && { qualifier }),
  };
}

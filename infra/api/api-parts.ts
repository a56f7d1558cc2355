import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";

type Part<Args, Made> = new (name: string, args: Args, opts?: pulumi.CustomResourceOptions) => Made;

/**
 * The resources that are part of a REST API's deployment. Each is created here, so that a change of any input changes the
 * hash: a deployment is only renewed when its triggers change, and no resource can be missing in them.
 */
export class ApiParts {
  readonly #resources: pulumi.Resource[] = [];
  readonly #inputs: [string, unknown][] = [];

  add<Args extends object, Made extends pulumi.Resource>(
    Type: Part<Args, Made>,
    name: string,
    args: Args,
    opts: pulumi.CustomResourceOptions,
  ): Made {
    const resource = new Type(name, args, opts);
    this.#resources.push(resource);
    this.#inputs.push([name, args]);
    return resource;
  }

  get resources(): readonly pulumi.Resource[] {
    return this.#resources;
  }

  /** SHA-256 of all inputs by name, in hexadecimal digits. */
  get hash(): pulumi.Output<string> {
    const byName = this.#inputs.toSorted(([left], [right]) => (left < right ? -1 : 1));
    return pulumi.output(byName).apply((inputs) => createHash("sha256").update(JSON.stringify(inputs)).digest("hex"));
  }
}

import { arn, physicalName, required } from "../identity.ts";
import type { Providers } from "./provider.ts";

/** Providers for EventBridge, which Pulumi keeps in the module of CloudWatch. */
export const eventsProviders: Providers = {
  "aws:cloudwatch/eventRule:EventRule": (registration) => {
    const name = physicalName(registration);
    const bus = registration.inputs["eventBusName"] ?? "default";
    // Rules of the default bus have its name in no ARN (EventBridge User Guide, "Rules").
    const resource = bus === "default" ? `rule/${name}` : `rule/${String(bus)}/${name}`;
    return { id: name, outputs: { name, eventBusName: bus, arn: arn("events", resource, registration.identity) } };
  },
  "aws:cloudwatch/eventTarget:EventTarget": (registration) => {
    const rule = required(registration, "rule");
    const targetId = physicalName(registration, "targetId");
    return {
      id: `${rule}-${targetId}`,
      outputs: { targetId, eventBusName: registration.inputs["eventBusName"] ?? "default" },
    };
  },
};

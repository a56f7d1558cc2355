import type { CapturedResource, RestApiResource, Throttle } from "../../graph.ts";
import { methodsOf } from "./methods.ts";
import { ofType, type Reader } from "./reader.ts";

/** Builds REST APIs from the many resources that each API consists of. */
export function restApisOf(resources: readonly CapturedResource[]): readonly RestApiResource[] {
  return ofType(resources, "aws:apigateway/restApi:RestApi").map((api) => {
    const id = api.text("id");
    const mine = (type: string, property = "restApi") =>
      ofType(resources, `aws:apigateway/${type}`).filter((each) => each.text(property) === id);
    const settings = mine("methodSettings:MethodSettings");
    const usagePlans = plansOf(id, resources);
    const keyIds = usagePlans.flatMap((plan) => plan.keyIds);
    return {
      id,
      name: api.text("name"),
      executionArn: api.text("executionArn"),
      stages: mine("stage:Stage").map((stage) => stageOf(stage, settings)),
      methods: methodsOf(api, resources),
      gatewayResponses: mine("response:Response", "restApiId").map(gatewayResponseOf),
      apiKeys: ofType(resources, "aws:apigateway/apiKey:ApiKey")
        .filter((key) => keyIds.includes(key.text("id")))
        .map((key) => ({
          id: key.text("id"),
          name: key.text("name"),
          value: key.text("value"),
          enabled: key.get("enabled") !== false,
        })),
      usagePlans,
    };
  });
}

function stageOf(stage: Reader, settings: readonly Reader[]): RestApiResource["stages"][number] {
  const name = stage.text("stageName");
  const own = settings.filter((each) => each.text("stageName") === name);
  const whole = own.find((each) => each.text("methodPath") === everyMethod);
  const single = own.filter((each) => each !== whole);
  return {
    name,
    variables: stage.texts("variables"),
    ...(whole && { throttle: throttleOf(whole) }),
    ...(single.length > 0 && {
      methodThrottles: Object.fromEntries(single.map((each) => [methodOf(each), throttleOf(each)])),
    }),
  };
}

/** The `methodPath` of settings that apply to all methods of a stage. */
const everyMethod = "*/*";

/**
 * Normalises a method path to the form `/orders/sync/POST`. The leading slash is optional, and slashes may be written
 * as `~1`.
 */
function methodOf(settings: Reader): string {
  return `/${settings.text("methodPath").replaceAll("~1", "/").replace(/^\/+/, "")}`;
}

function throttleOf(settings: Reader): Throttle {
  const { throttlingRateLimit = -1, throttlingBurstLimit = -1 } = settings.object("settings");
  return { rateLimit: Number(throttlingRateLimit), burstLimit: Number(throttlingBurstLimit) };
}

function gatewayResponseOf(response: Reader): RestApiResource["gatewayResponses"][number] {
  const statusCode = response.get("statusCode");
  return {
    responseType: response.text("responseType"),
    ...(typeof statusCode === "string" && { statusCode }),
    parameters: response.texts("responseParameters"),
    templates: response.texts("responseTemplates"),
  };
}

type UsagePlan = RestApiResource["usagePlans"][number];

/** One entry for each stage of this API that a usage plan covers. */
function plansOf(restApi: string, resources: readonly CapturedResource[]): readonly UsagePlan[] {
  const members = ofType(resources, "aws:apigateway/usagePlanKey:UsagePlanKey");
  return ofType(resources, "aws:apigateway/usagePlan:UsagePlan").flatMap((plan) => {
    const id = plan.text("id");
    const keyIds = members.filter((each) => each.text("usagePlanId") === id).map((each) => each.text("keyId"));
    const [throttle, quota] = [plan.get("throttleSettings"), plan.get("quotaSettings")];
    return plan
      .objects("apiStages")
      .filter(({ apiId }) => apiId === restApi)
      .map(({ stage }) => ({
        id,
        name: plan.text("name"),
        stage: String(stage),
        keyIds,
        ...(throttle !== undefined && { throttle: throttle as NonNullable<UsagePlan["throttle"]> }),
        ...(quota !== undefined && { quota: quota as NonNullable<UsagePlan["quota"]> }),
      }));
  });
}

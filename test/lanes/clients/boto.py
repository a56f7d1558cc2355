"""Calls AWS's operations through boto3: one JSON request per input line, one JSON outcome per output line.

Responses are also compared with botocore's own model of the operation. A member that the model does not have, a member with
a different type, and a missing required member are reported as problems.
"""

import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError


def problems_of(shape, value, at="response"):
    """The differences between a parsed JSON value and a shape of AWS's model."""
    kind = shape.type_name
    if kind == "structure":
        if not isinstance(value, dict):
            return [f"{at} is no structure"]
        found = [f'{at} has "{name}", which AWS\'s model has not' for name in value if name not in shape.members]
        found += [f'{at} lacks "{name}"' for name in shape.required_members if name not in value]
        for name, member in shape.members.items():
            if name in value:
                found += problems_of(member, value[name], f"{at}.{name}")
        return found
    if kind == "list":
        if not isinstance(value, list):
            return [f"{at} is no list"]
        return [each for index, item in enumerate(value) for each in problems_of(shape.member, item, f"{at}[{index}]")]
    if kind == "map":
        return [] if isinstance(value, dict) else [f"{at} is no map"]
    allowed = {
        "string": str,
        "boolean": bool,
        "integer": int,
        "long": int,
        "float": (int, float),
        "double": (int, float),
        "timestamp": (int, float, str),
    }.get(kind, object)
    wrong = not isinstance(value, allowed) or (isinstance(value, bool) and kind != "boolean")
    problems = [f"{at} is {value!r}, not of type {kind}"] if wrong else []
    if not wrong and kind == "string" and getattr(shape, "enum", None) and value not in shape.enum:
        problems.append(f"{at} is {value!r}, which is none of AWS's values")
    return problems


class Caller:
    def __init__(self):
        self.clients = {}
        self.problems = []
        self.extra = {}

    def client(self, service, config):
        key = json.dumps([service, config], sort_keys=True)
        if key not in self.clients:
            client = boto3.client(service, config=Config(**config) if config else None)
            client.meta.events.register("before-call", self.add_members)
            client.meta.events.register("response-received", self.check)
            self.clients[key] = client
        return self.clients[key]

    def add_members(self, params, **_):
        """Adds members that AWS's model does not have to the body, because botocore would reject them as parameters."""
        if self.extra:
            params["body"] = json.dumps({**json.loads(params["body"]), **self.extra}).encode()

    def check(self, response_dict, context, **_):
        model = context.get("operation") if isinstance(context, dict) else None
        model = model or self.model
        kind = response_dict["headers"].get("content-type", "")
        if response_dict["status_code"] >= 300 or "json" not in kind or model.output_shape is None:
            return
        if model.output_shape.serialization.get("payload"):
            return
        headers = {name for name, member in model.output_shape.members.items() if member.serialization.get("location")}
        body = json.loads(response_dict["body"] or b"{}")
        found = problems_of(model.output_shape, body)
        self.problems += [each for each in found if each not in {f'response lacks "{name}"' for name in headers}]

    def call(self, service, operation, parameters, config=None, extra=None):
        self.problems, self.extra = [], extra or {}
        client = self.client(service, config)
        self.model = client.meta.service_model.operation_model(operation)
        methods = {api: method for method, api in client.meta.method_to_api_mapping.items()}
        try:
            response = getattr(client, methods[operation])(**parameters)
        except ClientError as error:
            return {"error": error.response["Error"]["Code"], "message": str(error)}
        except BotoCoreError as error:
            return {"error": type(error).__name__, "message": str(error)}
        response.pop("ResponseMetadata", None)
        for name in ("Body", "Payload"):
            if hasattr(response.get(name), "read"):
                response[name] = response[name].read().decode()
        return {"response": response, "problems": self.problems}

    def presign(self, bucket, key, config=None):
        return self.client("s3", config).generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": key})


def members(services):
    """The parameters of each operation with their names in the protocol, from botocore's model."""
    found = {}
    for service in services:
        model = boto3.client(service, region_name="us-east-1").meta.service_model
        for name in model.operation_names:
            shape = model.operation_model(name).input_shape
            found[f"{service} {name}"] = {
                member: inner.serialization.get("name", member) for member, inner in (shape.members if shape else {}).items()
            }
    return found


def main():
    caller = Caller()
    for line in sys.stdin:
        request = json.loads(line)
        try:
            outcome = globals()[request["run"]](**request["with"]) if request["run"] == "members" else getattr(
                caller, request["run"]
            )(**request["with"])
        except Exception as error:  # a mistake of this program is the test's to show
            outcome = {"failure": repr(error)}
        print(json.dumps(outcome, default=lambda value: value.isoformat()), flush=True)


if __name__ == "__main__":
    main()

"""What really exists after the deployment, compared with the translated template, resource by resource.

Both sides are put into the template's own words first: a reference and the physical name it became are both the logical
id. A resource type without a check here is a failure, so nothing is lost when the template grows.
"""

import base64
import hashlib
import json
from pathlib import Path

from differences import LEFT_OUT
from stack import STACK, Stack
from steps import Failure, check


class Shape:
    def __init__(self, stack: Stack):
        self.stack = stack
        self.resources = stack.translated["Resources"]
        self.values = stack.parameters | {"AWS::StackName": STACK}
        self.logical = {short(physical): logical for logical, physical in stack.resources.items()}
        self.by_type: dict[str, list[str]] = {}
        for name, resource in self.resources.items():
            if self.is_wanted(resource):
                self.by_type.setdefault(resource["Type"], []).append(name)

    def steps(self):
        """A step for each resource type."""
        yield "every resource of the translated template exists", self.all_exist
        for kind, names in sorted(self.by_type.items()):
            yield f"{len(names):2} × {kind}", lambda kind=kind, names=names: self.compare_all(kind, names)

    def all_exist(self) -> str:
        wanted = {name for name, resource in self.resources.items() if self.is_wanted(resource)}
        check(wanted == set(self.stack.resources), f"missing or too many: {sorted(wanted ^ set(self.stack.resources))}")
        return f"{len(wanted)} resources"

    def is_wanted(self, resource: dict) -> bool:
        """Conditions hold by the parameters of this deployment; a condition nobody thought of here is a failure."""
        return {None: True, "HasAlarmEmail": True, "HasUserPool": False}[resource.get("Condition")]

    def compare_all(self, kind: str, names: list[str]) -> str:
        look = LOOKS.get(kind)
        check(look is not None, f"there is no check for {kind}: add one to {Path(__file__).name}")
        seen: set[str] = set()
        for name in names:
            expected, live = look(self, self.resources[name].get("Properties", {}), self.stack.resources[name])
            for what, value in expected.items():
                if (kind, what) in LEFT_OUT:
                    check(live.get(what) != value, f"{name}: {what} is kept now: take it off LEFT_OUT in differences.py")
                else:
                    check(live.get(what) == value, f"{name}: {what} is {live.get(what)!r}, not {value!r}")
            seen |= {what for what in expected if (kind, what) not in LEFT_OUT}
        return ", ".join(sorted(seen))

    def word(self, value):
        """A property's value in logical ids."""
        match value:
            case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]}:
                return self.values.get(name, name)
            case {"Fn::Sub": str(text)}:
                return text
            case dict():
                return {key: self.word(item) for key, item in value.items()}
            case list():
                return [self.word(item) for item in value]
            case _:
                return value

    def words(self, properties: dict, *names: str) -> dict:
        return {name: self.word(properties[name]) for name in names if name in properties}

    def named(self, physical: str) -> str:
        """The logical id of an ARN, URL or name."""
        return self.logical.get(short(physical), physical)


def short(physical: str) -> str:
    return physical.rsplit(":", 1)[-1].rsplit("/", 1)[-1]


def queue(shape: Shape, properties: dict, url: str):
    live = shape.stack.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    expected = {name: str(value).lower() for name, value in properties.items() if name != "RedrivePolicy"}
    seen = {name: live.get(name, "").lower() for name in expected}
    if "RedrivePolicy" in properties:
        redrive = json.loads(live["RedrivePolicy"])
        expected["RedrivePolicy"] = shape.word(properties["RedrivePolicy"])
        seen["RedrivePolicy"] = {
            "deadLetterTargetArn": shape.named(redrive["deadLetterTargetArn"]),
            "maxReceiveCount": int(redrive["maxReceiveCount"]),
        }
    return expected, seen


def queue_policy(shape: Shape, properties: dict, _physical: str):
    [name] = shape.word(properties["Queues"])
    url = shape.stack.resources[name]
    policy = shape.stack.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["Policy"])["Attributes"]["Policy"]
    wanted = properties["PolicyDocument"]["Statement"]
    allowed = [(statement["Principal"], statement["Action"]) for statement in json.loads(policy)["Statement"]]
    return {"Policy": [(one["Principal"], one["Action"]) for one in wanted]}, {"Policy": allowed}


def event_source(shape: Shape, properties: dict, uuid: str):
    live = shape.stack.client("lambda").get_event_source_mapping(UUID=uuid)
    expected = shape.words(properties, "BatchSize", "MaximumBatchingWindowInSeconds", "FunctionResponseTypes", "ScalingConfig")
    expected |= {"Queue": shape.word(properties["EventSourceArn"]), "Function": shape.word(properties["FunctionName"]), "State": "Enabled"}
    return expected, live | {"Queue": shape.named(live["EventSourceArn"]), "Function": shape.named(live["FunctionArn"])}


def function(shape: Shape, properties: dict, name: str):
    live = shape.stack.client("lambda").get_function_configuration(FunctionName=name)
    archive = shape.stack.folder / Path(properties["Code"]["S3Key"]).name
    declared = properties["Environment"]["Variables"]
    expected = shape.words(properties, "Runtime", "Handler", "Architectures", "MemorySize", "Timeout") | {
        "Role": shape.word(properties["Role"]),
        "Code": base64.b64encode(hashlib.sha256(archive.read_bytes()).digest()).decode(),
        "Variables": sorted(declared),
        "LogFormat": "JSON",
    }
    return expected, live | {
        "Role": shape.named(live["Role"]),
        "Code": live["CodeSha256"],
        "Variables": sorted(live["Environment"]["Variables"]),
        "LogFormat": live.get("LoggingConfig", {}).get("LogFormat"),
    }


def role(shape: Shape, properties: dict, name: str):
    """Each function's role allows what the template says and no more: ministack enforces it, see `AUTH` in servers.py."""
    iam = shape.stack.client("iam")
    policies = {
        policy: iam.get_role_policy(RoleName=name, PolicyName=policy)["PolicyDocument"]["Statement"]
        for policy in iam.list_role_policies(RoleName=name)["PolicyNames"]
    }
    attached = [policy["PolicyName"] for policy in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]]
    wanted = {policy["PolicyName"]: policy["PolicyDocument"]["Statement"] for policy in properties["Policies"]}
    managed = [short(shape.word(arn)) for arn in properties["ManagedPolicyArns"]]
    return {"Actions": actions(wanted), "Attached": managed}, {"Actions": actions(policies), "Attached": attached}


def actions(policies: dict[str, list[dict]]) -> dict[str, list]:
    return {name: [statement["Action"] for statement in statements] for name, statements in policies.items()}


def table(shape: Shape, properties: dict, name: str):
    dynamodb = shape.stack.client("dynamodb")
    live = dynamodb.describe_table(TableName=name)["Table"]
    indexes = {index["IndexName"]: (index["KeySchema"], index["Projection"]) for index in live["GlobalSecondaryIndexes"]}
    backups = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    expected = shape.words(properties, "KeySchema") | {
        "GlobalSecondaryIndexes": {one["IndexName"]: (one["KeySchema"], one["Projection"]) for one in properties["GlobalSecondaryIndexes"]},
        "BillingMode": properties["BillingMode"],
        "TimeToLive": ("ENABLED", properties["TimeToLiveSpecification"]["AttributeName"]),
        "PointInTimeRecovery": "ENABLED",
        "Encryption": (properties["SSESpecification"]["SSEType"], shape.word(properties["SSESpecification"]["KMSMasterKeyId"])),
    }
    ttl = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    sse = live.get("SSEDescription", {})
    return expected, live | {
        "GlobalSecondaryIndexes": indexes,
        "BillingMode": live.get("BillingModeSummary", {}).get("BillingMode"),
        "TimeToLive": (ttl["TimeToLiveStatus"], ttl.get("AttributeName")),
        "PointInTimeRecovery": backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"],
        "Encryption": (sse.get("SSEType"), shape.named(sse.get("KMSMasterKeyArn", ""))),
    }


def key(shape: Shape, properties: dict, physical: str):
    kms = shape.stack.client("kms")
    policy = json.loads(kms.get_key_policy(KeyId=physical, PolicyName="default")["Policy"])
    sids = lambda document: [statement["Sid"] for statement in document["Statement"]]
    return (
        {"EnableKeyRotation": properties["EnableKeyRotation"], "KeyPolicy": sids(properties["KeyPolicy"])},
        {"EnableKeyRotation": kms.get_key_rotation_status(KeyId=physical)["KeyRotationEnabled"], "KeyPolicy": sids(policy)},
    )


def secret(shape: Shape, properties: dict, physical: str):
    manager = shape.stack.client("secretsmanager")
    made = manager.get_secret_value(SecretId=physical)["SecretString"]
    wanted = properties["GenerateSecretString"]
    if "GenerateStringKey" in wanted:
        ring = json.loads(made)
        made = ring.pop(wanted["GenerateStringKey"])
        check(ring == json.loads(wanted["SecretStringTemplate"]), "the keyring is not the template's")
    key_id = manager.describe_secret(SecretId=physical).get("KmsKeyId", "")
    return (
        {"Length": wanted["PasswordLength"], "ExcludePunctuation": True, "KmsKeyId": shape.word(properties["KmsKeyId"])},
        {"Length": len(made), "ExcludePunctuation": made.isalnum(), "KmsKeyId": shape.named(key_id)},
    )


def rule(shape: Shape, properties: dict, name: str):
    events = shape.stack.client("events")
    live = events.describe_rule(Name=name)
    targets = [shape.named(target["Arn"]) for target in events.list_targets_by_rule(Rule=name)["Targets"]]
    expected = shape.words(properties, "ScheduleExpression", "EventPattern") | {
        "State": properties.get("State", "ENABLED"),
        "Targets": [shape.word(target["Arn"]) for target in properties["Targets"]],
    }
    if "EventPattern" in expected:
        pattern = json.loads(live["EventPattern"])
        tags = pattern["detail"]["mail"]["tags"]
        tags["ses:configuration-set"] = [shape.named(name) for name in tags["ses:configuration-set"]]
        live["EventPattern"] = pattern
    return expected, live | {"Targets": targets}


def api(shape: Shape, properties: dict, physical: str):
    return shape.words(properties, "ProtocolType"), shape.stack.client("apigatewayv2").get_api(ApiId=physical)


def stage(shape: Shape, properties: dict, name: str):
    live = shape.stack.client("apigatewayv2").get_stage(ApiId=shape.stack.resources["HttpApi"], StageName=name)
    expected = shape.words(properties, "StageName", "AutoDeploy", "DefaultRouteSettings") | {"AccessLog": properties["AccessLogSettings"]["Format"]}
    return expected, live | {"AccessLog": live["AccessLogSettings"]["Format"]}


def integration(shape: Shape, properties: dict, physical: str):
    gateway = shape.stack.client("apigatewayv2")
    live = gateway.get_integration(ApiId=shape.stack.resources["HttpApi"], IntegrationId=physical)
    expected = shape.words(properties, "IntegrationType", "PayloadFormatVersion") | {"Function": shape.word(properties["IntegrationUri"])}
    return expected, live | {"Function": shape.named(live["IntegrationUri"])}


def route(shape: Shape, properties: dict, physical: str):
    gateway = shape.stack.client("apigatewayv2")
    live = gateway.get_route(ApiId=shape.stack.resources["HttpApi"], RouteId=physical.rsplit("/", 1)[-1])
    target = f"integrations/${{{shape.named(live['Target'])}}}"
    return shape.words(properties, "RouteKey") | {"Target": shape.word(properties["Target"])}, live | {"Target": target}


def permission(shape: Shape, properties: dict, _physical: str):
    name = shape.stack.resources[shape.word(properties["FunctionName"])]
    policy = json.loads(shape.stack.client("lambda").get_policy(FunctionName=name)["Policy"])
    callers = [statement["Principal"].get("Service") for statement in policy["Statement"]]
    principal = properties["Principal"]
    return {"Principal": principal}, {"Principal": principal if principal in callers else callers}


def configuration_set(shape: Shape, properties: dict, name: str):
    live = shape.stack.client("sesv2").get_configuration_set(ConfigurationSetName=name)
    return shape.words(properties, "SuppressionOptions"), live


def event_destination(shape: Shape, properties: dict, physical: str):
    name = shape.word(properties["ConfigurationSetName"])
    found = shape.stack.client("sesv2").get_configuration_set_event_destinations(ConfigurationSetName=shape.stack.resources[name])
    [live] = found["EventDestinations"]
    wanted = properties["EventDestination"]
    bus = live.get("EventBridgeDestination", {}).get("EventBusArn", "").rsplit("/", 1)[-1]
    return (
        {"Enabled": True, "MatchingEventTypes": sorted(wanted["MatchingEventTypes"]), "Bus": "default"},
        live | {"MatchingEventTypes": sorted(live["MatchingEventTypes"]), "Bus": bus},
    )


def log_group(shape: Shape, properties: dict, name: str):
    found = shape.stack.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    live = next((group for group in found if group["logGroupName"] == name), {})
    return {"RetentionInDays": shape.word(properties["RetentionInDays"])}, {"RetentionInDays": str(live.get("retentionInDays"))}


def metric_filter(shape: Shape, properties: dict, name: str):
    group = shape.stack.resources[shape.word(properties["LogGroupName"])]
    [live] = shape.stack.client("logs").describe_metric_filters(logGroupName=group, filterNamePrefix=name)["metricFilters"]
    [wanted], [made] = shape.word(properties["MetricTransformations"]), live["metricTransformations"]
    transformation = {key: made[key[0].lower() + key[1:]] for key in wanted}
    return {"FilterPattern": properties["FilterPattern"]} | wanted, {"FilterPattern": live["filterPattern"]} | transformation


def topic(shape: Shape, _properties: dict, arn: str):
    return {"TopicArn": arn}, shape.stack.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]


def subscription(shape: Shape, properties: dict, _arn: str):
    topic_arn = shape.stack.resources[shape.word(properties["TopicArn"])]
    [live] = shape.stack.client("sns").list_subscriptions_by_topic(TopicArn=topic_arn)["Subscriptions"]
    return shape.words(properties, "Protocol", "Endpoint"), live


def alarm(shape: Shape, properties: dict, name: str):
    [live] = shape.stack.client("cloudwatch").describe_alarms(AlarmNames=[name])["MetricAlarms"]
    plain = ("Namespace", "MetricName", "Statistic", "Period", "EvaluationPeriods", "Threshold", "ComparisonOperator", "TreatMissingData")
    expected = shape.words(properties, *plain, "Dimensions", "AlarmActions")
    dimensions = [{"Name": one["Name"], "Value": shape.named(one["Value"])} for one in live["Dimensions"]]
    return expected, live | {"Dimensions": dimensions, "AlarmActions": [shape.named(arn) for arn in live["AlarmActions"]]}


LOOKS = {
    "AWS::ApiGatewayV2::Api": api,
    "AWS::ApiGatewayV2::Integration": integration,
    "AWS::ApiGatewayV2::Route": route,
    "AWS::ApiGatewayV2::Stage": stage,
    "AWS::CloudWatch::Alarm": alarm,
    "AWS::DynamoDB::Table": table,
    "AWS::Events::Rule": rule,
    "AWS::IAM::Role": role,
    "AWS::KMS::Key": key,
    "AWS::Lambda::EventSourceMapping": event_source,
    "AWS::Lambda::Function": function,
    "AWS::Lambda::Permission": permission,
    "AWS::Logs::LogGroup": log_group,
    "AWS::Logs::MetricFilter": metric_filter,
    "AWS::SES::ConfigurationSet": configuration_set,
    "AWS::SES::ConfigurationSetEventDestination": event_destination,
    "AWS::SNS::Subscription": subscription,
    "AWS::SNS::Topic": topic,
    "AWS::SQS::Queue": queue,
    "AWS::SQS::QueuePolicy": queue_policy,
    "AWS::SecretsManager::Secret": secret,
}

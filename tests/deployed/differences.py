"""Everything in which this deployment differs from one on AWS, and why. Nothing else may."""

# Parameters as a person fills them in.
PARAMETERS = {"SenderAddress": "screening@example.com", "AlarmEmail": "operations@example.com", "LogRetentionDays": "30"}

# Changed on the way from the template to ministack, each by a function below or in stack.py.
CHANGED = {
    "Architectures": "the template's arm64 becomes this machine's: binaries run where they were built",
    "HEYMILO_URL, PUBLIC_URL": "set on the functions: the parameters demand https, and nothing on this machine speaks TLS",
    "VENDOR_HOST_OVERRIDE": "loopback, so that the stand-ins may be called; honoured only because AWS_ENDPOINT_URL is a loopback address",
    "Ref of a secret": "asked for as its Id: both are the ARN on AWS, but here Ref is the name, which no policy would match",
    "sqs:SendMessage": "ministack asks for sqs:SendMessageBatch as well, an action that AWS does not have: SendMessage covers both there",
    "ses:SendEmail": "allowed on every resource and for every sender: ministack knows neither a mail's identity nor ses:FromAddress",
    "custom domain": "127.0.0.1 is mapped to the API's $default stage, as a person's own domain is",
}

# What ministack leaves out: (resource type, property) and why that is no gap in this test. A property it learns to keep
# makes the comparison fail until it is taken off this list.
LEFT_OUT = {
    ("AWS::ApiGatewayV2::Stage", "DefaultRouteSettings"): "no throttling",
    ("AWS::DynamoDB::Table", "TimeToLive"): "rows do not vanish; sessions and sign-in links end by the moment they carry, checked when they are read",
    ("AWS::DynamoDB::Table", "PointInTimeRecovery"): "no backups",
    ("AWS::DynamoDB::Table", "Encryption"): "nothing is encrypted at rest",
    ("AWS::SecretsManager::Secret", "ExcludePunctuation"): "the made secrets contain punctuation, which the product takes as well",
}

# What ministack keeps but does not act on, so a step that needs it cannot be walked here.
NOT_ACTED_ON = {
    "SES event destination": "SES publishes nothing, and nobody else may as aws.ses: this run asks the rule whether it matches, and fills DeliveryQueue itself",
    "mail headers and tags": "the outbox has sender, recipients, subject and bodies only",
    "DataKey": "the key policy is stored and decides nothing",
    "alarms, AlarmTopic": "no queue metrics reach them, and no mail is sent",
    "AccessLogSettings": "no access log is written",
    "UserPool": "not made: the parameters leave it off, and people sign in by the operator's link",
    "MaximumBatchingWindowInSeconds": "batches go at once",
}


def variables(public_url: str, heymilo_url: str) -> dict[str, str]:
    return {"PUBLIC_URL": public_url, "HEYMILO_URL": heymilo_url, "VENDOR_HOST_OVERRIDE": "loopback"}


def set_variables(translated: dict, values: dict[str, str]) -> None:
    for resource in translated["Resources"].values():
        if resource["Type"] == "AWS::Lambda::Function":
            resource["Properties"]["Environment"]["Variables"].update(values)


def adapt(translated: dict) -> dict:
    """The translated template with the few words that ministack understands otherwise than AWS."""
    secrets = {name for name, resource in translated["Resources"].items() if resource["Type"] == "AWS::SecretsManager::Secret"}

    def adapted(value):
        match value:
            case {"Ref": str(name)} if name in secrets:
                return {"Fn::GetAtt": [name, "Id"]}
            case {"Action": "sqs:SendMessage", "Effect": "Allow"}:
                return {key: adapted(item) for key, item in value.items()} | {"Action": ["sqs:SendMessage", "sqs:SendMessageBatch"]}
            case {"Action": "ses:SendEmail", "Effect": "Allow"}:
                return {"Action": "ses:SendEmail", "Effect": "Allow", "Resource": "*"}
            case dict():
                return {key: adapted(item) for key, item in value.items()}
            case list():
                return [adapted(item) for item in value]
            case _:
                return value

    return adapted(translated)


def lines():
    """For the output: nothing is left out silently."""
    for title, entries in (("changed", CHANGED), ("not kept", LEFT_OUT), ("not acted on", NOT_ACTED_ON)):
        for what, why in entries.items():
            yield f"{title:12}  {what if isinstance(what, str) else ' '.join(what)}: {why}"

"""The real template, translated by SAM's own translator and deployed with the real binaries, as `sam build` and `sam deploy` do."""

import json
import os
import platform
import zipfile
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from samtranslator.translator.transform import transform
from samtranslator.yaml_helper import yaml_parse

import differences
from servers import ADMINISTRATOR, REGION
from steps import Failure, check

STACK = "heymilo-for-workday"
BUCKET = "heymilo-for-workday-code"
TEMPLATE = "template.json"
DEPLOY_SECONDS = 180
FUNCTION = "AWS::Serverless::Function"


class NoManagedPolicies:
    """The template spells its policies out, so the translator never needs AWS's list of managed ones."""

    def load(self) -> dict[str, str]:
        return {}


class Stack:
    """One deployment."""

    def __init__(self, template: Path, binaries: Path, folder: Path, endpoint: str):
        self.template = yaml_parse(template.read_text())
        self.binaries = binaries
        self.folder = folder
        self.endpoint = endpoint
        self.parameters = differences.PARAMETERS
        self.translated: dict = {}
        self.resources: dict[str, str] = {}

    def client(self, service: str, key_id: str = ADMINISTRATOR["AWS_ACCESS_KEY_ID"], key: str = ADMINISTRATOR["AWS_SECRET_ACCESS_KEY"]):
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id=key_id,
            aws_secret_access_key=key,
            config=Config(connect_timeout=5, read_timeout=60, retries={"max_attempts": 1}),
        )

    def functions(self) -> dict[str, str]:
        """Each function's logical id and the binary it names."""
        resources = self.template["Resources"].items()
        return {name: its["Metadata"]["BuildProperties"]["Binary"] for name, its in resources if its["Type"] == FUNCTION}

    def package(self) -> dict[str, tuple[Path, Path]]:
        """What `sam build` makes: a zip a function with the release binary as `bootstrap`."""
        made = {}
        for binary in self.functions().values():
            program, archive = self.binaries / binary, self.folder / f"{binary}.zip"
            check(program.is_file(), f"{program} is missing: cargo build --release -p {binary}")
            with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as package:
                entry = zipfile.ZipInfo("bootstrap")
                entry.external_attr = 0o755 << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                package.writestr(entry, program.read_bytes())
            made[binary] = (program, archive)
        return made

    def upload(self) -> str:
        """Uploads the zips and puts their places into the template."""
        s3 = self.client("s3")
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        for name, binary in self.functions().items():
            key = f"{binary}.zip"
            s3.upload_file(str(self.folder / key), BUCKET, key)
            self.template["Resources"][name]["Properties"]["CodeUri"] = f"s3://{BUCKET}/{key}"
        return f"{len(self.functions())} zips"

    def translate(self) -> str:
        """What CloudFormation's SAM transform makes of the template, then the declared differences and nothing else."""
        self.template["Globals"]["Function"]["Architectures"] = [host_architecture()]
        os.environ["AWS_DEFAULT_REGION"] = REGION
        self.translated = differences.adapt(transform(self.template, {}, NoManagedPolicies()))
        check("Transform" not in self.translated, "the translator left the transform in the template")
        (self.folder / "translated.json").write_text(json.dumps(self.translated, indent=1))
        return f"{len(self.translated['Resources'])} resources"

    def deploy(self, variables: dict[str, str]) -> str:
        """Creates the stack and waits for it. `variables` are set on every function, over the template's."""
        differences.set_variables(self.translated, variables)
        # As `sam deploy` does: a request carries 51,200 bytes of a template, an object in S3 a million.
        self.client("s3").put_object(Bucket=BUCKET, Key=TEMPLATE, Body=json.dumps(self.translated))
        cloudformation = self.client("cloudformation")
        cloudformation.create_stack(
            StackName=STACK,
            TemplateURL=f"{self.endpoint}/{BUCKET}/{TEMPLATE}",
            Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in self.parameters.items()],
            Capabilities=["CAPABILITY_IAM"],
        )
        try:
            cloudformation.get_waiter("stack_create_complete").wait(
                StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": DEPLOY_SECONDS}
            )
        except Exception as error:
            events = cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]
            broken = [
                f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason', '')}"
                for event in events
                if event["ResourceStatus"].endswith("FAILED")
            ]
            raise Failure(f"the stack was not created: {error}; {'; '.join(broken)}") from error
        pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=STACK)
        summaries = [summary for page in pages for summary in page["StackResourceSummaries"]]
        self.resources = {summary["LogicalResourceId"]: summary["PhysicalResourceId"] for summary in summaries}
        return f"stack {STACK} is complete"

    def map_domain(self, domain: str) -> str:
        """A custom domain in front of the API, which infra/DEPLOYMENT.md leaves to the person who deploys."""
        gateway = self.client("apigatewayv2")
        gateway.create_domain_name(DomainName=domain)
        gateway.create_api_mapping(DomainName=domain, ApiId=self.resources["HttpApi"], Stage="$default")
        return f"{domain} is mapped to its $default stage"

    def verify_sender(self) -> str:
        """SES sends for verified senders only, so infra/DEPLOYMENT.md asks for one."""
        self.client("sesv2").create_email_identity(EmailIdentity=self.parameters["SenderAddress"])
        return self.parameters["SenderAddress"]

    def permissions_count(self) -> str:
        """Were they not enforced, a policy that the template forgets would pass unseen."""
        iam = self.client("iam")
        iam.create_user(UserName="nobody")
        key = iam.create_access_key(UserName="nobody")["AccessKey"]
        nobody = self.client("dynamodb", key["AccessKeyId"], key["SecretAccessKey"])
        try:
            nobody.scan(TableName=self.resources["Table"])
        except ClientError as error:
            check(error.response["Error"]["Code"] == "AccessDeniedException", f"the table answered {error}")
            return "somebody without a policy is refused at the table"
        raise Failure("somebody without a policy reads the table")


def host_architecture() -> str:
    """Lambda's name of this machine's architecture: the template's own is arm64, and binaries run where they were built."""
    return {"x86_64": "x86_64", "aarch64": "arm64", "arm64": "arm64"}[platform.machine()]

"""What no person's path shows: the operator's command, the rule for delivery events, a push without the schedule, empty queues."""

import json
import subprocess
import time
import urllib.request
from pathlib import Path

from servers import REGION, Ministack
from stack import Stack
from steps import check, eventually

WORKSPACE, OWNER = "acme", "dana"
# What the tour links, and what it leaves for the operator.
LINKED, ANOTHER, POSTING = "R00001", "R00002", "13D77095"
TEST, SEND_STATUS = "HEYMILO_AI_SCREEN", "HEYMILO_SEND_INVITE"
PUSH_USER, PUSH_PASSWORD = "heymilo-push", "demo-push-password"
# A tick of the schedule comes every 60 s; what is told by a message is done much sooner.
AT_ONCE = 45
TIMEOUT_SECONDS = 30
RULE = "SweeperFunctionEveryMinute"


class Wiring:
    """Each step returns what it saw, in words."""

    def __init__(self, stack: Stack, aws: Ministack, workday: str, operator: Path, folder: Path):
        self.stack, self.aws, self.workday, self.operator, self.folder = stack, aws, workday, operator, folder
        self.sign_in_link = self.application = ""

    # ---- before the tour: nobody has connected anything ------------------------------------------------------------

    def sign_in(self) -> str:
        """infra/DEPLOYMENT.md, First sign-in: the variables of the deployed ConsoleFunction and the operator's own credentials."""
        name = self.stack.resources["ConsoleFunction"]
        variables = self.stack.client("lambda").get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        (self.folder / "console.json").write_text(json.dumps(variables))
        link = self._operate("sign-in", "--workspace", WORKSPACE, "--person", OWNER).strip()
        check(link.startswith(f"{self.aws.public_url}/sign-in?token="), "the link does not lead to the deployed API")
        self.sign_in_link = link
        return "a link to the deployed API, for the tour's owner"

    # ---- after it --------------------------------------------------------------------------------------------------

    def set_up(self) -> str:
        """A setup file on what the tour left: the same connection with a refresh token of its own, and a further link."""
        (self.folder / "setup.json").write_text(json.dumps(setup(self.workday, self._connection())))
        said = self._operate("setup", "setup.json")
        check(f"Linked {ANOTHER}" in said and "The setup stands." in said, f"the operator's command said: {said}")
        return said.splitlines()[0]

    def delivery_event(self) -> str:
        """ministack's SES publishes no events and nobody else may: the rule is asked whether it takes one as SES words it, and this brings it."""
        order = self._orders()[0]
        tags = {
            "ses:configuration-set": [self.stack.resources["MailConfigurationSet"]],
            "workspace": [WORKSPACE.encode().hex()],
            "order": [order["order"]["S"]],
            "step": ["deployed-shape"],
        }
        event = json.dumps(
            {
                "version": "0",
                "id": "e7c2a5a0-0000-4000-8000-000000000000",
                "account": "000000000000",
                "region": REGION,
                "time": "2026-08-05T00:41:02Z",
                "resources": [],
                "source": "aws.ses",
                "detail-type": "Email Sent",
                "detail": {"eventType": "Send", "mail": {"messageId": self._message_id(), "tags": tags}},
            }
        )
        events = self.stack.client("events")
        pattern = events.describe_rule(Name=self.stack.resources["MailEventRule"])["EventPattern"]
        check(events.test_event_pattern(EventPattern=pattern, Event=event)["Result"], "the rule does not match the event")
        self.stack.client("sqs").send_message(QueueUrl=self.stack.resources["DeliveryQueue"], MessageBody=event)

        def kept():
            key = {"pk": order["pk"], "sk": {"S": "EVIDENCE#deployed-shape"}}
            row = self.stack.client("dynamodb").get_item(TableName=self.stack.resources["Table"], Key=key, ConsistentRead=True)
            check("Item" in row, "the event did not become evidence in the table")

        eventually(kept, AT_ONCE)
        return "the rule matches it; from DeliveryQueue it became evidence in the table"

    def schedule_off(self) -> str:
        self.stack.client("events").disable_rule(Name=self.stack.resources[RULE])
        return "no look at Workday can find the next candidate"

    def push(self) -> str:
        """The password of the setup file, entered as a Workday administrator does; then a recruiter's submit."""
        self._ask("settings", {"integration_system": {"username": PUSH_USER, "password": PUSH_PASSWORD}})
        self.application = self._in_review()
        self._ask("move", {"application": self.application, "stage": "ASSESSMENT"})
        self._ask("assess", {"application": self.application, "status": SEND_STATUS, "test": TEST})

        def answered():
            pushed = self._ask("state?only=pushes")["records"]["pushes"][-1]
            check(pushed["state"] != "in progress", "Workday is still pushing")
            return pushed

        pushed = eventually(answered, AT_ONCE)
        check(pushed["http_status"] == 202, f"the push was answered with {pushed['http_status']} {pushed['detail']}")
        return "answered with 202, under the password of the setup file"

    def invited_at_once(self) -> str:
        started = time.monotonic()

        def invited():
            assessments = self._ask("state?only=assessments")["records"]["assessments"]
            statuses = [one["status"] for one in assessments if one["application"] == self.application]
            check("HEYMILO_INVITED" in statuses, f"the record shows {statuses}; {self._where()}")

        eventually(invited, AT_ONCE)
        return f"the record shows it {time.monotonic() - started:.1f} s after the push"

    def schedule_on(self) -> str:
        self.stack.client("events").enable_rule(Name=self.stack.resources[RULE])
        return "as deployed"

    def nothing_left(self) -> str:
        """A message that failed stays in flight for its queue's visibility, much longer than this waits."""
        sqs = self.stack.client("sqs")
        counts = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed")
        queues = {name: url for name, url in self.stack.resources.items() if name.endswith("Queue")}

        def empty():
            for name, url in queues.items():
                found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=list(counts))["Attributes"]
                left = sum(int(found[count]) for count in counts)
                check(left == 0, f"{left} messages are left in {name}")

        eventually(empty, AT_ONCE)
        return f"{len(queues)} queues are empty, dead-letter queues among them"

    # ---- what the steps look at ------------------------------------------------------------------------------------

    def _operate(self, *arguments: str) -> str:
        command = [str(self.operator), *arguments, "--environment", "console.json"]
        done = subprocess.run(command, cwd=self.folder, env=self.aws.credentials(), capture_output=True, text=True, timeout=60)
        check(done.returncode == 0, f"operator {arguments[0]}: {done.stderr.strip()}")
        return done.stdout

    def _ask(self, what: str, body: dict | None = None):
        """Workday's stand-in, by its control address; a body is posted."""
        return answer_of(f"{self.workday}/__stand-in/{what}", body)

    def _in_review(self) -> str:
        records = self._ask("state?only=candidates,applications")["records"]
        reachable = {candidate["id"] for candidate in records["candidates"] if candidate.get("email")}
        for application in records["applications"]:
            waits = application["requisition"] == LINKED and application["steps"][-1]["stage"] == "REVIEW"
            if waits and application["candidate"] in reachable:
                return application["id"]
        raise LookupError("nobody with an email address is in Review")

    def _message_id(self) -> str:
        accounts = answer_of(f"{self.aws.endpoint}/_ministack/ses/messages")["messages"]
        return next(mail["MessageId"] for mails in accounts.values() for mail in mails)

    def _connection(self) -> str:
        """The one that the tour made."""
        return self._orders()[0]["connection"]["S"]

    def _orders(self) -> list[dict]:
        pages = self.stack.client("dynamodb").get_paginator("query").paginate(
            TableName=self.stack.resources["Table"],
            IndexName="recent",
            KeyConditionExpression="recent = :workspace",
            ExpressionAttributeValues={":workspace": {"S": f"W#{WORKSPACE}"}},
        )
        found = [row for page in pages for row in page["Items"]]
        check(bool(found), "the tour left no order in the table")
        return found

    def _where(self) -> str:
        """Where the person's order stands, for the reader of a failure."""
        theirs = [row for row in self._orders() if row.get("application") == {"S": self.application}]
        return f"the orders in the table: {[{name: row[name] for name in ('state', 'reason') if name in row} for row in theirs] or 'none'}"


def answer_of(url: str, body: dict | None = None):
    """JSON from this machine itself, past any proxy; a body is posted."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(request, timeout=TIMEOUT_SECONDS) as answer:
        return json.load(answer)


def setup(workday: str, connection: str) -> dict:
    """The setup file, as infra/REFERENCE.md describes it."""
    return {
        "workspace": {
            "id": WORKSPACE,
            "heymilo_api_key": "heymilo-local-key",
            "who_sends": "we",
            "confirmed_by": OWNER,
        },
        "connections": [
            {
                "id": connection,
                "services_url": workday,
                "sign_in_url": workday,
                "tenant": "acme_preview",
                "credential": {
                    "kind": "refresh_token",
                    "client_id": "heymilo-demo-client",
                    "client_secret": "demo-client-secret",
                    "refresh_token": "demo-refresh-token",
                },
                "webhook": {"username": PUSH_USER, "password": PUSH_PASSWORD},
                "poll_seconds": 60,
            }
        ],
        "mappings": [{"connection": connection, "requisition": ANOTHER, "posting": POSTING}],
    }

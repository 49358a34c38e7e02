"""The main path, walked as an administrator, a recruiter and a candidate walk it: through the deployed API and nothing else of ours."""

import html
import json
import re
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from browser import Browser
from servers import REGION, Ministack
from stack import Stack
from steps import Failure, check, eventually

WORKSPACE, CONNECTION, REQUISITION, POSTING = "acme", "acme-preview", "R00001", "13D77095"
TEST, SEND_STATUS = "HEYMILO_AI_SCREEN", "HEYMILO_SEND_INVITE"
PUSH_USER, PUSH_PASSWORD = "heymilo-push", "demo-push-password"
# A tick of the schedule and what it leads to; everything else is told by a message.
SCHEDULE_SECONDS = 60
BY_SCHEDULE, AT_ONCE = 150, 45
ANSWER = (
    "I led a team of six in a warehouse for four years, planned the shifts, kept the safety records and trained new colleagues on the "
    "forklift. For example, when a delivery failed I called the customer, found another carrier and we delivered the same day."
)


@dataclass
class Person:
    application: str
    candidate: str
    email: str


class MainPath:
    """The steps share what they find: each returns what it saw, in words."""

    def __init__(self, stack: Stack, aws: Ministack, workday: str, heymilo: str, operator: Path, folder: Path):
        self.stack, self.aws, self.workday, self.heymilo, self.operator, self.folder = stack, aws, workday, heymilo, operator, folder
        self.product = aws.public_url
        self.admin, self.recruiter, self.candidate = Browser(), Browser(), Browser()
        self.person = self.second = None
        self.invitation = self.interview = self.report = self.endpoint = ""

    # ---- an administrator ------------------------------------------------------------------------------------------

    def set_up(self) -> str:
        """README, First sign-in: the variables of the deployed ConsoleFunction and the operator's own credentials."""
        # What a setup with `"who_sends": "we"` says is set at HeyMilo.
        self._control(self.heymilo, {"communications_off": True})
        name = self.stack.resources["ConsoleFunction"]
        variables = self.stack.client("lambda").get_function_configuration(FunctionName=name)["Environment"]["Variables"]
        (self.folder / "console.json").write_text(json.dumps(variables))
        (self.folder / "setup.json").write_text(json.dumps(setup(self.workday)))
        said = self._operate("setup", "setup.json")
        check("The setup stands." in said, f"the operator's command said: {said}")
        return said.splitlines()[0]

    def sign_in(self) -> str:
        link = self._operate("sign-in", "--workspace", WORKSPACE, "--person", "dana@example.com").strip()
        check(link.startswith(f"{self.product}/sign-in?token="), "the link does not lead to the deployed API")
        entered = self.admin.ask(link)
        check(entered.status == 303 and entered.location.endswith("/integrations"), f"the link answered {entered.status}")
        check("Workday Integration Active" in self.admin.open(f"{self.product}/integrations").text, "Integrations does not show it active")
        check(self.admin.ask(link).status == 401, "the link works twice")
        check(Browser().ask(f"{self.product}/integrations").status == 401, "the console opens without signing in")
        return "Workday Integration Active; the link works once"

    def baseline(self) -> str:
        def taken():
            check("Inviting" in self.admin.open(f"{self.product}/agents/{POSTING}").text, f"{REQUISITION} is not shown as inviting")

        eventually(taken, BY_SCHEDULE)
        return f"{REQUISITION} is inviting"

    def _operate(self, *arguments: str) -> str:
        command = [str(self.operator), *arguments, "--environment", "console.json"]
        done = subprocess.run(command, cwd=self.folder, env=self.aws.credentials(), capture_output=True, text=True, timeout=60)
        check(done.returncode == 0, f"operator {arguments[0]}: {done.stderr.strip()}")
        return done.stdout

    # ---- by a bare stage move --------------------------------------------------------------------------------------

    def move(self) -> str:
        self.person = self._in_review()
        self._move(self.person)
        return f"{self.person.application} to Assessment on the recruiter's page"

    def invited(self) -> str:
        self.invitation = self._invitation(self.person, BY_SCHEDULE)
        check(not self._records()["pushes"], "Workday pushed, so the schedule proves nothing")
        return "one mail with the AI notice and our link, none from HeyMilo; Workday pushed nothing"

    def delivery_event(self) -> str:
        """ministack's SES publishes no events and nobody else may: the rule is asked whether it takes one as SES words it, and the walk brings it."""
        order = self._rows(self.person)[0]
        tags = {
            "ses:configuration-set": [self.stack.resources["MailConfigurationSet"]],
            "workspace": [WORKSPACE.encode().hex()],
            "order": [order["order"]["S"]],
            "step": ["deployed-shape"],
        }
        mail = {"messageId": self._mails(self.person)[0]["MessageId"], "tags": tags}
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
                "detail": {"eventType": "Send", "mail": mail},
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

    def open_link(self) -> str:
        check("AI" in self.candidate.open(self.invitation).text, "the page says nothing about the AI")
        start = self.candidate.submit(self.invitation)
        check(start.status == 303 and start.location.startswith(self.heymilo), "the button does not lead to HeyMilo's interview")
        self.interview = start.location
        return "the notice is shown, the button leads to HeyMilo's interview"

    def complete(self) -> str:
        self.candidate.submit(f"{self.interview}/start")
        for answered in range(20):
            page = self.candidate.open(self.interview).text
            question = re.search(r'name="question_id" value="([^"]*)"', page)
            if not question:
                check(answered > 0, "there was no question")
                return f"{answered} questions answered"
            choice = re.search(r'type="radio" name="answer" value="([^"]*)"', page)
            answer = html.unescape(choice.group(1)) if choice else ANSWER
            self.candidate.submit(f"{self.interview}/answer", question_id=html.unescape(question.group(1)), answer=answer)
        raise Failure("the interview does not end")

    def events_taken(self) -> str:
        """HeyMilo's webhooks come through the API, too."""

        def delivered():
            ours = [one for one in self.recruiter.json(f"{self.heymilo}/__stand-in/state")["deliveries"] if self.product in one["webhook_url"]]
            check(bool(ours), "HeyMilo has sent no event to the deployed API")
            late = [one["attempts"] for one in ours if one["outcome"] != "delivered"]
            check(not late, f"events were not taken: {late}")
            return len(ours)

        return f"{eventually(delivered, AT_ONCE)} events were answered with 2xx"

    def result(self) -> str:
        def completed():
            found = self._assessment(self.person)
            check(found.get("status") == "HEYMILO_COMPLETED", f"the record shows {found.get('status')}")
            return found

        record = eventually(completed, BY_SCHEDULE)
        lines = [line for line in record["lines"] if line["test"] == TEST]
        check(len(lines) == 1, f"{len(lines)} result lines")
        score, note, self.report = lines[0].get("score"), record.get("comment") or "", lines[0].get("url") or ""
        check(score is not None, "there is no score")
        missing = [part for part in ("View Report:", "HM-") if part not in note]
        check(not missing, f"the note has no {missing}")
        check(self.report.startswith(f"{self.product}/r/"), "the View Report link does not lead to the deployed API")
        return f"HEYMILO_COMPLETED, score {score}, a note of {len(note)} characters, the View Report link"

    def attachment(self) -> str:
        def attached():
            files = [file for file in self._records()["attachments"] if file["candidate"] == self.person.candidate]
            ours = [file for file in files if file["filename"].startswith("HeyMilo Report")]
            check(len(ours) == 1, f"there are {len(ours)} report attachments")
            return ours[0]

        file = eventually(attached, BY_SCHEDULE)
        body = self.recruiter.open(f"{self.workday}/recruiter/attachments/{file['id']}").body
        check(body.startswith(b"%PDF-"), "the attachment is not a PDF")
        return f"{file['filename']}, {len(body) // 1024} KB"

    def view_report(self) -> str:
        page = self.recruiter.open(self.report)
        missing = [part for part in ("Transcript", "Score", "Qualifier", "AI") if part not in page.text]
        check(not missing, f"the page has no {missing}")
        pdf, again = (self.recruiter.open(f"{self.report}/report.pdf") for _ in range(2))
        check(pdf.kind == "application/pdf" and pdf.body.startswith(b"%PDF-"), f"the download is {pdf.kind}, not a PDF")
        check(pdf.body.rstrip().endswith(b"%%EOF"), "the PDF is cut off or was taken for text on the way")
        check(pdf.body == again.body, "the PDF differs from one opening to the next")
        return f"the page, and the same PDF of {len(pdf.body) // 1024} KB each time"

    def once(self) -> str:
        interviews = self.recruiter.json(f"{self.heymilo}/__stand-in/state")["interviews"]
        ours = [interview for interview in interviews if interview["email"] == self.person.email]
        counted = (len(self._mails(self.person)), len(ours), len(self._rows(self.person)))
        check(counted == (1, 1, 1), f"{counted[0]} mails, {counted[1]} interviews, {counted[2]} orders")
        return "one mail, one interview, one order"

    # ---- by Workday's push -----------------------------------------------------------------------------------------

    def configure_push(self) -> str:
        """As a Workday administrator does: the endpoint from the connection's page into the integration system."""
        page = self.admin.open(f"{self.product}/integrations/workday/{CONNECTION}").text
        found = re.search(rf"{re.escape(self.product)}/webhooks/workday/[^<\s]+", html.unescape(page))
        check(bool(found), "the connection's page shows no endpoint")
        self.endpoint = found.group(0)
        self.recruiter.submit(
            f"{self.workday}/recruiter/integration-system",
            endpoint_url=self.endpoint,
            username=PUSH_USER,
            password=PUSH_PASSWORD,
            assessment_status=SEND_STATUS,
            test=TEST,
            key_style="underscore",
        )
        return "the endpoint of the connection's page is in Workday's integration system"

    def schedule_off(self) -> str:
        self.stack.client("events").disable_rule(Name=self.stack.resources["SweeperFunctionEveryMinute"])
        return "no poll can find the next candidate"

    def push(self) -> str:
        self.second = self._in_review()
        self._move(self.second)
        self.recruiter.submit(f"{self.workday}/recruiter/applications/{self.second.application}/assess", status=SEND_STATUS, test=TEST)

        def answered():
            pushes = self._records()["pushes"]
            check(bool(pushes) and pushes[-1]["state"] != "in progress", "Workday has not pushed")
            return pushes[-1]

        pushed = eventually(answered, AT_ONCE)
        check(pushed["http_status"] == 202, f"the push was answered with {pushed['http_status']} {pushed['detail']}")
        return "Workday's push was answered with 202"

    def invited_by_push(self) -> str:
        started = time.monotonic()
        self._invitation(self.second, AT_ONCE)
        return f"{time.monotonic() - started:.1f} s after the push; a poll comes every {SCHEDULE_SECONDS} s"

    def schedule_on(self) -> str:
        self.stack.client("events").enable_rule(Name=self.stack.resources["SweeperFunctionEveryMinute"])
        return "as deployed"

    # ---- who may not -----------------------------------------------------------------------------------------------

    def wrong_credential(self) -> str:
        for credential in (f"{PUSH_USER}:guessed", ""):
            answer = self.recruiter.post_json(self.endpoint, {"Job_Application_ID": self.second.application}, credential)
            check((answer.status, answer.body) == (401, b""), f"answered {answer.status} with {len(answer.body)} bytes")
        return "401 with an empty body, with a wrong password and with none"

    def wrong_token(self) -> str:
        foreign = self.report[:-4] + ("aaaa" if not self.report.endswith("aaaa") else "bbbb")
        for path in (foreign, f"{foreign}/report.pdf"):
            check(self.recruiter.ask(path).status == 404, "a made-up report link opens")
        return "404 for the page and the PDF"

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

    def _control(self, stand_in: str, settings: dict) -> None:
        answer = self.recruiter.post_json(f"{stand_in}/__stand-in/settings", settings)
        check(answer.status == 200, f"the stand-in's settings answered {answer.status}")

    def _records(self) -> dict:
        state = self.recruiter.json(f"{self.workday}/__stand-in/state")
        return state.get("records", state)

    def _in_review(self) -> Person:
        records = self._records()
        emails = {candidate["id"]: candidate.get("email") for candidate in records["candidates"]}
        for application in records["applications"]:
            waiting = application["requisition"] == REQUISITION and application["steps"][-1]["stage"] == "REVIEW"
            if waiting and emails[application["candidate"]]:
                return Person(application["id"], application["candidate"], emails[application["candidate"]])
        raise Failure("nobody with an email address is in Review")

    def _move(self, person: Person) -> None:
        self.recruiter.submit(f"{self.workday}/recruiter/applications/{person.application}/move", stage="ASSESSMENT")

    def _assessment(self, person: Person) -> dict:
        found = [one for one in self._records()["assessments"] if one["application"] == person.application]
        check(bool(found), "the application has no assessment")
        return found[-1]

    def _mails(self, person: Person) -> list[dict]:
        accounts = self.recruiter.json(f"{self.aws.endpoint}/_ministack/ses/messages")["messages"]
        return [mail for mails in accounts.values() for mail in mails if person.email in mail["To"]]

    def _rows(self, person: Person) -> list[dict]:
        pages = self.stack.client("dynamodb").get_paginator("query").paginate(
            TableName=self.stack.resources["Table"],
            IndexName="recent",
            KeyConditionExpression="recent = :workspace",
            ExpressionAttributeValues={":workspace": {"S": f"W#{WORKSPACE}"}},
        )
        return [row for page in pages for row in page["Items"] if row.get("application") == {"S": person.application}]

    def _invitation(self, person: Person, within: float) -> str:
        """The link of the one mail that a person got, once the Workday record shows that they are invited."""

        def invited():
            found = self._assessment(person)
            check(found.get("status") == "HEYMILO_INVITED", f"the record shows {found.get('status')}; {self._where(person)}")

        eventually(invited, within)
        mails = self._mails(person)
        check(len(mails) == 1, f"{len(mails)} mails were sent")
        text = mails[0]["BodyText"]
        link = re.search(rf"{re.escape(self.product)}/i/\S+", text)
        check(bool(link), "the mail has no link of ours")
        check("An AI conducts this interview" in text, "the mail does not say that an AI interviews")
        theirs = json.dumps(self.recruiter.json(f"{self.heymilo}/__stand-in/mails")).count(person.email)
        check(theirs == 0, f"HeyMilo sent {theirs} mails, too")
        return link.group(0)

    def _where(self, person: Person) -> str:
        """Where the person's order stands, for the reader of a failure."""
        orders = [{name: row[name] for name in ("state", "reason") if name in row} for row in self._rows(person)]
        return f"the orders in the table: {orders or 'none'}"


def setup(workday: str) -> dict:
    """The setup file, as README describes it."""
    return {
        "workspace": {
            "id": WORKSPACE,
            "name": "Acme Talent (example)",
            "heymilo_api_key": "heymilo-local-key",
            "who_sends": "we",
            "confirmed_by": "dana@example.com",
        },
        "connections": [
            {
                "id": CONNECTION,
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
                "poll_seconds": SCHEDULE_SECONDS // 2,
            }
        ],
        "mappings": [{"connection": CONNECTION, "requisition": REQUISITION, "posting": POSTING}],
    }

"""The deployed shape: the real release binaries and the real template on ministack, and the tour through them.

See README.md beside this file.
"""

import argparse
import contextlib
import os
import signal
import sys
import tempfile
from pathlib import Path

import differences
import sizes
import tour
from servers import Ministack, StandIns
from shape import Shape
from stack import Stack
from steps import OutOfTime, Report
from wiring import OWNER, Wiring

REPOSITORY = Path(__file__).resolve().parents[2]
TIME_LIMIT_SECONDS = 900


def main() -> int:
    options = arguments()
    stop_when_asked(options.time_limit)
    report = Report()
    with tempfile.TemporaryDirectory(prefix="deployed-shape-") as folder, contextlib.ExitStack() as stopping:
        try:
            run(options, Path(folder), stopping, report)
        except (Exception, OutOfTime) as problem:
            report.failure("the run", f"ended early: {problem}")
        if report.failed:
            show_logs(Path(folder))
    print(f"{report.passed} passed, {report.failed} failed")
    return 1 if report.failed else 0


def run(options: argparse.Namespace, folder: Path, stopping: contextlib.ExitStack, report: Report) -> None:
    stand_ins = stopping.enter_context(StandIns(options.local, folder))
    aws = stopping.enter_context(Ministack(folder))
    workday, heymilo = stand_ins.addresses()
    aws.wait()

    stack = Stack(REPOSITORY / "template.yaml", options.binaries, folder, aws.endpoint)
    packages = stack.package()
    deployment = [
        ("the binaries are uploaded", stack.upload),
        ("SAM's translator takes the template", stack.translate),
        ("the stack is created", lambda: stack.deploy(differences.variables(aws.public_url, heymilo))),
        ("the API has its own domain", lambda: stack.map_domain(aws.domain)),
        ("the sender is verified", stack.verify_sender),
        ("permissions are enforced", stack.permissions_count),
    ]
    if report.chapter("The template and the release binaries are deployed", deployment):
        report.list("Where this differs from AWS", differences.lines())
        report.chapter("What exists is what the template says", Shape(stack).steps())
        walk(Wiring(stack, aws, workday, options.operator, folder), heymilo, options.tour, report)
    report.list("Sizes", sizes.table(packages, REPOSITORY / "shared" / "report" / "fonts"))


def walk(wiring: Wiring, heymilo: str, program: Path, report: Report) -> None:
    """The operator lets the owner in, the tour walks, and what its path does not show is looked at on what it leaves."""
    whole = report.chapter("The operator's command", [("operator sign-in makes a link", wiring.sign_in)])
    addresses = {
        "product": wiring.aws.public_url,
        "workday": wiring.workday,
        "heymilo": heymilo,
        "sign-in": wiring.sign_in_link,
        "owner": OWNER,
        "ministack": wiring.aws.endpoint,
    }
    whole = whole and tour.walk(program, addresses, wiring.folder, report)
    chapters = {
        "What no person's path shows": [
            ("operator setup connects and links", wiring.set_up),
            ("an event of the mail service arrives", wiring.delivery_event),
        ],
        "By a push alone": [
            ("the schedule is switched off", wiring.schedule_off),
            ("a recruiter submits Assess: Workday's push", wiring.push),
            ("the candidate is invited at once", wiring.invited_at_once),
            ("the schedule is switched on again", wiring.schedule_on),
        ],
        "Afterwards": [
            ("every message was done", wiring.nothing_left),
        ],
    }
    for title, steps in chapters.items():
        whole = report.chapter(title, steps, reachable=whole)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    target = Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target"))
    parser.add_argument("--binaries", type=Path, default=target / "release", help="folder of the functions' release binaries")
    parser.add_argument("--local", type=Path, default=target / "debug" / "local", help="the program that runs the stand-ins")
    parser.add_argument("--operator", type=Path, default=target / "debug" / "operator", help="the operator's command")
    parser.add_argument("--tour", type=Path, default=target / "debug" / "tour", help="the program that walks")
    parser.add_argument("--time-limit", type=int, default=TIME_LIMIT_SECONDS, help="seconds after which the run fails")
    options = parser.parse_args()
    for program, package in ((options.local, "local"), (options.operator, "operator"), (options.tour, "tour")):
        if not program.is_file():
            parser.error(f"{program} is missing: cargo build -p {package}")
    return options


def stop_when_asked(seconds: int) -> None:
    """A script's wish to end and the time limit both end the run as Ctrl-C does: through `finally`, so no server outlives it."""

    def over(number, _frame):
        raise OutOfTime(f"it took longer than {seconds} s") if number == signal.SIGALRM else KeyboardInterrupt

    signal.signal(signal.SIGALRM, over)
    signal.signal(signal.SIGTERM, over)
    signal.alarm(seconds)


def show_logs(folder: Path) -> None:
    """What the servers said: their logs go with the folder."""
    for log in sorted(folder.glob("*.log")):
        print(f"\nThe end of {log.name}:\n" + "\n".join(log.read_text(errors="replace").splitlines()[-60:]))


if __name__ == "__main__":
    sys.exit(main())

"""The deployed shape: the real release binaries and the real template on ministack, and the main path through them.

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
from main_path import MainPath
from servers import Ministack, StandIns
from shape import Shape
from stack import Stack
from steps import OutOfTime, Report

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
        walk(MainPath(stack, aws, workday, heymilo, options.operator, folder), report)
    report.list("Sizes", sizes.table(packages, REPOSITORY / "shared" / "report" / "fonts"))


def walk(path: MainPath, report: Report) -> None:
    chapters = {
        "An administrator connects Workday": [
            ("operator setup connects and links", path.set_up),
            ("operator sign-in opens the console", path.sign_in),
            ("the sweeper takes the baseline", path.baseline),
        ],
        "A bare stage move, found by the schedule alone": [
            ("a recruiter moves a candidate", path.move),
            ("the candidate is invited", path.invited),
            ("an event of the mail service arrives", path.delivery_event),
            ("the candidate opens the link", path.open_link),
            ("the candidate completes the screening", path.complete),
            ("HeyMilo's events are taken", path.events_taken),
            ("the Workday record shows the result", path.result),
            ("the PDF is attached, once", path.attachment),
            ("View Report and its PDF open", path.view_report),
            ("nothing happened twice", path.once),
        ],
        "An order by Workday's push": [
            ("an administrator configures the push", path.configure_push),
            ("the schedule is switched off", path.schedule_off),
            ("a recruiter submits Assess", path.push),
            ("the candidate is invited at once", path.invited_by_push),
            ("the schedule is switched on again", path.schedule_on),
        ],
        "Who may not": [
            ("a push with a wrong credential", path.wrong_credential),
            ("a stranger's report link", path.wrong_token),
        ],
        "Afterwards": [
            ("every message was done", path.nothing_left),
        ],
    }
    whole = True
    for title, steps in chapters.items():
        whole = report.chapter(title, steps, reachable=whole)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    target = Path(os.environ.get("CARGO_TARGET_DIR", REPOSITORY / "target"))
    parser.add_argument("--binaries", type=Path, default=target / "release", help="folder of the functions' release binaries")
    parser.add_argument("--local", type=Path, default=target / "debug" / "local", help="the program that runs the stand-ins")
    parser.add_argument("--operator", type=Path, default=target / "debug" / "operator", help="the operator's command")
    parser.add_argument("--time-limit", type=int, default=TIME_LIMIT_SECONDS, help="seconds after which the run fails")
    options = parser.parse_args()
    for program, package in ((options.local, "local"), (options.operator, "operator")):
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

"""Steps that are checked, timed, printed and counted; and waiting that ends."""

import time
import urllib.error

POLL_SECONDS = 0.5


class Failure(Exception):
    """Something is not as it must be. The text is for the person who reads the output."""


class OutOfTime(BaseException):
    """The whole run's time is over: no step may take this for its own failure and go on."""


class Report:
    """Prints one line a step. After a failure the steps behind it count as failed, so none is lost silently."""

    def __init__(self):
        self.passed = 0
        self.failed = 0

    def chapter(self, title: str, steps, reachable: bool = True) -> bool:
        """Takes `(name, check)` pairs in order; a check returns what it saw, in words. Whether all passed."""
        self.list(title, [])
        for name, look in steps:
            if not reachable:
                self.failure(name, "not reached")
                continue
            started = time.monotonic()
            try:
                seen = look()
            except Exception as problem:
                why = str(problem) if isinstance(problem, Failure) else f"{type(problem).__name__}: {problem}"
                self.failure(name, why, time.monotonic() - started)
                reachable = False
            else:
                self.passed += 1
                print(f"  ok      {name}: {seen} ({time.monotonic() - started:.1f} s)", flush=True)
        return reachable

    def failure(self, name: str, why: str, seconds: float = 0.0) -> None:
        self.failed += 1
        print(f"  FAILED  {name}: {why} ({seconds:.1f} s)", flush=True)

    def list(self, title: str, lines) -> None:
        print("\n" + title, *(f"  {line}" for line in lines), sep="\n", flush=True)


def eventually(look, within: float):
    """What `look` returns as soon as it raises no `Failure`; the last failure when the time is over."""
    deadline = time.monotonic() + within
    while True:
        try:
            return look()
        except (Failure, urllib.error.URLError, ConnectionError) as problem:
            if time.monotonic() > deadline:
                raise Failure(f"{problem} (waited {within:.0f} s)") from problem
        time.sleep(POLL_SECONDS)


def check(holds: bool, otherwise: str) -> None:
    if not holds:
        raise Failure(otherwise)

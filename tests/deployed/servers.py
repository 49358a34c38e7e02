"""The processes under test: the stand-ins of both vendors, and ministack as AWS. All on 127.0.0.1, all stopped at the end."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

from steps import Failure, eventually

START_SECONDS = 60
STOP_SECONDS = 10
REGION = "eu-central-1"
# ministack takes this key pair for the account's administrator; it is no secret anywhere.
ADMINISTRATOR = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_REGION": REGION, "AWS_DEFAULT_REGION": REGION}


class Server:
    """One process with its log, in a session of its own so that what it started ends with it."""

    def __init__(self, name: str, command: list[str], environment: dict[str, str], folder: Path):
        self.name = name
        self.log = folder / f"{name}.log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                command, env=environment, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )

    def answer(self, look):
        """What `look` returns once the process is ready; a process that ended is reported with its last words."""

        def alive_and_ready():
            if self.process.poll() is not None:
                raise RuntimeError(f"{self.name} ended with {self.process.returncode}:\n{self.last_words()}")
            return look()

        return eventually(alive_and_ready, within=START_SECONDS)

    def last_words(self, lines: int = 30) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def __enter__(self):
        return self

    def __exit__(self, *_outcome) -> None:
        """Ends the whole session: functions that ministack started are in it too."""
        for ask in (signal.SIGTERM, signal.SIGKILL):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, ask)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(STOP_SECONDS)
                break
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


class StandIns(Server):
    """Workday and HeyMilo, by `local stand-ins`."""

    def __init__(self, local: Path, folder: Path):
        port = free_port()
        data = folder / "vendors"
        super().__init__("stand-ins", [str(local), "stand-ins", "--port", str(port), "--data", str(data)], clean_environment(folder), folder)

    def addresses(self) -> tuple[str, str]:
        """Workday's and HeyMilo's; the program prints them when both listen, and takes other ports than asked for if it must."""

        def printed():
            text = self.log.read_text(errors="replace")
            found = [re.search(rf"^\s*{name}\s+(http://127\.0\.0\.1:\d+)/", text, re.MULTILINE) for name in ("Workday", "HeyMilo")]
            if not all(found):
                raise Failure("the stand-ins have not said where they are")
            return tuple(match.group(1) for match in found)

        return self.answer(printed)


class Ministack(Server):
    """AWS on this machine, in memory. Its functions are child processes with its environment, so that is kept minimal."""

    def __init__(self, folder: Path):
        port = free_port()
        # One name for AWS and another for the product: the latter is registered as the API's custom domain, which needs a dot.
        self.endpoint = f"http://localhost:{port}"
        self.domain = "127.0.0.1"
        self.public_url = f"http://{self.domain}:{port}"
        environment = clean_environment(folder) | {
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(port),
            "MINISTACK_HOST": "localhost",
            "MINISTACK_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ENDPOINT_URL": self.endpoint,
            "AUTH": "true",
            "STATE_DIR": str(folder / "state"),
            "S3_DATA_DIR": str(folder / "s3"),
        }
        super().__init__("ministack", [sys.executable, "-m", "ministack"], environment, folder)

    def wait(self) -> None:
        def healthy():
            with urllib.request.urlopen(f"{self.endpoint}/_ministack/health", timeout=5) as answer:
                return answer.status

        self.answer(healthy)

    def credentials(self) -> dict[str, str]:
        """What an operator's shell holds."""
        return ADMINISTRATOR | {"AWS_ENDPOINT_URL": self.endpoint}


def clean_environment(folder: Path) -> dict[str, str]:
    """Nothing of the developer's shell, least of all AWS credentials; temporary files stay in the run's own folder."""
    temporary = folder / "tmp"
    temporary.mkdir(exist_ok=True)
    return {"PATH": os.environ.get("PATH", os.defpath), "HOME": str(folder), "TMPDIR": str(temporary), "LANG": "C.UTF-8"}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]

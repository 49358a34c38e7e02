"""The walk: the tour's own program is told where the deployed product is, and its lines become this run's."""

import re
import subprocess
from pathlib import Path

from servers import clean_environment
from steps import Failure, Report


def walk(program: Path, addresses: dict[str, str], folder: Path, report: Report) -> bool:
    """Passes on what the tour prints, and counts its steps. Whether every one passed."""
    command = [str(program), *(word for name, value in addresses.items() for word in (f"--{name}", value))]
    last = ""
    with subprocess.Popen(command, cwd=folder, env=clean_environment(folder), stdout=subprocess.PIPE, text=True) as process:
        try:
            for line in process.stdout:
                print(line, end="", flush=True)
                last = line
        except BaseException:
            process.kill()
            raise
    counted = re.fullmatch(r"(\d+) passed, (\d+) failed\s*", last)
    if not counted:
        raise Failure(f"the tour ended with {process.returncode} before it had counted its steps")
    passed, failed = map(int, counted.groups())
    report.passed += passed
    report.failed += failed
    return process.returncode == 0

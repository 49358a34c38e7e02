"""The size of each release binary and of its zip, against the goals."""

from pathlib import Path

KILOBYTE = 1024
# Kilobytes of a zip. The functions that draw the PDF carry the report's fonts inside, about 1 MB of their zip.
GOAL, GOAL_WITH_PDF = 2.6 * KILOBYTE, 4.2 * KILOBYTE
FONTS = "with the PDF; its fonts are embedded and counted, the goal is without"


def table(packages: dict[str, tuple[Path, Path]], draws_pdf: set[str]) -> list[str]:
    lines = [f"{'function':<18}{'binary KB':>10}{'zip KB':>9}{'goal KB':>9}"]
    for name, (binary, archive) in sorted(packages.items()):
        size, zipped = (path.stat().st_size / KILOBYTE for path in (binary, archive))
        goal = GOAL_WITH_PDF if name in draws_pdf else GOAL
        note = f"  {FONTS}" if name in draws_pdf else ""
        verdict = "" if zipped <= goal else "  OVER"
        lines.append(f"{name:<18}{size:>10.0f}{zipped:>9.0f}{goal:>9.0f}{verdict}{note}")
    return lines

"""The size of each release binary and of its zip, against the goals. Told, not judged: they depend on the architecture, too."""

import zlib
from pathlib import Path

KILOBYTE = 1024
# Kilobytes of a zip; the fonts that the report is drawn with do not count.
GOAL, GOAL_WITH_PDF = 2.6 * KILOBYTE, 4.2 * KILOBYTE
DRAWS_PDF = {"report-page", "result-writeback"}


def table(packages: dict[str, tuple[Path, Path]], fonts: Path) -> list[str]:
    """One line a function, `packages` being its binary and its zip."""
    embedded = sum(len(zlib.compress(font.read_bytes(), 9)) for font in fonts.glob("*.ttf")) / KILOBYTE
    lines = [f"{'function':<18}{'binary KB':>10}{'zip KB':>9}{'goal KB':>9}"]
    for name, (binary, archive) in sorted(packages.items()):
        size, zipped = (path.stat().st_size / KILOBYTE for path in (binary, archive))
        draws = name in DRAWS_PDF
        counted, goal = (zipped - embedded, GOAL_WITH_PDF) if draws else (zipped, GOAL)
        remark = f"  {counted:.0f} without the embedded fonts" if draws else ""
        over = f"  {counted - goal:.0f} over the goal" if counted > goal else ""
        lines.append(f"{name:<18}{size:>10.0f}{zipped:>9.0f}{goal:>9.0f}{remark}{over}")
    return lines

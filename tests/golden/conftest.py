"""Stored texts: compared line by line, written anew with ``pytest tests/golden --regenerate``."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent / "stored"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the flag; it exists where this folder is named on the command line."""
    parser.addoption("--regenerate", action="store_true", help="write the stored texts anew; review the diff")


@pytest.fixture
def agrees(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """A check of a text against the stored one of a name."""
    regenerate = request.config.getoption("--regenerate", default=False)

    def check(name: str, text: str) -> None:
        file = FOLDER / name
        lines = [line.rstrip() for line in text.splitlines()]
        if regenerate:
            file.parent.mkdir(exist_ok=True)
            file.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
            return
        stored = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
        diff = "\n".join(difflib.unified_diff(stored, lines, f"stored/{name}", "now", lineterm="", n=1))
        if diff:
            pytest.fail(f"{diff}\n\nIf this is meant: pytest tests/golden --regenerate, and say so in CHANGELOG.md",
                        pytrace=False)  # fmt: skip

    return check

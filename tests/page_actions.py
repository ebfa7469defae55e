"""What tests do on a page of Streamlit: type numbers, give files, and wait until it stands still."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ["give_file", "settled", "type_numbers"]

STILL = "[data-testid=stApp][data-test-script-state=notRunning]"
PAUSE = 400  # milliseconds in which a page that was told something begins to work
TRIES = 10


def settled(page: Any) -> None:
    """Wait until the page has worked off all that it was told."""
    for _ in range(TRIES):
        page.locator(STILL).wait_for()
        page.wait_for_timeout(PAUSE)
        if page.locator(STILL).count():
            return


def type_numbers(page: Any, numbers: Mapping[str, int], within: Any = None) -> None:
    """Type numbers into the fields of these names, each until the page has it: a rerun can take what is being typed."""
    for name, number in numbers.items():
        field = (page if within is None else within).get_by_role("spinbutton", name=name).first
        for _ in range(TRIES):
            field.fill(str(number))
            field.press("Tab")
            settled(page)
            if field.input_value() == str(number):
                break


def give_file(page: Any, file: Path | str) -> None:
    """Give the only file field a file, once the page stands still: a field that is just drawn anew would lose it."""
    settled(page)
    page.locator("input[type=file]").set_input_files(file)

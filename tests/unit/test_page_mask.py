"""The mask of a session: no file with the whole dataset while it hides counts, and never less than the server's."""

from __future__ import annotations

import argparse
from typing import Any

import pytest

from interface.page import shared, what_if_answer
from interface.page.service.outcome import Outcome, answer
from interface.page.service.question import Question
from loaders.registers import REGISTERS
from tests.small_system import small_system

streamlit_testing = pytest.importorskip("streamlit.testing.v1")
KEPT: list[Outcome] = []


def _files() -> None:
    from interface.page.what_if_answer import _files  # pyright: ignore[reportPrivateUsage]
    from tests.unit.test_page_mask import KEPT

    _files(KEPT[0], "sv")


def offered(least: int) -> list[str]:
    """Labels of the files that a session with this mask is offered."""
    if not KEPT:
        asked = Question("heart", 2, draws=2, years=1).run(small_system())
        KEPT.append(answer(small_system(), asked, dict.fromkeys(REGISTERS, ())))
    app: Any = streamlit_testing.AppTest.from_function(_files, default_timeout=60)
    app.session_state["mask"] = least
    app.run()
    assert not app.exception
    return [button.proto.label for button in app.get("download_button")]


def test_a_result_with_the_dataset_inside_is_not_offered_while_counts_are_hidden() -> None:
    assert offered(0) == ["Spara hela resultatet (.nc)", "Spara svaret (JSON)"]
    assert offered(5) == ["Spara svaret (JSON)"]


def test_nobody_hides_less_than_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "served_with", lambda: argparse.Namespace(mask=5))
    for asked, hidden in ((0, 5), (9, 9)):
        monkeypatch.setattr(shared.st, "session_state", {"mask": asked})
        assert shared.mask() == hidden
    assert what_if_answer.mask is shared.mask

"""The sequence command in all forms."""

from __future__ import annotations

import pytest

from tests.command_line import Shell

TWO = """\
name = "two_areas"
title_sv = "Två områden"
title_en = "Two areas"

[[decisions]]
kind = "concentrate"
area = "heart"
units = 1
date = 2026-07-01

[[decisions]]
kind = "concentrate"
area = "valve"
units = 1
hospitals = ["south"]
date = 2028-07-01
"""


@pytest.fixture
def ready(shell: Shell) -> Shell:
    shell.write("two_areas.toml", TWO)
    return shell


def test_sequence_in_all_forms(ready: Shell) -> None:
    call = ("sequence", "two_areas.toml", "--draws", "4", "--years", "6")
    found = ready(*call, "--reverse-after", "1", "--passive", "Norra", "--format", "json", small=True).json("sequence")
    assert {r["order"] for r in found["rows"]} == {"given", "reversed", "together", "undone", "passive_north"}
    swedish, english = (ready(*call, "--lang", lang, small=True).out for lang in ("sv", "en"))
    for part in ("Två områden", "Som angiven", "Omvänd", "Takt:"):
        assert part in swedish
    for part in ("Two areas", "As given", "Reversed", "Pace:"):
        assert part in english
    assert ready(*call, "--format", "csv", small=True).csv()


def test_bad_input_is_refused(ready: Shell) -> None:
    ready("sequence", "two_units.toml", small=True).refusal("at least two areas")
    ready("sequence", "none_such", small=True).refusal("no ready scenario")
    ready("sequence", "two_areas.toml", "--passive", "Atlantis", small=True).refusal("no hospital is called so")

"""The repair command on the small country: in all forms, in two languages, and what it refuses."""

from __future__ import annotations

from tests.command_line import Shell

FEW = ("--draws", "10", "--years", "3")
OWN = """\
id,hospital_kind,measure,unit,threshold,direction,basis,hardness,grade,source
mine,university,patients_below,patients/year,1000,at_most,absolute,hard,assumed,a_test
"""
HOLDERS = """\
id,hospital_kind,measure,unit,threshold,direction,basis,hardness,grade,source
mine,university,holders_left,number,1,at_least,absolute,hard,assumed,a_test
"""


def test_nothing_to_repair_is_said(shell: Shell) -> None:
    path = shell.write("mine.csv", OWN)
    found = shell("repair", "south_alone.toml", *FEW, "--floors", path, "--format", "json", small=True).json("repair")
    assert (found["pushed"], found["alternatives"]) == ([], [])
    assert "inget att reparera" in shell("repair", "south_alone.toml", *FEW, "--floors", path, small=True).out


def test_repair_in_all_forms(shell: Shell) -> None:
    """No other unit is left beside the South's; a second unit repairs it."""
    words = ("repair", "south_alone.toml", *FEW, "--floors", shell.write("holders.csv", HOLDERS))
    answer = shell(*words, "--format", "json", small=True)
    found = answer.json("repair")
    assert answer.err == ""
    assert [row["hospital"] for row in found["pushed"]] == ["south"]
    assert found["manifest"]["scenario_hash"]
    swedish, english = shell(*words, small=True).out, shell(*words, "--lang", "en", small=True).out
    assert "Södra sjukhuset" in swedish
    assert "Pushed below" in english
    rows = shell(*words, "--format", "csv", small=True).csv()
    assert len(rows) == sum(len(a["changes"]) for a in found["alternatives"])


def test_what_repair_refuses(shell: Shell) -> None:
    shell("repair", "nowhere", small=True).refusal("nowhere")
    shell("repair", "south_alone.toml", "--alpha", "-1", small=True).refusal("alpha = -1")
    shell("repair", "south_alone.toml", "--draws", "1", small=True).refusal("draws = 1")

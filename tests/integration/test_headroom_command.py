"""The headroom command on the small country: in all forms, in two languages, and what it refuses."""

from __future__ import annotations

from tests.command_line import Shell

FEW = ("--draws", "10", "--years", "3")
OWN = """\
id,hospital_kind,measure,unit,threshold,direction,basis,hardness,grade,source
mine,university,research_caseload,patients/year,1000000,at_least,absolute,hard,assumed,a_test
"""


def test_headroom_in_all_forms(shell: Shell) -> None:
    answer = shell("headroom", *FEW, "--format", "json", small=True)
    found = answer.json("headroom")
    assert answer.err == ""
    assert [row["hospital"] for row in found["rows"]] == ["north", "middle", "south"]
    assert [(a["area"], a["units"], a["units_from"]) for a in found["pipeline"]] == [("heart", 2, "assumed")]
    assert found["manifest"]["draws"] == 10
    rows = shell("headroom", *FEW, "--format", "csv", small=True).csv()
    assert [row["hospital"] for row in rows] == ["north", "middle", "south"]
    swedish = shell("headroom", *FEW, small=True).out
    english = shell("headroom", *FEW, "--lang", "en", small=True).out
    assert "Beslut kvar" in swedish
    assert "Decisions left" in english
    assert "Northern Hospital" in english


def test_one_hospital_and_an_own_floor(shell: Shell) -> None:
    path = shell.write("mine.csv", OWN)
    found = shell("headroom", *FEW, "--hospital", "Norra", "--floors", path, "--format", "json", small=True).json(
        "headroom"
    )
    (row,) = found["rows"]
    assert (row["hospital"], row["decisions_left"], row["first_floor_broken"]) == ("north", None, "mine")
    assert "Redan utan fler beslut" in shell("headroom", *FEW, "--floors", path, small=True).out


def test_the_page_says_margins_in_counts_and_where_a_floor_comes_from(shell: Shell) -> None:
    header, line = OWN.replace("1000000", "60").splitlines()
    own = f"{header},threshold_low,threshold_high,note,note_sv\n{line},0,1000000,Because we say so,Vi säger det\n"
    page = shell("headroom", *FEW, "--no-search", "--floors", shell.write("mine.csv", own), small=True).out
    assert "minst 60" in page
    assert "lika rimligt 0–1\u202f000\u202f000" in page
    assert "Vi säger det" in page
    english = shell("headroom", *FEW, "--no-search", "--floors", "mine.csv", "--lang", "en", small=True).out
    assert "Because we say so" in english
    row = shell("headroom", *FEW, "--no-search", "--floors", "mine.csv", "--format", "csv", small=True).csv()[0]
    assert row["decisions_left_strict"] == ""
    assert row["decisions_left_lenient"] == "1"


def test_what_headroom_refuses(shell: Shell) -> None:
    shell("headroom", "--alpha", "2", small=True).refusal("alpha = 2")
    shell("headroom", "--units", "9", small=True).refusal("units = 9", "1 to 5")
    shell("headroom", "--floors", "nowhere.csv", small=True).refusal("nowhere.csv", "missing file")
    bad = shell.write("bad.csv", OWN.replace("1000000", ""))
    shell("headroom", "--floors", bad, small=True).refusal("absolute floor without a threshold")

"""The stress command on the small country: tables in both languages, JSON, CSV, events, refusals."""

from __future__ import annotations

import pytest

from tests.command_line import Shell

FEW = ("--draws", "4")


def test_help_shows_an_example(shell: Shell) -> None:
    answer = shell("stress", "--help")
    assert (answer.code, answer.err) == (0, "")
    assert "randzon stress --event summer" in " ".join(answer.out.split())


def test_the_contract_of_the_answer(shell: Shell) -> None:
    found = shell("stress", *FEW, "--pairs", "--shares", "--format", "json", small=True).json("stress")
    assert (found["manifest"]["draws"], found["as_of"]) == (4, "2025-12-31")
    assert {r["event"] for r in found["events"]} == {"unit", "resource", "competence"}
    assert found["pairs"]
    assert found["limits"]
    for row in found["events"]:
        assert row["not_taken_low"] <= row["not_taken"] <= row["not_taken_high"] + 1e-9
        if row["event"] == "unit":
            placed = row["not_taken"] + sum(r["patients"] for r in row["receivers"])
            assert placed == pytest.approx(row["patients"], abs=0.2)
    assert any(row["not_taken_assumed_share"] is not None for row in found["events"])
    again = shell("stress", *FEW, "--pairs", "--shares", "--format", "json", "--workers", "1", small=True)
    assert again.json("stress") == found


def test_tables_in_both_languages(shell: Shell) -> None:
    page = shell("stress", *FEW, "--area", "liver", "--pairs", small=True).out
    for part in ("Levervård", "Ingen tar emot", "Utöver var för sig", "Mellersta sjukhuset + Södra", "ett antagande"):
        assert part in page
    english = shell("stress", *FEW, "--hospital", "south", "--lang", "en", small=True).out
    for part in ("Southern Hospital", "Nobody takes", "Liver care", "intensive care", "septal ablation"):
        assert part in english


def test_an_event_with_its_length_and_sources(shell: Shell) -> None:
    found = shell("stress", "--event", "infection", *FEW, "--format", "json", small=True).json("stress")
    assert {(r["event"], r["months"]) for r in found["events"]} == {("infection", 3)}
    assert found["sources"]
    rows = shell("stress", "--event", "infection", "--months", "6", *FEW, "--format", "csv", small=True).csv()
    assert {r["months"] for r in rows} == {"6"}
    assert any(":" in r["receivers"] for r in rows)
    page = shell("stress", "--event", "preparedness", *FEW, small=True).out
    assert "Beredskap" in page


def test_events_of_ones_own(shell: Shell) -> None:
    path = shell.write(
        "mine.toml",
        '[[events]]\nname = "fire"\ntitle_sv = "Brand"\ntitle_en = "Fire"\nplace = "hospital"\nmonths = 2\n'
        'loses_practice = false\nsources = ["assumption: a drill"]\n[[events.effects]]\nkind = "capacity"\n'
        'targets = ["theatre"]\nfactor = { value = 0.2, low = 0.1, high = 0.3, source = "assumption: a drill" }\n',
    )
    answer = shell("stress", "--events", path, "--event", "fire", *FEW, "--format", "json", small=True)
    rows = answer.json("stress")["events"]
    assert [r["hospital"] for r in rows] == ["north", "middle", "south"]
    assert all(r["displaced"] > 0 for r in rows)
    assert {r["displaced_at"][0]["resource"] for r in rows} == {"theatre"}


def test_bad_input_is_refused(shell: Shell) -> None:
    shell("stress", "--hospital", "xyzzy", small=True).refusal("no hospital is called so")
    shell("stress", "--area", "xyzzy", small=True).refusal("no care area is called so")
    shell("stress", "--event", "infektion", small=True).refusal("did you mean infection?")
    shell("stress", "--event", "summer", small=True).refusal("nothing in this dataset")
    shell("stress", "--event", "infection", "--pairs", small=True).refusal("leave one of the two out")
    shell("stress", "--hospital", "north", "--area", "liver", small=True).refusal("nothing to take out at north")
    for option, value in (("--months", "0"), ("--months", "61"), ("--draws", "1"), ("--years", "0")):
        shell("stress", option, value, small=True).refusal("choose a number")

"""The attribute command on the small country: forms, languages, what it refuses, what it leaves behind."""

from __future__ import annotations

import json

import pytest

from tests.command_line import Shell

QUICK = ("attribute", "--draws", "6", "--years", "3")


def test_help_shows_an_example(shell: Shell) -> None:
    answer = shell("attribute", "--help")
    assert (answer.code, answer.err) == (0, "")
    assert "randzon attribute --hospital" in answer.out.split("Examples", 1)[1]


def test_json_csv_and_the_file(shell: Shell) -> None:
    found = shell(*QUICK, "--interactions", "--out", "a.json", "--format", "json", small=True).json("attribute")
    assert json.loads((shell.folder / "a.json").read_text(encoding="utf-8")) == found
    assert {"a.json"} == {name for name in shell.files() if name.startswith("a.json")}
    assert [d["decision"] for d in found["decisions"]] == ["liver"]
    assert {r["hospital"] for r in found["rows"]} == {"north", "middle", "south"}
    assert {r["year"] for r in found["rows"]} == {0, 1, 3}
    assert (found["manifest"]["draws"], found["manifest"]["start"], found["method"]) == (6, "today", "orders")
    for row in found["rows"]:
        total = next(g["total"] for g in found["last_in_gap"]
                     if all(g[k] == row[k] for k in ("hospital", "measure", "year", "statistic")))  # fmt: skip
        assert row["shapley"] == pytest.approx(total, abs=1e-9)
    rows = shell(*QUICK, "--format", "csv", small=True).csv()
    assert [r["shapley"] for r in rows] == [str(r["shapley"]) for r in found["rows"]]


def test_tables_in_swedish_and_english(shell: Shell) -> None:
    swedish = shell(*QUICK, "--hospital", "Norra", small=True).out
    for part in ("Vad besluten (1)", "Norra sjukhuset", "Levervård", "samlades", "2021-07-01", "pat./år"):
        assert part in swedish
    assert "Södra sjukhuset" not in swedish
    english = shell(*QUICK, "--hospital", "north", "--lang", "en", "--year", "0", small=True).out
    for part in ("What the decisions (1)", "Northern Hospital", "Liver care", "Where", "year 0", "(− worse)"):
        assert part in english


def test_clusters_and_every_coalition(shell: Shell) -> None:
    assert "Vart det" not in shell(*QUICK, "--no-split", small=True).out.split("Raden med")[0]
    found = shell(*QUICK, "--clusters", "--exact", "--no-split", "--format", "json", small=True).json("attribute")
    assert (found["players"], found["method"]) == ("clusters", "exact")
    assert found["decisions"][0]["areas"] == ["liver"]
    assert {r["where_it_went"] for r in found["rows"]} == {None}


def test_pairs_are_not_tested_where_decisions_are_few(shell: Shell) -> None:
    assert "Besluten är för få för att pröva om paren räcker" in shell(*QUICK, "--test-pairs", small=True).out
    found = shell(*QUICK, "--test-pairs", "--no-split", "--format", "json", small=True).json("attribute")
    assert (found["pair_fit"]["held_out"], found["pair_fit"]["rows"]) == (0, [])


def test_bad_input_is_refused(shell: Shell) -> None:
    shell(*QUICK, "--hospital", "xyzzy", small=True).refusal("no hospital is called so")
    shell("attribute", "--draws", "1", small=True).refusal("draws = 1")
    shell(*QUICK, "--year", "2", small=True).refusal("year 0 and year 3")
    shell(*QUICK, "--resume", small=True).refusal("--out")
    shell(*QUICK, "--resume", "--out", "b.json", small=True).refusal("to go on from")
    shell(*QUICK, "--out", "no/b.json", small=True).refusal("folder does not exist")
    shell(*QUICK, "--as-of", "today", small=True).refusal("no date")
    assert not any(name.startswith("b.json") for name in shell.files())

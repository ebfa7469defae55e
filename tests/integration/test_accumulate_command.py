"""The commands accumulate and compare: objects of the contract, pages in both languages, refusals."""

from __future__ import annotations

import json

from tests.command_line import Saved, Shell

FEW = ("--draws", "8", "--years", "2")


def test_accumulate_prints_the_contract(shell: Shell) -> None:
    found = shell("accumulate", *FEW, "--format", "json", "--pipeline-units", "2", "--out", "a.json", small=True)
    content = found.json("accumulate")
    assert {r["reading"] for r in content["effects"]} == {"main", "would_have_concentrated", "national_first"}
    assert {r["year"] for r in content["effects"]} == {0, 2}
    assert [d["decision"] for d in content["decisions"]] == ["liver"]
    assert content["timeline"][0]["date"] == "2021-07-01"
    assert {a["area"] for a in content["coming"]["pipeline"]["areas"]} == {"heart", "valve"}
    assert content["coming"]["pipeline"]["effects"]
    assert json.loads((shell.folder / "a.json").read_text(encoding="utf-8")) == content
    assert content == shell(
        "accumulate", *FEW, "--format", "json", "--pipeline-units", "2", "--workers", "1", small=True
    ).json("accumulate")


def test_one_hospital_in_both_languages(shell: Shell) -> None:
    swedish = shell("accumulate", *FEW, "--hospital", "norra", small=True)
    assert swedish.code == 0, swedish.err
    assert "Vad besluten har gjort tillsammans till och med 2025-12-31" in swedish.out
    assert "Norra sjukhuset" in swedish.out
    assert "Södra sjukhuset" not in swedish.out
    english = shell("accumulate", *FEW, "--lang", "en", small=True)
    assert "Two readings of" in english.out
    assert "Northern Hospital" in english.out
    rows = shell("accumulate", *FEW, "--hospital", "north", "--format", "csv", small=True).csv()
    assert {r["hospital"] for r in rows} == {"north", ""}


def test_what_begins_later_is_told_at_an_earlier_date(shell: Shell) -> None:
    found = shell("accumulate", *FEW, "--as-of", "2020-12-31", "--format", "json", small=True).json("accumulate")
    assert found["coming"]["not_begun"]["decisions"] == [{"decision": "liver", "date": "2021-07-01"}]
    assert found["coming"]["not_begun"]["effects"]
    assert {r["effect"] for r in found["effects"]} == {0}


def test_accumulate_refuses_what_cannot_be(shell: Shell) -> None:
    shell("accumulate", "--hospital", "nowhere", small=True).refusal("nowhere")
    shell("accumulate", "--pipeline-units", "6", small=True).refusal("--pipeline-units 6", "from 1 to 5")
    shell("accumulate", "--as-of", "soon", small=True).refusal("--as-of soon")
    shell("accumulate", "--draws", "1", small=True).refusal("draws = 1")
    shell("accumulate", "--out", "no/such/a.json", small=True).refusal("--out")


def test_compare_prints_the_contract(shell: Shell, saved: Saved) -> None:
    found = shell("compare", saved.file, "south_alone.toml", "--format", "json", small=True).json("compare")
    assert {m["draws"] for m in found["manifests"]} == {20}
    assert [d["input"] for d in found["differences"]] == ["scenario_hash", "set"] or [
        d["input"] for d in found["differences"]
    ] == ["scenario_hash"]
    assert {r["of"] for r in found["rows"]} == {"south_alone.toml"}
    assert max(abs(r["from_model"]) for r in found["rows"]) < 1e-9
    same = shell("compare", saved.file, saved.file, "--format", "json").json("compare")
    assert {r["difference"] for r in same["rows"]} == {0}


def test_compare_pages_and_columns(shell: Shell, saved: Saved) -> None:
    page = shell("compare", saved.file, "south_alone.toml", "--lang", "en", small=True)
    assert page.code == 0, page.err
    assert "Of which" in page.out
    assert "Differs in the inputs: scenario_hash" in page.out
    same = shell("compare", saved.file, saved.file, "--no-rerun")
    assert "Ingen mätbar skillnad." in same.out
    rows = shell("compare", saved.file, "south_alone.toml", "--no-rerun", "--format", "csv", small=True).csv()
    assert {r["from_model"] for r in rows} == {""}


def test_compare_refuses_what_cannot_be(shell: Shell, saved: Saved) -> None:
    shell("compare", saved.file).refusal("two or more")
    shell("compare", saved.file, "none.nc").refusal("none.nc")
    shell("compare", saved.file, "nothing_like_it", small=True).refusal("nothing_like_it")
    shell("compare", saved.file, saved.file, "--year", "9").refusal("--year 9")

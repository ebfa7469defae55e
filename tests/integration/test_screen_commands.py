"""The commands screen and clusters as people type them."""

from __future__ import annotations

import json

from tests.command_line import Shell

FEW = ("--draws", "4", "--years", "2")


def test_screen_ranks_the_areas(shell: Shell) -> None:
    content = shell("screen", *FEW, "--format", "json", small=True).json("screen")
    assert [r["score"] for r in content["areas"]] == sorted((r["score"] for r in content["areas"]), reverse=True)
    assert {r["area"] for r in content["areas"]} == {"heart", "valve", "liver"}
    assert content["manifest"]["draws"] == 4
    for row in content["areas"]:
        percentiles = [p["percentile"] or 0 for p in row["perspectives"]]
        assert percentiles == sorted(percentiles, reverse=True)
        assert row["score_low"] <= row["score"] <= row["score_high"]
        assert abs(sum(row["score_parts"].values()) - row["score"]) < 1e-9


def test_screen_says_where_the_units_change_nothing(shell: Shell) -> None:
    swedish = shell("screen", "heart", "--units", "3", *FEW, small=True)
    assert "ändrar inget" in swedish.out
    assert "Hjärtvård" in swedish.out
    english = shell("screen", "heart", "--units", "3", *FEW, "--lang", "en", small=True)
    assert "changes nothing (already at most that many units): Heart care" in " ".join(english.out.split())


def test_screen_in_both_languages_and_as_csv(shell: Shell) -> None:
    assert "undanträngning" in shell("screen", *FEW, "--all", small=True).out
    assert "displacement" in shell("screen", *FEW, "--all", "--lang", "en", small=True).out
    rows = shell("screen", "heart", *FEW, "--format", "csv", small=True).csv()
    assert [r["area"] for r in rows] == ["heart"]
    assert float(rows[0]["score"]) > 0


def test_screen_refuses_what_is_impossible(shell: Shell) -> None:
    shell("screen", "kidney", small=True).refusal("kidney", "no care area")
    shell("screen", "--units", "6", small=True).refusal("units = 6", "1 to 5")
    shell("screen", "--draws", "1", small=True).refusal("draws = 1")


def test_clusters_say_why(shell: Shell) -> None:
    content = shell("clusters", "--format", "json", small=True).json("clusters")
    assert [c["areas"] for c in content["clusters"]] == [["heart", "valve"]]
    assert content["clusters"][0]["interaction"] is None
    assert "Klaffvård är beroende av Hjärtvård" in content["clusters"][0]["reason_sv"]
    assert "Valve care depends on Heart care" in " ".join(shell("clusters", "--lang", "en", small=True).out.split())
    assert shell("clusters", "--format", "csv", small=True).csv()[0]["areas"] == "heart|valve"
    assert shell("clusters", "--min", "0.9", "--format", "csv", small=True).csv() == []


def test_clusters_run_pairs_together_and_apart(shell: Shell) -> None:
    words = ("clusters", "--interactions", "4", "--years", "2")
    found = shell(*words, "--format", "json", small=True).json("clusters")["clusters"][0]
    pair = found["pairs"][0]
    assert found["interaction"] == pair["interaction"]
    assert abs(pair["together"] - pair["apart"] - pair["interaction"]) < 1e-9
    assert "var för sig" in shell(*words, small=True).out


def test_clusters_take_a_saved_attribution(shell: Shell) -> None:
    rows = [{"hospital": h, "measure": "patients_without_full_competence", "a": "valve", "b": "heart", "value": v,
             "statistic": "mean"} for h, v in (("north", 1.5), ("south", 9.0))]  # fmt: skip
    shell.write("a.json", json.dumps({"interactions": rows}))
    found = shell("clusters", "--attribution", "a.json", "--format", "json", small=True).json("clusters")
    assert found["clusters"][0]["interaction"] == 1.5  # the smaller hospital alone
    assert "1,5" in shell("clusters", "--attribution", "a.json", small=True).out


def test_clusters_refuse_what_is_impossible(shell: Shell) -> None:
    shell("clusters", "--min", "2", small=True).refusal("min = 2")
    shell("clusters", "--interactions", "1", small=True).refusal("at least 2 draws")
    shell.write("a.json", "{}")
    shell("clusters", "--attribution", "a.json", small=True).refusal("a.json", "no saved attribution")
    shell("clusters", "--attribution", "a.json", "--interactions", "4", small=True).refusal("choose one")

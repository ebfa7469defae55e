"""The explain command: table, JSON and CSV; a scenario and a saved run; both languages; what is refused."""

from __future__ import annotations

import pytest

from tests.command_line import Saved, Shell

QUICK = ("--draws", "10", "--years", "2", "--hospital", "Norra")


def test_paths_and_rest_sum_to_the_effect(shell: Shell) -> None:
    found = shell("explain", "two_units.toml", *QUICK, "--format", "json", small=True).json("explain")
    assert (found["hospital"], found["year"], found["units"]) == ("north", 2, None)
    assert found["paths"]
    assert sum(p["value"] for p in found["paths"]) + found["rest"] == pytest.approx(found["effect"], abs=1e-9)
    sizes = [abs(p["value"]) for p in found["paths"]]
    assert sizes == sorted(sizes, reverse=True)
    assert len(found["other_measures"]) == 5
    rows = shell("explain", "two_units.toml", *QUICK, "--format", "csv", small=True).csv()
    assert [r["nodes"].split("|") for r in rows] == [p["nodes"] for p in found["paths"]]


def test_a_page_in_both_languages(shell: Shell) -> None:
    words = ("explain", "two_units.toml", *QUICK, "--measure", "posts_not_sustained")
    page = " ".join(shell(*words, small=True).out.split())
    for part in ("Varför: tjänster utan underlag, Norra sjukhuset, år 2", "Hjärtvård", "septumablation behåller",
                 "Vägarna som träd", "Rest ", "--worst visar"):  # fmt: skip
        assert part in page
    page = " ".join(shell(*words, "--lang", "en", "--top", "1", small=True).out.split())
    for part in ("Why: posts not sustained, Northern Hospital, year 2", "septal ablation keeps", "The paths as a tree",
                 "prove no causes"):  # fmt: skip
        assert part in page
    assert "explain_" not in page


def test_the_worst_set_of_units(shell: Shell) -> None:
    words = ("explain", "two_units.toml", *QUICK, "--measure", "posts_not_sustained", "--worst")
    found = shell(*words, "--format", "json", small=True).json("explain")
    assert sorted(found["units"]) == ["middle", "south"]
    assert found["paths"][0]["volume_change"] < 0
    assert "Sämsta fördelningen för sjukhuset" in shell(*words, small=True).out


def test_a_saved_run_is_explained_as_it_was_run(shell: Shell, saved: Saved) -> None:
    run = saved.answer.json("run")
    words = ("explain", saved.file, "--hospital", "north", "--measure", "posts_not_sustained")
    found = shell(*words, "--format", "json").json("explain")
    row = next(r for r in run["effects"] if r.get("hospital") == "north" and r["measure"] == "posts_not_sustained"
               and r["year"] == run["manifest"]["years"])  # fmt: skip
    assert [found[k] for k in ("effect", "low", "high")] == pytest.approx([row[k] for k in ("effect", "low", "high")])
    assert found["manifest"]["scenario_hash"] == run["manifest"]["scenario_hash"]
    worst = shell(*words, "--worst", "--format", "json").json("explain")
    assert sorted(worst["units"]) == sorted(row["worst_units"])


def test_an_event_is_explained_in_its_own_year(shell: Shell) -> None:
    words = ("explain", "summer.toml", "--draws", "6", "--years", "3", "--hospital", "middle")
    found = shell(*words, "--format", "json", small=True).json("explain")
    assert (found["year"], found["measure"]) == (1, "patients_displaced")
    assert found["paths"][0]["nodes"] == ["event", "icu", "middle"]
    assert "Händelsen" in shell(*words, small=True).out


def test_what_cannot_be_explained_is_refused(shell: Shell) -> None:
    given = ("explain", "south_alone.toml", *QUICK)
    shell(*given, "--worst", small=True).refusal("leave --worst out")
    shell(*given, "--measure", "hours_mean", small=True).refusal("choose from patients_relying")
    shell(*given, "--year", "9", small=True).refusal("from 0 to 2")
    shell("explain", "south_alone.toml", "--hospital", "xyzzy", small=True).refusal("no hospital is called so")
    shell("explain", "nothing.nc", "--hospital", "north").refusal("does not exist")
    shell("explain", "south_alone.toml", "--hospital", "north", "--draws", "1", small=True).refusal("draws = 1")

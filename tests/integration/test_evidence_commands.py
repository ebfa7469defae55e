"""The commands on the evidence: cards, balance, gaps, claims, assumptions; on the packaged and on another dataset."""

from __future__ import annotations

import pytest

from tests.command_line import Shell

COMMANDS = ("area", "hospital", "source", "gaps", "balance", "claims", "assumptions")


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_an_example(shell: Shell, command: str) -> None:
    answer = shell("data", command, "--help")
    assert (answer.code, answer.err) == (0, "")
    assert f"randzon data {command}" in " ".join(answer.out.split()).split("Example", 1)[1]


def test_an_area_by_a_part_of_its_name(shell: Shell) -> None:
    found = shell("data", "area", "esofagus", "--format", "json").json("data-area")["area"]
    assert found["id"] == "matstrupskirurgi"
    assert len(found["requires"]) > 5
    assert all(r["grade"] and r["source"] for r in found["requires"])
    assert found["literature"]
    assert shell("data", "area", "endometrios", "--format", "json").json("data-area")["area"]["claims"]
    page = shell("data", "area", "esofagus").out
    for part in (
        "Matstrupskirurgi",
        "Kräver kompetens",
        "Patienter per år i",
        "Vad dokumenten säger",
        "Saknas:",
    ):
        assert part in page
    assert "Requires competences" in shell("data", "area", "esofagus", "--lang", "en").out
    rows = shell("data", "area", "esofagus", "--format", "csv").csv()
    assert [r["id"] for r in rows] == [r["id"] for r in found["requires"]]


def test_a_hospital_and_a_source(shell: Shell) -> None:
    found = shell("data", "hospital", "Umeå", "--format", "json").json("data-hospital")["hospital"]
    assert (found["id"], found["compares"]["permits"]) == ("nus", 5)
    assert "Norrlands universitetssjukhus" in shell("data", "hospital", "umea").out
    card = shell("data", "source", "rfr11_b3", "--format", "json").json("data-source")["source"]
    assert len(card["numbers"]) > 100
    assert "rader till med --format json" in shell("data", "source", "rfr11_b3").out
    shell("data", "source", "rfr11_b33").refusal("did you mean rfr11_b3")


def test_what_is_not_found_is_refused_with_near_names(shell: Shell) -> None:
    shell("data", "area", "hjärt").refusal("are meant", "barnhjartkirurgi")
    shell("data", "hospital", "xyzzy").refusal("no hospital is called so")
    shell("data", "balance", "--draws", "1").refusal("draws = 1")


def test_gaps_of_an_area_that_the_documents_say_much_of_and_of_one_they_say_nothing_of(shell: Shell) -> None:
    much = shell("data", "gaps", "endometrios", "--format", "json").json("data-gaps")
    nothing = shell("data", "gaps", "huntington", "--format", "json").json("data-gaps")
    assert len(much["answered"]) > 3
    assert nothing["answered"] == []
    assert "svarar på 0 av 13" in shell("data", "gaps", "huntington").out


def test_balance_and_hindcast_of_the_packaged_dataset(shell: Shell) -> None:
    found = shell("data", "balance", "--draws", "40", "--format", "json").json("data-balance")
    flags = [r["flag"] for r in found["rows"]]
    for absurd in ("no_caseload", "below_need", "over_capacity", "areas_exceed_load"):
        assert flags.count(absurd) <= len(flags) / 20, absurd
    assert flags.count("no_caseload") == flags.count("over_capacity") == 0
    assert found["hindcast_summary"]["passes"] is True
    assert found["hindcast_summary"]["known"] > 300
    page = shell("data", "balance", "--draws", "10", "--hospital", "Örebro").out
    assert "Universitetssjukhuset Örebro" in page
    assert "Sahlgrenska" not in page
    assert "Hindcast:" in page


def test_claims_beside_estimates(shell: Shell) -> None:
    answer = shell("data", "claims", "--hospital", "Örebro", "--draws", "20", "--format", "json").json("data-claims")
    assert answer["rows"]
    assert any(r["estimate"] is not None for r in answer["rows"])
    assert all("orebro" in r["hospital"] for r in answer["rows"])
    assert "Vår uppskattning" in shell("data", "claims", "--hospital", "Örebro", "--draws", "20").out


def test_another_dataset_has_its_own_registers_or_none(shell: Shell) -> None:
    assert shell("data", "claims", "--draws", "10", "--format", "json", small=True).json("data-claims")["rows"] == []
    card = shell("data", "area", "heart", "--format", "json", small=True).json("data-area")["area"]
    assert card["statements"] == card["claims"] == []
    found = shell("data", "balance", "--draws", "10", "--format", "json", small=True).json("data-balance")
    assert {r["hospital"] for r in found["rows"]} == {"north", "middle", "south"}


def test_assumptions_of_another_dataset(shell: Shell) -> None:
    answer = shell(
        "data", "assumptions", "--scenario", "two_units.toml", "--draws", "60", "--format", "json", small=True
    )
    rows = answer.json("data-assumptions")["rows"]
    assert rows
    assert [r["influence"] for r in rows] == sorted((r["influence"] for r in rows), reverse=True)
    shell("data", "assumptions", "--scenario", "nothing_such", small=True).refusal("no ready scenario")


def test_every_assumption_of_the_packaged_dataset_has_a_question_and_a_pedigree(shell: Shell) -> None:
    rows = shell("data", "sources", "--format", "csv").csv()
    assumptions = [r for r in rows if r["table"] == "assumptions"]
    assert len(assumptions) > 300
    assert [r["id"] for r in assumptions if not r["question_sv"] or not r["addressee"] or not r["pedigree_proxy"]] == []

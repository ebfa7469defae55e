"""The command on unknowns: object, pages in both languages, rows, refusals."""

from __future__ import annotations

from tests.command_line import Shell

BASE = ("unknowns", "south_alone.toml", "--draws", "300", "--years", "3", "--hospital", "Mellersta")


def test_the_object_and_the_pages_tell_the_same(shell: Shell) -> None:
    answer = shell(*BASE, "--threshold", "0.25,0.5", "--format", "json", small=True)
    found = answer.json("unknowns")
    assert "300" in answer.err
    assert "4000" in answer.err
    assert (found["hospitals"], found["counting"]) == (["middle"], "new")
    assert [v["objection_threshold"] for v in found["verdicts"]] == [0.25, 0.5]
    assert found["rows"]
    first = found["rows"][0]
    assert first["quantity"] == "outside_research_share"
    assert first["question_sv"].endswith("?")
    assert first["evppi"] <= found["verdicts"][0]["all_known"]
    page = shell(*BASE, "--threshold", "0.25,0.5", small=True).out
    for part in ("Mellersta sjukhuset", "forskningsunderlag", "Frågor att skicka tillbaka", "sakkunniggruppen"):
        assert part in page
    assert "can be told from chance" in shell(*BASE, "--threshold", "0.9", "--lang", "en", small=True).out


def test_shares_with_interactions_are_printed_with_their_errors(shell: Shell) -> None:
    asked = (*BASE, "--threshold", "0.25", "--total-order", "1")
    first, *others = shell(*asked, "--format", "json", small=True).json("unknowns")["rows"]
    assert 0 <= first["total_order_se"] < 0.5
    assert first["first_order_check"] is not None
    assert {r["total_order"] for r in others} <= {None}
    page = shell(*asked, small=True).out
    for part in ("Annan", "samspel", "SALib", "medelfel", f"± {100 * first['total_order_se']:.0f} %"):
        assert part in page
    assert "SALib" not in shell(*BASE, "--threshold", "0.25", small=True).out


def test_rows_as_csv_and_an_empty_answer_with_its_header(shell: Shell) -> None:
    rows = shell(*BASE, "--threshold", "0.25", "--format", "csv", small=True).csv()
    assert rows[0]["quantity"] == "outside_research_share"
    assert float(rows[0]["evppi"]) > 0
    assert shell(*BASE, "--threshold", "0.95", "--format", "csv", small=True).csv() == []


def test_other_readings_of_the_floor_count_more(shell: Shell) -> None:
    chances = [
        shell(*BASE, "--floors", reading, "--format", "json", small=True).json("unknowns")["verdicts"][0]["p_floor"]
        for reading in ("new", "deeper", "all")
    ]
    assert chances[0] <= chances[1] <= chances[2]
    assert chances[0] < chances[2]


def test_bad_input_is_refused(shell: Shell) -> None:
    shell(*BASE, "--threshold", "0", small=True).refusal("counts only harm", "choose a probability")
    shell(*BASE, "--threshold", "a;b", small=True).refusal("--threshold a;b", "0.1,0.25,0.5")
    shell(*BASE, "--threshold", ",", small=True).refusal("at least one probability")
    shell("unknowns", "south_alone.toml", "--draws", "50", small=True).refusal("draws = 50")
    shell("unknowns", "south_alone.toml", "--hospital", "xyzzy", small=True).refusal("no hospital is called so")

"""Pictures of saved answers: what they draw is what the answer says, in fixed places, by date and north to south."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

import pytest

from graph_schema import SettingError
from impact import Settings
from impact.questions.accumulate import accumulate
from impact.questions.accumulated_rows import accumulated_rows, timeline_rows
from interface.attribution_reading import AttributionReading
from interface.drawings.growth import growth_measures, growth_picture
from interface.drawings.headroom import BELOW, headroom_picture
from interface.drawings.interactions import interaction_keys, interactions_picture, least_drawn
from interface.drawings.picture import Picture
from interface.drawings.shares import key_of, shares_picture
from interface.named_nodes import NamedNodes
from tests.drawn import PAIRED, grown, mapped_system, room, shared

MEASURE = "research_caseload"


def marks(picture: Picture, field: str) -> Iterator[Mapping[str, Any]]:
    """The rows behind the marks of a chart that have a field."""

    def inside(part: Any) -> Iterator[Mapping[str, Any]]:
        if isinstance(part, Mapping):
            if isinstance(part.get("values"), list):
                yield from (v for v in part["values"] if isinstance(v, Mapping) and field in v)
            for value in part.values():
                yield from inside(value)
        elif isinstance(part, list):
            for value in part:
                yield from inside(value)

    yield from inside(picture.chart.to_dict())


def reading() -> AttributionReading:
    return AttributionReading(NamedNodes(shared()["nodes"]), shared(), "sv", 2)


# ---------------------------------------------------------------------------------------------------- growth


def test_growth_draws_what_accumulate_finds() -> None:
    system = mapped_system()
    found = accumulate(system, None, Settings(draws=4, years=2, workers=1))
    steps = [r for r in timeline_rows(found.timeline, system, ["north", "middle", "south"]) if r["measure"] == MEASURE]
    ends = [r for r in accumulated_rows(found.readings["frozen"], system)
            if r["measure"] == MEASURE and r["reading"] == "main"]  # fmt: skip
    table = growth_picture(grown(), "sv", MEASURE).table
    names = [system.node(h).text("name_sv") for h in ("north", "middle", "south")]
    assert list(dict.fromkeys(r["hospital"] for r in table.rows)) == names
    for hospital, name in zip(("north", "middle", "south"), names, strict=True):
        told = [(r["effect"], r["low"], r["high"]) for r in table.rows if r["hospital"] == name]
        own = [
            *(r for r in steps if r.get("hospital") == hospital),
            *(r for r in ends if r.get("hospital") == hospital),
        ]
        assert told == [(r["effect"], r["low"], r["high"]) for r in own]
        assert len(told) == 3  # the one day of decisions, today, the last year


def test_growth_of_one_hospital_and_of_what_changes() -> None:
    one = growth_picture(grown(), "sv", MEASURE, "south")
    assert {r["hospital"] for r in one.table.rows} == {"Södra sjukhuset"}
    assert MEASURE in growth_measures(grown())
    with pytest.raises(SettingError, match=r"hours_mean.*research_caseload"):
        growth_picture(grown(), "sv", "hours_mean")


def test_what_is_on_its_way_has_a_column_only_where_there_is_something() -> None:
    def columns(content: Mapping[str, Any]) -> set[str]:
        return {str(m["what"]) for m in marks(growth_picture(content, "sv", MEASURE), "what")}

    row = next(
        r for r in grown()["effects"] if r.get("hospital") == "north" and r["measure"] == MEASURE and r["year"] == 2
    )
    pipeline = {"areas": [], "effects": [{**row, "effect": 7.0, "low": 6.0, "high": 8.0}]}
    coming = {**grown()["coming"], "pipeline": pipeline}
    assert columns(grown()) == {"I dag", "2027"}
    assert columns({**grown(), "coming": coming}) == {"I dag", "2027", "+ på väg"}


# ---------------------------------------------------------------------------------------------------- shares


def test_decisions_stand_by_date_with_three_figures_and_their_errors() -> None:
    picture = shares_picture(shared(), "sv", PAIRED)
    rows = [r for r in picture.table.rows if r["decision"] != "Alla beslut tillsammans"]
    assert [(r["decision"], r["date"]) for r in rows] == [
        ("Hjärtvård", "2020-01-01"), ("Levervård", "2021-07-01"), ("Klaffvård", "2024-05-01")
    ]  # fmt: skip
    told = {r["decision"]: r for r in shared()["rows"]
            if (r["hospital"], r["measure"], r["statistic"]) == PAIRED and r["year"] == 2}  # fmt: skip
    for row, decision in zip(rows, ("heart", "liver", "valve"), strict=True):
        for figure in ("historical", "shapley", "last_in"):
            assert row[figure] == told[decision][figure]
            assert row[f"{figure}_se"] == told[decision][f"{figure}_se"]


def test_a_loss_is_worse_where_the_measure_says_so_and_uncertain_figures_look_so() -> None:
    styles = {(m["decision"].split("  ")[0], m["style"]) for m in marks(shares_picture(shared(), "sv", PAIRED), "style")
              if "decision" in m}  # fmt: skip
    assert styles == {("Levervård", "sämre"), ("Hjärtvård", "sämre, osäkert"), ("Klaffvård", "bättre")}


def test_smaller_shares_are_one_bar_and_nothing_is_lost() -> None:
    picture = shares_picture(shared(), "sv", PAIRED, most=1)
    bars = [m for m in marks(picture, "low") if "decision" in m]
    assert {m["decision"] for m in bars} == {"Klaffvård  2024-05-01", "övriga beslut (2)"}
    total = sum(r["shapley"] for r in shared()["rows"]
                if (r["hospital"], r["measure"], r["statistic"]) == PAIRED and r["year"] == 2)  # fmt: skip
    assert sum(m["value"] for m in bars) / 6 == pytest.approx(total)  # three figures, bars and lines


def test_what_an_answer_does_not_share_out_is_named() -> None:
    assert key_of(reading(), "north", "research_caseload") == PAIRED
    with pytest.raises(SettingError, match="hours_mean: the answer shares out no visible"):
        key_of(reading(), None, "hours_mean")
    with pytest.raises(SettingError, match="does not share out"):
        shares_picture(shared(), "sv", ("north", "hours_mean", "mean"))


# -------------------------------------------------------------------------------------------------- interactions


def test_pairs_have_width_direction_and_place() -> None:
    picture = interactions_picture(shared(), "sv", PAIRED)
    drawn = sorted({m["label"]: m for m in marks(picture, "width")}.values(), key=lambda m: -m["width"])
    assert [m["label"] for m in drawn] == ["+2,0", "−1,0", "+0,5 ?"]  # less research is worse, so more is better
    words = ("dämpar (bättre än var för sig)", "förstärker (sämre än var för sig)", "dämpar, osäkert")
    assert [m["style"] for m in drawn] == list(words)
    assert drawn[0]["width"] > drawn[1]["width"] > drawn[2]["width"]
    assert (drawn[0]["width"] - 1.5) / (drawn[1]["width"] - 1.5) == pytest.approx(2)
    again = interactions_picture(shared(), "sv", PAIRED)
    assert again.chart.to_dict() == picture.chart.to_dict()


def test_decisions_stand_on_a_circle_by_date_clockwise_from_the_top() -> None:
    words = [(m["x"], m["y"], m["words"]) for m in marks(interactions_picture(shared(), "sv", PAIRED), "words")]
    place = {word: (x, y) for x, y, word in words if not word.startswith("2")}
    angles = [math.atan2(place[n][0], -place[n][1]) % (2 * math.pi) for n in ("Hjärtvård", "Levervård", "Klaffvård")]
    assert angles == sorted(angles)
    assert place["Hjärtvård"][0] == 0
    assert place["Hjärtvård"][1] < 0


def test_figures_on_the_lines_do_not_meet() -> None:
    first, pair = shared()["decisions"][0], shared()["interactions"][0]
    ids = [f"d{i}" for i in range(6)]
    decisions = [{**first, "decision": d, "dates": [f"202{i}-01-01"]} for i, d in enumerate(ids)]
    pairs = [{**pair, "a": a, "b": b, "value": 1.0 + i} for i, (a, b) in enumerate(combinations(ids, 2))]
    whole = {**shared(), "decisions": decisions, "interactions": pairs}
    picture = interactions_picture(whole, "sv", PAIRED, least=0.0)
    places = {(m["lx"], m["ly"]) for m in marks(picture, "lx")}
    assert len(places) == len(pairs)
    assert all(abs(a[0] - b[0]) >= 62 or abs(a[1] - b[1]) >= 17 for a, b in combinations(places, 2))


def test_the_threshold_leaves_out_lines_and_no_row_of_the_table() -> None:
    some = interactions_picture(shared(), "sv", PAIRED, least=1.0)
    assert {m["label"] for m in marks(some, "width")} == {"+2,0", "−1,0"}
    rows = {(r["a"], r["b"]): r for r in some.table.rows}
    assert [r["drawn"] for r in some.table.rows] == ["ja", "ja", "nej"]
    pair = rows["Hjärtvård", "Levervård"]
    assert (pair["value"], pair["low"], pair["high"]) == (2.0, pytest.approx(2 - 0.329), pytest.approx(2 + 0.329))
    assert "2 av 3 par" in " ".join(some.notes)
    assert least_drawn(reading(), PAIRED) == 0.5  # what the measure shows as a change; a tenth would be less
    with pytest.raises(SettingError, match="no pair is as large as 3"):
        interactions_picture(shared(), "sv", PAIRED, least=3.0)


def test_an_answer_without_pairs_says_how_to_get_them() -> None:
    with pytest.raises(SettingError, match="--interactions"):
        interactions_picture({**shared(), "interactions": []}, "sv", PAIRED)
    assert interaction_keys(reading()) == [PAIRED]
    assert interaction_keys(reading(), "south") == []


# ------------------------------------------------------------------------------------------------------ headroom


def changed(**row: Any) -> Mapping[str, Any]:
    """The answer with the first hospital's row changed."""
    first, *others = room()["rows"]
    return {**room(), "rows": [{**first, **row}, *others]}


def test_headroom_stands_north_to_south_with_range_and_both_ends() -> None:
    picture = headroom_picture(room(), "sv")
    names = [mapped_system().node(r["hospital"]).text("name_sv") for r in room()["rows"]]
    assert [r["hospital"] for r in picture.table.rows] == names == list(dict.fromkeys(
        m["hospital"] for m in marks(picture, "low")))  # fmt: skip
    for told, shown in zip(room()["rows"], picture.table.rows, strict=True):
        assert (shown["low"], shown["high"]) == (told["low"], told["high"])
        assert shown["p_below_with_all"] == 100 * told["p_below_with_all"]


def test_who_is_below_already_stands_left_of_none() -> None:
    end = {"decisions_left": 1, "whole_pipeline": True, "p_below_without": 0.0, "p_below_with_all": 0.1}
    picture = headroom_picture(
        changed(decisions_left=None, whole_pipeline=False, strict={**end, "decisions_left": None}, lenient=end), "sv"
    )
    bar = next(iter(marks(picture, "low")))
    assert (bar["left"], bar["words"]) == (BELOW, "under redan")
    ends = [m for m in marks(picture, "end") if m["hospital"] == bar["hospital"]]
    assert {(m["end"], m["left"]) for m in ends} == {("vid strängaste gräns", BELOW), ("vid mildaste gräns", 1)}
    assert picture.table.rows[0]["strict"] == "under redan"


def test_the_smallest_set_is_named_with_its_risk() -> None:
    picture = headroom_picture(
        changed(decisions_left=0, smallest_breaking_set=["heart"], p_below_with_set=0.4, exact=False), "sv"
    )
    assert picture.table.rows[0]["set"] == "Hjärtvård (40 %) (kanske inte minsta)"

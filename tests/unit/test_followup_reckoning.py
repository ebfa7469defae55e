"""Expected against reported, regions, conditions, adjacent care, reviews, and numbers that are hidden."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from graph_schema import Record
from impact.followup import follow_up
from impact.followup.counts import Limits, funnel_limits
from impact.followup.expected import verdict_of
from impact.followup.masking import hidden_cells
from impact.followup.reported import Reported
from impact.followup.review import TRIGGERS
from interface.followup_text import reason_text
from loaders.followup import ReportRow
from tests.reports import kept, row
from tests.small_system import small_system

pytestmark = pytest.mark.unit
SYSTEM = small_system()


def after(folder: Path, *versions: Sequence[ReportRow], **options: Any) -> dict[str, Any]:
    return follow_up(SYSTEM, kept(folder, *versions), **options)


def triggers(found: dict[str, Any], area: str | None, hospital: str | None) -> dict[str, dict[str, Any]]:
    rows = [r for r in found["review"] if (r["area"], r["hospital"]) == (area, hospital)]
    return {t["rule"]: t for r in rows for t in r["triggers"]}


def series(measure: str, values: dict[int, Any], **cells: Any) -> list[ReportRow]:
    return [row(v, measure, year=y, **cells) for y, v in values.items()]


def test_a_year_is_compared_with_the_earlier_years_of_the_same_unit() -> None:
    found = follow_up(SYSTEM)
    middle = [r for r in found["rows"] if r["hospital"] == "middle"]
    assert [(r["year"], r["reported"], r["expected"]) for r in middle] == [(2022, 9, None), (2023, 16, None),
                                                                          (2024, 17, 12.5)]  # fmt: skip
    spread = found["dispersion"]["value"]
    limits = funnel_limits(12.5, 12.5, 12.5, spread, 0.9, 0.998, 2)
    assert (middle[2]["low"], middle[2]["high"]) == (limits.low, limits.high)
    assert middle[2]["years_used"] == [2022, 2023]
    assert middle[2]["year_of_permit"] == 4
    assert (middle[0]["verdict"], middle[2]["verdict"]) == ("no_expectation", "within")
    assert found["chance"]["compared"] == 2
    assert 0 < found["chance"]["expected_outside"] < 0.2


def test_hospitals_stand_from_north_to_south_whatever_they_reported() -> None:
    found = follow_up(SYSTEM)
    order = ["north", "middle", "south"]
    for area in {r["area"] for r in found["rows"]}:
        named = [r["hospital"] for r in found["rows"] if r["area"] == area and r["hospital"]]
        assert named == sorted(named, key=order.index)


def test_a_report_takes_the_place_of_the_dataset_and_the_difference_is_told(tmp_path: Path) -> None:
    found = after(tmp_path, [row(60.0), row(16.0, year=2023)])
    latest = next(r for r in found["rows"] if (r["hospital"], r["year"]) == ("middle", 2024))
    assert (latest["reported"], latest["origin"], latest["verdict"]) == (60.0, "report", "far_above")
    assert (found["chance"]["compared"], found["chance"]["outside"]) == (2, 1)
    (told,) = found["disagreements"]
    assert (told["year"], told["a"], told["b"], told["difference"]) == (2024, 60.0, 17.0, -43.0)
    assert triggers(found, "liver", "middle")["volume_far_above"]["reported"] == 60.0
    assert "volume_far_above" not in triggers(follow_up(SYSTEM), "liver", "middle")


def test_a_number_lies_within_outside_or_far_outside() -> None:
    limits = Limits(20, 10, 30, 5, 40, 0.1)
    told = [verdict_of(v, limits) for v in (4, 5, 9, 10, 30, 31, 40, 41)]
    assert told == ["far_below", "below", "below", "within", "within", "above", "above", "far_above"]


def test_a_whole_that_is_not_stated_is_the_sum_of_the_regions(tmp_path: Path) -> None:
    found = after(tmp_path, [row(7.0, year=2025, home_region="n"), row(8.0, year=2025, home_region="unknown")])
    assert next(r for r in found["rows"] if r["year"] == 2025)["reported"] == 15.0


def test_two_years_outside_on_one_side_are_taken_up_and_one_is_not(tmp_path: Path) -> None:
    steady = dict.fromkeys(range(2015, 2020), 100.0)
    one = after(tmp_path / "a", series("patients", {**steady, 2020: 130.0}, hospital="north"))
    assert [r["verdict"] for r in one["rows"] if r["hospital"] == "north"][-1] == "above"
    assert triggers(one, "liver", "north") == {}
    two = after(tmp_path / "b", series("patients", {**steady, 2020: 130.0, 2021: 140.0}, hospital="north"))
    found = triggers(two, "liver", "north")["volume_above_in_a_row"]
    assert (found["year"], found["years"], found["trigger"]) == (2021, 2, "volume")
    both = after(tmp_path / "c", series("patients", {**steady, 2020: 130.0, 2021: 75.0}, hospital="north"))
    assert [r["verdict"] for r in both["rows"] if r["hospital"] == "north"][-2:] == ["above", "below"]
    assert triggers(both, "liver", "north") == {}


def test_fewer_than_needed_even_with_chance_is_taken_up(tmp_path: Path) -> None:
    few = series("patients", {2022: 2.0, 2023: 3.0, 2024: 2.0}, hospital="north")
    found = triggers(after(tmp_path, few), "liver", "north")["volume_below_need"]
    assert found["mean_high"] < found["needed_low"] == 16.0  # needed volume 20, at least 16
    enough = series("patients", {2022: 12.0, 2023: 12.0, 2024: 12.0}, hospital="north")
    assert triggers(after(tmp_path / "b", enough), "liver", "north") == {}  # up to 18 a year by chance


def test_home_regions_are_compared_with_the_rest_of_the_country(tmp_path: Path) -> None:
    homes = {"n": 0.0, "m": 80.0, "s": 90.0}
    rows = [row(v, hospital=h, home_region=r, year=2025) for r, v in homes.items() for h in ("middle", "south")]
    found = after(tmp_path, rows)
    north = next(r for r in found["regions"] if r["region"] == "n")
    assert north["expected"] == pytest.approx(340 * 250e3 / 1700e3)
    assert (north["reported"], north["verdict"], north["complete"]) == (0.0, "far_below", True)
    others = [r["verdict"] for r in found["regions"] if r["region"] != "n"]
    assert set(others) <= {"within", "above"}
    assert triggers(found, "liver", None)["region_low"]["region"] == "n"
    part = after(tmp_path / "b", rows[::2])
    assert {r["complete"] for r in part["regions"]} == {False}


def test_a_condition_is_not_met_since_the_first_year_of_the_unbroken_run(tmp_path: Path) -> None:
    programme = series("condition", {2020: "partly", 2021: "met", 2022: "partly", 2023: "not_met", 2024: "partly"},
                       subject="programme")  # fmt: skip
    research = series("condition", {2023: "not_met", 2024: "met"}, subject="research")
    staff = series("condition", {2024: "partly"}, subject="staff")
    found = after(tmp_path, [*programme, *research, *staff])
    told = {r["condition"]: (r["state"], r["since"], r["years"]) for r in found["conditions"]}
    assert told == {"programme": ("partly", "2022", 3), "staff": ("partly", "2024", 1)}
    assert triggers(found, "liver", "middle")["condition_partly"]["condition"] == "programme"
    corrected = after(tmp_path / "b", programme, [row("met", "condition", subject="programme")])
    assert corrected["conditions"] == []


def test_access_and_the_holders_own_words_are_taken_up(tmp_path: Path) -> None:
    rows = [row(91.0, "lead_time_median"), row(20.0), row(3.0, "diverted"), row("look here", "flag")]
    found = triggers(after(tmp_path, rows), "liver", "middle")
    assert found["lead_time"]["days"] == 91.0
    assert found["diverted"]["share"] == pytest.approx(3 / 23)
    assert found["holder_flag"]["text"] == "look here"
    calm = [row(90.0, "lead_time_median"), row(20.0), row(2.0, "diverted")]
    assert triggers(after(tmp_path / "b", calm), "liver", "middle") == {}


def test_care_without_a_permit_is_shown_and_care_before_the_first_permit_is_not(tmp_path: Path) -> None:
    rows = [row(4.0, "register_patients", hospital="north", year=y, source="reg", role="refused") for y in (2020, 2022)]
    rows.append(row(9.0, "register_patients", source="reg", role="holder"))
    found = after(tmp_path, rows)
    assert [(r["hospital"], r["year"], r["value"]) for r in found["without_permit"]] == [("north", 2022, 4.0)]
    assert triggers(found, "liver", "north")["without_permit"]["value"] == 4.0
    (told,) = found["disagreements"]
    assert (told["a_origin"], told["b_origin"], told["b_source"]) == ("dataset", "register", "reg")


def test_a_hospital_whose_permit_has_ended_has_none() -> None:
    ended = [
        Record(r.type, {**r.values, "valid_to": "2022-12-31"}) if r.key[:2] == ("middle", "liver") else r
        for r in SYSTEM.rows["PROVIDES"]
    ]
    reported = Reported(SYSTEM.replace(PROVIDES=ended), ())
    assert [reported.may_provide("liver", "middle", y) for y in (2020, 2021, 2022, 2023)] == [False, True, True, False]
    assert reported.may_provide("liver", "south", 2023)


def test_a_reason_whose_numbers_are_hidden_says_so() -> None:
    trigger = {"trigger": "access", "rule": "region_low", "year": 2024, "region": "n", "reported": None,
               "expected": None, "low": None, "outer_low": None}  # fmt: skip
    told = reason_text(trigger, {"n": "Region Nord"}, "sv")
    assert told == "2024: utanför gränsen; talen visas inte (Region Nord)"
    shown = {**trigger, "reported": 0.0, "expected": 12.5, "low": 5.0, "outer_low": 2.0}
    assert reason_text(shown, {"n": "Region Nord"}, "sv") == (
        "2024: 0 patienter från Region Nord mot väntade 12,5; under yttre gränsen 2"
    )


def test_adjacent_groups_and_competences_show_system_effects(tmp_path: Path) -> None:
    group = series("group_patients", {2021: 100.0, 2022: 110.0, 2023: 20.0}, hospital="north", subject="g", source="r")
    heads = series("specialists", {2019: 10.0, 2024: 7.0}, area="", hospital="north", subject="surgery", source="r")
    found = after(tmp_path, [*group, *heads])
    assert found["groups"][0]["verdict"] == "far_below"
    assert found["groups"][0]["earlier"] == [100.0, 110.0]
    assert triggers(found, "liver", "north")["group_far_below"]["group"] == "g"
    assert found["competences"][0]["change_share"] == pytest.approx(-0.3)
    assert triggers(found, None, "north")["competence_fall"]["latest"] == 7.0
    assert {t["trigger"] for r in found["review"] for t in r["triggers"]} <= set(TRIGGERS)


def test_only_the_asked_area_and_hospital_are_shown(tmp_path: Path) -> None:
    rows = [row("a", "flag"), row("b", "flag", hospital="south"), row("c", "flag", area="valve")]
    found = after(tmp_path, rows, area="liver", hospital="south")
    assert {r["hospital"] for r in found["rows"]} == {"south"}
    assert [(r["area"], r["hospital"]) for r in found["review"]] == [("liver", "south")]
    homes = [row(v, home_region=r, year=2025) for r, v in (("n", 0.0), ("m", 90.0), ("s", 90.0))]
    of_middle = after(tmp_path / "b", homes, hospital="middle")
    assert {r["region"] for r in of_middle["regions"]} == {"n", "m", "s"}
    assert ("liver", None) in [(r["area"], r["hospital"]) for r in of_middle["review"]]
    assert after(tmp_path / "c", homes, hospital="north")["regions"] == []  # holds no permit for liver care


def test_what_is_hidden_takes_what_rests_on_it_along(tmp_path: Path) -> None:
    found = follow_up(SYSTEM, mask=10)  # 9 in the middle in 2022; the south's 20 hides with it
    told = {(r["hospital"], r["year"]): r for r in found["rows"]}
    assert told["middle", 2022]["masked"]
    assert told["south", 2022]["masked"]
    assert told["middle", 2022]["reported"] is told["middle", 2022]["mean_high"] is None
    assert (told["middle", 2024]["reported"], told["middle", 2024]["expected"]) == (17.0, None)
    assert told["middle", 2024]["verdict"] == "within"
    rows = [row(3.0), row(4.0, "register_patients", hospital="north", source="r"), row(2.0, "diverted")]
    hidden = after(tmp_path, rows, [row(4.0)], mask=5)
    assert hidden["without_permit"][0]["value"] is None
    assert hidden["disagreements"][0]["difference"] is None
    assert triggers(hidden, "liver", "middle")["diverted"]["share"] is None
    assert hidden["revisions"][0]["before"] is None
    shown = after(tmp_path / "b", rows, [row(4.0)])
    assert shown["revisions"][0]["before"] == [3.0]


def test_what_else_was_stated_is_listed_and_hidden_where_it_gives_patients_away(tmp_path: Path) -> None:
    rows = [row(20.0), row(17.0, "treated"), row(3.0, "assessed_only"), row(80.5, "prom_better"), row(1.0, "studies"),
            row("bad air", "event", subject="theatre", month="3"), row(30.0, "lead_time_median", year=2023),
            row(31.0, "lead_time_median"), row(2.0, "died_90_days")]  # fmt: skip
    stated = {r["measure"]: r["value"] for r in after(tmp_path, rows)["stated"]}
    assert stated == {"treated": 17.0, "assessed_only": 3.0, "prom_better": 80.5, "studies": 1.0, "event": "bad air",
                      "lead_time_median": 31.0, "died_90_days": 2.0}  # fmt: skip
    hidden = {r["measure"] for r in after(tmp_path / "b", rows, mask=5)["stated"] if r["masked"]}
    assert hidden == {"treated", "assessed_only", "prom_better", "died_90_days"}


def test_diverted_patients_may_be_stated_by_month_alone(tmp_path: Path) -> None:
    rows = [row(20.0), row(2.0, "diverted", month="1"), row(2.0, "diverted", month="7")]
    assert triggers(after(tmp_path, rows), "liver", "middle")["diverted"]["diverted"] == 4.0
    regions = [row(3.0, "diverted", home_region="n"), row(2.0, "diverted", home_region="s")]
    both = after(tmp_path / "b", [*rows, *regions])  # never added to each other
    assert triggers(both, "liver", "middle")["diverted"]["diverted"] == 5.0


@pytest.mark.parametrize(
    ("cells", "hidden"),
    [
        ({"a": 9, "b": 9}, ""),
        ({"a": 2, "b": 9, "c": 30}, "ab"),
        ({"a": 2, "b": 2, "c": 30}, "abc"),
        ({"a": 2, "b": 3, "c": 30}, "ab"),
        ({"a": 0, "b": 30}, "ab"),
        ({"a": 3}, "a"),
        ({}, ""),
    ],
)
def test_cells_are_hidden_until_a_known_sum_gives_nothing_back(cells: dict[str, float], hidden: str) -> None:
    assert sorted(hidden_cells(cells, 5)) == list(hidden)

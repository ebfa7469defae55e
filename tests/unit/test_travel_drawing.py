"""The map of changed travel: the rows of the run, regions north to south, either way told without colour."""

from __future__ import annotations

import pytest

from graph_schema import SettingError
from interface.drawings.travel import TRAVEL, changing_measures, travel_picture
from interface.effect_selection import direction_of, is_shown
from tests.drawn import effects, mapped_system
from tests.small_system import small_system

NAMES = {"n": "Region Nord", "m": "Region Mitt", "s": "Region Syd"}


def rows(measure: str = "hours_mean", year: int = 2) -> list[dict[str, object]]:
    found = [r for r in effects()[0] if "region" in r and r["measure"] == measure and r["year"] == year]
    return sorted((dict(r) for r in found), key=lambda r: "nms".index(str(r["region"])))


def test_the_table_holds_what_the_run_says_of_each_region_from_north_to_south() -> None:
    found = travel_picture(mapped_system(), *effects(), "sv", "x", "hours_mean").table.rows
    assert [r["region"] for r in found] == list(NAMES.values())
    for row, told in zip(found, rows(), strict=True):
        assert (row["effect"], row["low"], row["high"]) == (told["effect"], told["low"], told["high"])
        assert row["before"] == told["baseline"]
        assert row["after"] == pytest.approx(told["baseline"] + told["effect"])


def test_each_region_that_changes_says_how_much_beside_the_map() -> None:
    spec = travel_picture(mapped_system(), *effects(), "sv", "x", "hours_mean").chart.to_dict()
    labels = [
        " ".join(v["lines"]) for layer in spec["layer"] for v in layer["data"].get("values", ()) if "lines" in v
    ]  # fmt: skip
    changed = [r for r in rows() if is_shown(r)]
    assert changed
    for row in changed:
        (label,) = {words for words in labels if words.startswith(NAMES[str(row["region"])])}
        assert ("oklart" in label) == (direction_of(row) == "unclear")
    drawn = {v["name"]: v for layer in spec["layer"] for v in layer["data"].get("values", ()) if "geometry" in v}
    assert len(drawn) == len(NAMES)
    assert {v["change"] for v in drawn.values()} == {r["effect"] if is_shown(r) else 0.0 for r in rows()}


def test_a_change_below_rounding_is_no_colour_and_has_no_number_beside() -> None:
    every, manifest = effects()
    still = [{**r, "effect": 0.01, "low": 0.0, "high": 0.02} if r.get("region") == "n" else r for r in every]
    picture = travel_picture(mapped_system(), still, manifest, "sv", "x", "hours_mean")
    values = [v for layer in picture.chart.to_dict()["layer"] for v in layer["data"].get("values", ())]
    (north,) = (v for v in values if "geometry" in v and v["name"] == "Västerbotten")
    assert north["change"] == 0.0
    assert not any("Nord" in " ".join(v["lines"]) for v in values if "lines" in v)
    assert picture.table.rows[0]["direction"] == "ingen mätbar ändring"


def test_the_scale_has_the_same_length_in_both_directions() -> None:
    spec = travel_picture(mapped_system(), *effects(), "en", "x").chart.to_dict()
    fill = next(layer["encoding"]["fill"] for layer in spec["layer"] if "fill" in layer["encoding"])
    low, middle, high = fill["scale"]["domain"]
    assert (low, middle) == (-high, 0)
    assert high >= max(abs(r["effect"]) for r in rows())


def test_only_measures_that_change_are_offered() -> None:
    offered = changing_measures(effects()[0], 2)
    assert "hours_mean" in offered
    assert offered == [m for m in TRAVEL if any(is_shown(r) for r in rows(m))]
    assert changing_measures(effects()[0], 7) == []


@pytest.mark.parametrize(
    ("measure", "year", "told"),
    [("weather", None, "choose one of"), (None, 9, "the years 0, 1, 2"), ("not_referred", None, "nothing to draw")],
)
def test_what_cannot_be_drawn_is_told(measure: str | None, year: int | None, told: str) -> None:
    with pytest.raises(SettingError, match=told):
        travel_picture(mapped_system(), *effects(), "sv", "x", measure, year)


def test_a_dataset_without_county_codes_has_no_map() -> None:
    with pytest.raises(SettingError, match="county codes"):
        travel_picture(small_system(), *effects(), "sv", "x")

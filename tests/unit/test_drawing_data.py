"""What pictures show, before it is drawn: places, cells, links, spans, boxes; and the colours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cache
from itertools import combinations, pairwise
from typing import Any

import pytest

from graph_schema import CareSystem, SettingError, UnknownNode
from impact.questions.overview import overview
from impact.questions.patient_flows import patient_flows
from interface.drawings import palette
from interface.drawings.counties import counties, frame_of, projected
from interface.drawings.effects import effects_picture
from interface.drawings.map_data import LINE_HEIGHT, labels_beside, map_hospitals, shown_flows
from interface.drawings.matrix_data import matrix_cells, matrix_columns, matrix_rows
from interface.drawings.pipeline import pipeline_rows
from interface.drawings.timeline import count_rows, permit_rows
from interface.node_names import names_in
from loaders import load_sweden
from tests.drawn import effects, mapped_system
from tests.small_system import small_system

TODAY = date(2025, 12, 31)
COUNTIES = {
    "01": "Stockholm", "03": "Uppsala", "04": "Södermanland", "05": "Östergötland", "06": "Jönköping",
    "07": "Kronoberg", "08": "Kalmar", "09": "Gotland", "10": "Blekinge", "12": "Skåne", "13": "Halland",
    "14": "Västra Götaland", "17": "Värmland", "18": "Örebro", "19": "Västmanland", "20": "Dalarna", "21": "Gävleborg",
    "22": "Västernorrland", "23": "Jämtland", "24": "Västerbotten", "25": "Norrbotten",
}  # fmt: skip


@cache
def sweden() -> CareSystem:
    return load_sweden()


# ------------------------------------------------------------------------------------------------ the map


def test_the_counties_are_the_21_with_their_codes() -> None:
    assert {f["id"]: f["properties"]["name_sv"] for f in counties()} == COUNTIES
    assert {r.text("county_code") for r in sweden().rows["Region"]} == set(COUNTIES)


def test_their_rings_are_closed_and_lie_in_sweden() -> None:
    for feature in counties():
        for polygon in feature["geometry"]["coordinates"]:
            for ring in polygon:
                assert ring[0] == ring[-1]
                assert len(ring) >= 4
                assert all(10.9 < x < 24.3 and 55.3 < y < 69.1 for x, y in ring)
                assert all(a != b for a, b in pairwise(ring))


def _is_inside(point: tuple[float, float], ring: Sequence[tuple[float, float]]) -> bool:
    x, y = point
    crossings = 0
    for (x1, y1), (x2, y2) in pairwise(ring):
        if (y1 > y) != (y2 > y) and x < x1 + (y - y1) / (y2 - y1) * (x2 - x1):
            crossings += 1
    return crossings % 2 == 1


def test_every_hospital_lies_in_the_county_of_its_region() -> None:
    system = sweden()
    outlines = {f["id"]: f["geometry"]["coordinates"] for f in counties()}
    wrong: list[str] = []
    for row in system.rows["LOCATED_IN"]:
        hospital, region = system.node(row.text("source_id")), system.node(row.text("target_id"))
        x, y = hospital.number("longitude") or 0.0, hospital.number("latitude") or 0.0
        near = [(x + dx, y + dy) for dx in (-0.05, 0, 0.05) for dy in (-0.03, 0, 0.03)]  # the coast is coarse
        if not any(_is_inside(p, polygon[0]) for polygon in outlines[region.text("county_code")] for p in near):
            wrong.append(hospital.key[0])
    assert wrong == []


def test_the_projection_keeps_directions_and_distances() -> None:
    cities = {"kiruna": (20.23, 67.86), "malmo": (13.0, 55.6), "stockholm": (18.07, 59.33), "goteborg": (11.97, 57.71)}
    frame = frame_of(cities.values(), 800)
    at = {name: frame.pixel(*place) for name, place in cities.items()}
    assert all(0 <= x <= frame.width and 0 <= y <= 800 for x, y in at.values())
    assert at["kiruna"][1] < at["stockholm"][1] < at["goteborg"][1] < at["malmo"][1]
    assert at["goteborg"][0] < at["malmo"][0] < at["stockholm"][0]

    def apart(a: str, b: str) -> float:
        return float(((at[a][0] - at[b][0]) ** 2 + (at[a][1] - at[b][1]) ** 2) ** 0.5)

    # Great-circle distances: Kiruna–Malmö 1 419 km, Stockholm–Göteborg 397 km.
    assert apart("kiruna", "malmo") / apart("stockholm", "goteborg") == pytest.approx(1419 / 397, rel=0.01)
    assert [f["name"] for f in projected(frame, ["25", "09"], 0)] == ["Gotland", "Norrbotten"]


def test_labels_never_cover_each_other_and_stay_in_their_column() -> None:
    wanted = [(f"Sjukhus {i} med ett mycket långt namn som bryts", 800 - i * 2.0) for i in range(20)]
    found = labels_beside(wanted, 860)
    spans = sorted((y - len(lines) * LINE_HEIGHT / 2, y + len(lines) * LINE_HEIGHT / 2) for lines, y in found)
    assert all(a[1] <= b[0] for a, b in pairwise(spans))
    assert spans[-1][1] <= 860


def test_flows_add_up_to_the_reported_volumes() -> None:
    system = small_system()
    rows = patient_flows(system, ["liver"], draws=4)
    reported: dict[str, list[float]] = {}
    for row in system.rows["PROVIDES_VOLUME"]:
        quantity = row.quantity("patients")
        if row.text("target_id") == "liver" and quantity is not None:
            reported.setdefault(row.text("source_id"), []).append(quantity.value)
    for hospital, values in reported.items():
        total = sum(r["patients"] for r in rows if r["hospital"] == hospital)
        assert total == pytest.approx(sum(values) / len(values), rel=1e-6)
    assert all(r["low"] <= r["patients"] + 1e-9 and r["patients"] <= r["high"] + 1e-9 for r in rows)
    assert rows == patient_flows(system, ["liver"], draws=4)
    with pytest.raises(UnknownNode):
        patient_flows(system, ["nothing"], draws=4)
    with pytest.raises(SettingError, match="draws = 1"):
        patient_flows(system, ["liver"], draws=1)


def test_only_hairs_are_left_out_of_the_flows() -> None:
    flows = [{"patients": p} for p in (1000.0, 3.0, 10.0)]
    assert [f["patients"] for f in shown_flows(flows)] == [10.0, 1000.0]


def test_hospitals_stand_north_to_south_with_their_permits() -> None:
    found = map_hospitals(mapped_system(), ["liver"], names_in(mapped_system(), "sv"), "2025-12-31", ["north"])
    assert [(h.id, h.standing, h.units) for h in found] == [
        ("north", "provides", 0), ("middle", "holder", 1), ("south", "holder", 1),
    ]  # fmt: skip
    early = map_hospitals(mapped_system(), ["liver"], names_in(mapped_system(), "sv"), "2020-12-31")
    assert {h.standing for h in early} <= {"other", "coming"}


# -------------------------------------------------------------------------------------------- the matrix


def test_the_matrix_holds_the_units_of_the_overview() -> None:
    cells = matrix_cells(sweden(), TODAY)
    held = sum(c.standing in ("holder", "coming") for c in cells.values())
    assert held == overview(sweden(), TODAY)["totals"]["units"]
    rows = matrix_rows(sweden(), names_in(sweden(), "sv"), TODAY)
    assert sorted(r.area for r in rows) == [r.key[0] for r in sweden().rows["CareArea"]]
    columns = matrix_columns(sweden(), cells, rows, every=False)
    hidden = [c for c in cells.values() if c.standing == "holder" and c.hospital not in columns]
    assert hidden == []
    assert set(columns) < set(matrix_columns(sweden(), cells, rows, every=True))


def test_the_latest_reported_number_stands_in_the_cell_and_may_be_masked() -> None:
    system = small_system()
    cell = matrix_cells(system, TODAY)["south", "liver"]
    latest = [r for r in system.rows["PROVIDES_VOLUME"] if r.key[:2] == ("south", "liver")]
    newest = max(latest, key=lambda r: r.number("year") or 0)
    quantity = newest.quantity("patients")
    assert quantity is not None
    assert (cell.patients, cell.year, cell.grade) == (quantity.value, newest.number("year"), "reported")
    masked = matrix_cells(system, TODAY, mask=1000)["south", "liver"]
    assert (masked.patients, masked.is_masked) == (None, True)
    assert matrix_cells(system, TODAY, mask=1000)["south", "heart"].patients == 30  # an estimate tells on nobody


def test_one_cluster_and_one_standing() -> None:
    names = names_in(sweden(), "sv")
    heart = matrix_rows(sweden(), names, TODAY, "heart")
    assert {r.cluster for r in heart} == {"heart"}
    assert {r.status for r in matrix_rows(sweden(), names, TODAY, status="tabled")} == {"tabled"}
    with pytest.raises(SettingError, match="the clusters are"):
        matrix_rows(sweden(), names, TODAY, "hjärta")


# --------------------------------------------------------------------------- effects, timeline, pipeline


def test_effects_stand_north_to_south_whatever_their_size() -> None:
    rows, manifest = effects()
    worst_first = sorted(rows, key=lambda r: -abs(r["effect"]))
    names = [name for name in names_in(mapped_system(), "sv").values() if "sjukhuset" in name]
    picture = effects_picture(mapped_system(), worst_first, manifest, "sv", "x", show_all=True)
    found = list(dict.fromkeys(r["name"] for r in picture.table.rows if r["name"] in names))
    assert found == ["Norra sjukhuset", "Mellersta sjukhuset", "Södra sjukhuset"]


def test_effects_say_which_way_is_harm_and_refuse_what_is_not_there() -> None:
    rows, manifest = effects()
    picture = effects_picture(mapped_system(), rows, manifest, "sv", "x", show_all=True)
    words: set[Any] = {r["direction"] for r in picture.table.rows}
    assert words <= {"sämre", "bättre", "oklart", "ingen mätbar ändring"}
    assert len(words) > 1
    for year, perspective, message in ((9, None, "year 9"), (2, "weather", "perspective weather")):
        with pytest.raises(SettingError, match=message):
            effects_picture(mapped_system(), rows, manifest, "sv", "x", year, perspective)
    one = effects_picture(mapped_system(), rows, manifest, "en", "x", 2, "displacement", show_all=True)
    assert {r["perspective"] for r in one.table.rows} == {"Displacement"}


def test_the_timeline_ends_at_the_numbers_of_the_overview() -> None:
    found = overview(sweden(), TODAY)
    last = count_rows(permit_rows(found, TODAY.isoformat()), TODAY.isoformat())[-1]
    assert (last["areas"], last["units"]) == (found["totals"]["areas"], found["totals"]["units"])


def test_a_permit_counts_from_its_first_to_its_last_day() -> None:
    spans = [
        {"area": "a", "first": "2020-01-01", "last": "2021-12-31", "holders": ["x", "y"]},
        {"area": "b", "first": "2021-01-01", "last": None, "holders": ["x"]},
    ]
    rows = {r["date"]: (r["areas"], r["units"]) for r in count_rows(spans, "2022-01-01")}
    assert rows == {"2020-01-01": (1, 2), "2021-01-01": (2, 3), "2021-12-31": (2, 3), "2022-01-01": (1, 1)}


def test_each_area_stands_once_in_the_pipeline() -> None:
    rows = pipeline_rows(sweden(), names_in(sweden(), "sv"))
    assert sorted(r["area"] for r in rows) == [r.key[0] for r in sweden().rows["CareArea"]]
    steps = [r["step"] or 9 for r in rows]
    assert steps == sorted(steps)
    by_area = {r["area"]: r for r in rows}
    assert "trakealkirurgi" in by_area["matstrupskirurgi"]["together"]
    assert all(not r["together"] for r in rows if r["status"] == "decided")


# ------------------------------------------------------------------------------------------- the colours


def test_colours_are_dark_enough_on_their_ground() -> None:
    marks = [*palette.KINDS.values(), *palette.STATUSES.values(), *palette.DIRECTIONS.values(), palette.LINE]
    assert [c for c in marks if palette.contrast(c, palette.BACKGROUND) < 3] == []
    words = [palette.INK, palette.MUTED, palette.BLUE, palette.OCHRE]
    assert [c for c in words if palette.contrast(c, palette.BACKGROUND) < 4.5] == []
    assert [k for k, c in palette.TINTS.items() if palette.contrast(c, palette.INK) < 4.5] == []
    assert [k for k, (fill, ink) in palette.UNITS.items() if palette.contrast(fill, ink) < 4.5] == []
    assert [fill for _, fill, ink in palette.STEPS if palette.contrast(fill, ink) < 4.5] == []
    assert palette.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


# Linear RGB as people without red (protan) or green (deutan) cones see it: Viénot, Brettel and Mollon 1999.
SEEN = {
    "protan": ((0.11238, 0.88762, 0.0), (0.11238, 0.88762, 0.0), (0.00401, -0.00401, 1.0)),
    "deutan": ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0)),
}


def _seen(colour: str, kind: str) -> tuple[float, ...]:
    linear = [(int(colour[i : i + 2], 16) / 255) ** 2.2 for i in (1, 3, 5)]
    mixed = [sum(m * c for m, c in zip(row, linear, strict=True)) for row in SEEN[kind]]
    return tuple(255 * max(c, 0.0) ** (1 / 2.2) for c in mixed)


@pytest.mark.parametrize("kind", SEEN)
def test_what_is_told_apart_by_colour_differs_for_colour_blind_readers(kind: str) -> None:
    for group in (
        {k: fill for k, (fill, _) in palette.UNITS.items()},
        {k: palette.DIRECTIONS[k] for k in ("harm", "gain", "unclear")},
        {k: palette.STATUSES[k] for k in ("decided", "in_process", "tabled", "closed")},
    ):
        for (a, first), (b, second) in combinations(group.items(), 2):
            apart = sum((x - y) ** 2 for x, y in zip(_seen(first, kind), _seen(second, kind), strict=True)) ** 0.5
            assert apart > 25, (kind, a, b, apart)

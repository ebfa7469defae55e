"""The network before it is drawn: which links and nodes, of which grade, where they stand, and what is left out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import cache
from itertools import combinations

import pytest

from graph_schema import CareSystem, Record, SettingError, UnknownNode
from impact.questions.as_of import SystemAt
from interface.drawings.labels import fitted, text_width
from interface.drawings.network import network_drawing
from interface.drawings.network_data import links_of
from interface.drawings.network_layout import BETWEEN, FONT_SIZE, INSIDE, TALLER, WIDTH, Layout, curve_of, layout_of
from interface.drawings.surroundings import Choice, Surroundings, surroundings
from interface.node_names import names_in
from loaders import load_sweden
from tests.small_system import small_system

PICTURES = [("hocm", 1), ("hocm", 2), ("nus", 1), ("nus", 2), ("sp_anestesi_och_intensivvard", 1), ("res_icu", 1),
            ("fn_icu", 1), ("hocm", 3), (None, 1)]  # fmt: skip


@cache
def sweden() -> CareSystem:
    return load_sweden()


def ends(found: Surroundings) -> set[str]:
    return {end for x in found.links for end in (x.source, x.target)}


# ------------------------------------------------------------------------------------- what is in the picture


def test_the_surroundings_of_an_area_hold_what_it_needs_and_who_provides_it() -> None:
    system = sweden()
    found = surroundings(system, "hocm", most=500)
    assert (found.left_out, found.left_out_nodes) == (0, 0)
    needed = {r.text("target_id") for name in ("REQUIRES", "USES", "DEPENDS_ON") for r in system.outgoing(name, "hocm")}
    providers = {r.text("source_id") for r in system.incoming("PROVIDES", "hocm")}
    dependent = {r.text("source_id") for r in system.incoming("DEPENDS_ON", "hocm")}
    assert set(found.nodes) == {"hocm"} | needed | providers | dependent
    assert next(iter(found.nodes)) == "hocm"


def test_only_the_strongest_links_are_kept_and_the_rest_is_counted() -> None:
    every = surroundings(sweden(), "hocm", most=500)
    few = surroundings(sweden(), "hocm", most=40)
    assert len(few.links) == 40
    assert few.left_out == len(every.links) - 40
    assert set(few.links) <= set(every.links)
    assert ends(few) == set(few.nodes)
    whole = surroundings(sweden(), None, most=50)
    assert min(x.strength or 0 for x in whole.links) >= 0.5
    assert ends(whole) == set(whole.nodes)


def test_what_is_left_out_of_the_nodes_hangs_together_least() -> None:
    every = surroundings(sweden(), "hocm", most=500)
    few = surroundings(sweden(), "hocm", 1, 500, Choice(most_nodes=10))
    assert (len(few.nodes), few.left_out_nodes) == (10, len(every.nodes) - 10)
    strength = {next(e for e in (x.source, x.target) if e != "hocm"): x.strength or 0.2
                for x in every.links if "hocm" in (x.source, x.target)}  # fmt: skip
    kept = min(strength[n] for n in few.nodes if n != "hocm")
    assert all(strength[n] <= kept for n in every.nodes if n not in few.nodes)


@pytest.mark.parametrize(("focus", "depth"), [p for p in PICTURES if p[0]])
def test_every_node_hangs_together_with_the_middle(focus: str, depth: int) -> None:
    found = surroundings(sweden(), focus, depth, 180)
    joined, waiting = {focus}, [focus]
    while waiting:
        node = waiting.pop()
        near = {a if b == node else b for a, b in ((x.source, x.target) for x in found.links) if node in (a, b)}
        waiting += near - joined
        joined |= near
    assert joined == set(found.nodes)
    assert len(found.nodes) <= Choice().most_nodes
    assert len(found.links) <= 180


def test_directions_are_what_one_needs_and_what_needs_one() -> None:
    system = small_system()
    needs = surroundings(system, "heart", choice=Choice("needs"))
    assert set(needs.nodes) == {"heart", "cardiology", "septal", "icu", "theatre"}
    needed_by = surroundings(system, "heart", choice=Choice("needed_by"))
    assert set(needed_by.nodes) == {"heart", "valve", "north", "middle", "south"}
    both = surroundings(system, "heart")
    assert set(both.nodes) == set(needs.nodes) | set(needed_by.nodes)
    # What shares a competence is one link further; what else a hospital provides never is.
    further = surroundings(system, "heart", 2)
    assert "chest" in further.nodes
    assert not {"liver", "surgery", "trauma"} & set(surroundings(system, "heart", 3).nodes)


def test_a_competence_stands_among_what_requires_it_and_where_it_is_staffed() -> None:
    found = surroundings(small_system(), "septal")
    assert set(found.nodes) == {"septal", "heart", "valve", "chest", "north", "middle", "south"}
    assert Counter(x.type for x in found.links) == {"REQUIRES": 3, "STAFFS": 3, "DEPENDS_ON": 1}
    resource = surroundings(small_system(), "icu")
    assert Counter(x.type for x in resource.links) == {"USES": 2, "OPERATES": 3, "DEPENDS_ON": 1}


def test_a_grade_or_a_type_can_be_left_out() -> None:
    found = surroundings(sweden(), "levertransplantation", 1, 500, Choice(grades=("reported", "derived")))
    assert {x.grade for x in found.links} <= {"reported", "derived"}
    every = surroundings(sweden(), "levertransplantation", 1, 500)
    assert found.hidden_by_grade == len(every.links) - len(found.links) > 0
    kinds = surroundings(sweden(), "levertransplantation", 1, 500, Choice(kinds=("Competence",)))
    assert set(kinds.nodes.values()) == {"CareArea", "Competence"}
    assert len(set(kinds.nodes) & {r.key[0] for r in sweden().rows["CareArea"]}) == 1
    note = network_drawing(sweden(), "sv", "levertransplantation", choice=Choice(grades=("reported",))).picture.notes
    assert any("underlag är bortvalt" in n for n in note)


def test_a_link_has_the_grade_of_its_evidence() -> None:
    links = {(x.type, x.source, x.target): x for x in surroundings(sweden(), "levertransplantation", most=500).links}
    permit = links["PROVIDES", "karolinska", "levertransplantation"]
    assert (permit.grade, permit.is_permit) == ("reported", True)
    for record in sweden().outgoing("REQUIRES", "levertransplantation"):
        quantity = record.quantity("criticality")
        assert quantity is not None
        link = links["REQUIRES", "levertransplantation", record.text("target_id")]
        assert (link.strength, link.grade, link.evidence) == (quantity.value, quantity.grade, quantity.source)


@pytest.mark.parametrize(
    ("sources", "grade"), [("s", "reported"), ("a_test", "assumed"), ("d", "derived"), ("d;a_test", "derived")]
)
def test_who_provides_an_area_is_no_better_known_than_its_best_source(sources: str, grade: str) -> None:
    system = small_system()
    rows = [Record("PROVIDES", {**r.values, "source": sources}) for r in system.rows["PROVIDES"]]
    kinds = {"s": "document", "d": "derivation"}
    known = [Record("sources", {"id": i, "kind": k, "title": i}) for i, k in kinds.items()]
    changed = system.replace(PROVIDES=rows, sources=[*system.rows["sources"], *known])
    assert {x.grade for x in links_of(changed) if x.type == "PROVIDES"} == {grade}


def test_what_the_network_refuses() -> None:
    system = small_system()
    for depth, most, message in ((0, 10, "depth = 0"), (4, 10, "depth = 4"), (1, 0, "links = 0")):
        with pytest.raises(SettingError, match=message):
            surroundings(system, "heart", depth, most)
    with pytest.raises(UnknownNode):
        surroundings(system, "nothing")
    with pytest.raises(SettingError, match="a Region has no dependencies"):
        surroundings(system, "n")
    with pytest.raises(SettingError, match="direction up, grade guessed, kind Ship, nodes = 0"):
        surroundings(system, "heart", choice=Choice("up", ("guessed",), ("Ship",), 0))


# --------------------------------------------------------------------------------------------- where it stands


def placed(focus: str | None, depth: int) -> tuple[Surroundings, Layout, Mapping[str, str]]:
    found = surroundings(sweden(), focus, depth, 180)
    names = names_in(sweden(), "sv")
    north = list(SystemAt(sweden(), "2025-12-31", is_present=True).hospitals)
    return found, layout_of(found, names, north), names


@pytest.mark.parametrize(("focus", "depth"), PICTURES)
def test_no_box_covers_another_and_the_layout_is_always_the_same(focus: str | None, depth: int) -> None:
    found, layout, _ = placed(focus, depth)
    assert set(layout.boxes) == set(found.nodes)
    for a, b in combinations(layout.boxes.values(), 2):
        apart = (a.height + b.height) / 2 + BETWEEN - 0.11
        assert abs(a.x - b.x) >= WIDTH or abs(a.y - b.y) >= apart
    assert layout.height <= TALLER
    assert placed(focus, depth)[1] == layout


@pytest.mark.parametrize(("focus", "depth"), PICTURES)
def test_every_name_fits_into_its_box(focus: str | None, depth: int) -> None:
    found, layout, names = placed(focus, depth)
    for node in found.nodes:
        box = layout.boxes[node]
        assert all(text_width(line, FONT_SIZE) <= WIDTH - 2 * INSIDE for line in box.lines)
        told = "".join(box.lines).replace(" ", "")
        assert "…" in told or told.replace("-", "") == names[node].replace(" ", "").replace("-", "")
    assert sum("…" in "".join(b.lines) for b in layout.boxes.values()) <= 2  # the longest names


def test_hospitals_stand_from_north_to_south_and_needs_to_the_right() -> None:
    found, layout, _ = placed("hocm", 1)
    order = list(SystemAt(sweden(), "2025-12-31", is_present=True).hospitals)
    hospitals = sorted((n for n, k in found.nodes.items() if k == "Hospital"), key=lambda n: layout.boxes[n].y)
    assert hospitals == [h for h in order if h in hospitals]
    middle = layout.boxes["hocm"].x
    for link in found.links:
        if link.source == "hocm":
            assert layout.boxes[link.target].x > middle
        if link.target == "hocm" and link.source not in {x.target for x in found.links if x.source == "hocm"}:
            assert layout.boxes[link.source].x < middle


def test_a_link_runs_from_side_to_side_and_swings_out_inside_a_column() -> None:
    found, layout, _ = placed("hocm", 1)
    for link in found.links:
        start, _, _, end = curve_of(layout, link)
        here, there = layout.boxes[link.source], layout.boxes[link.target]
        assert abs(start[0] - here.x) == abs(end[0] - there.x) == WIDTH / 2
        assert (start[1], end[1]) == (here.y, there.y)
    inside = next(x for x in found.links if layout.boxes[x.source].x == layout.boxes[x.target].x)
    start, swung, _, end = curve_of(layout, inside)
    assert swung[0] < start[0] == end[0]


def test_long_words_are_broken_at_a_stroke_or_with_a_hyphen_and_never_lost() -> None:
    assert fitted("barnintensivvårdssjuksköterska", 100, 12) == ["barnintensivvårds-", "sjuksköterska"]
    assert fitted("barnintensivvårdssjuksköterska", 164, 12)[1] == "erska"
    assert fitted("hjärt-/lungtransplantationskirurgi", 164, 12) == ["hjärt-/", "lungtransplantationskirurgi"]
    assert fitted("en två tre fyra fem sex", 40, 12, lines=2)[-1].endswith("…")
    assert fitted("kort", 100, 12) == ["kort"]

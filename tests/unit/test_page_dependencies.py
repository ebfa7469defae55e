"""The page Beroenden without a screen: choices, frame, tables and files, and the competences behind the permits."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

import pytest

from graph_schema import SettingError
from impact.questions.overview import overview
from interface.drawings.competences import competences_picture
from interface.drawings.competences_data import carried_permits
from interface.page.service.competences import drawn_competences, kind_names
from interface.page.service.dependencies import (
    EVIDENCE,
    KINDS,
    Wanted,
    dependencies,
    directions_of,
    node_tables,
    nodes_by_name,
    saved_page,
)
from loaders import load_sweden
from tests.drawn import OUTSIDE, mapped_system
from tests.small_system import small_system

ADDRESSES = {"node": "./beroenden?node={}", "source": "./kallor?node={}"}
TODAY = date(2025, 12, 31)


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


# ---------------------------------------------------------------------------------------------- the network


def test_the_frame_is_a_document_of_its_own_with_the_numbers_inside() -> None:
    found = dependencies(small_system(), Wanted("heart"), "sv", 0, ADDRESSES)
    assert found.frame.startswith('<!doctype html>\n<html lang="sv">')
    assert OUTSIDE.findall(found.frame) == []
    assert "default-src 'none'" in found.frame
    assert "<h1>" not in found.frame  # the page around it tells title and tables
    assert '<details id="node-septal">' in found.frame
    assert "./beroenden?node={}" in found.frame
    assert "Hjärtvård" in found.alternative
    assert len(found.alternative.split()) > 8


def test_the_tables_hold_every_box_and_link_of_the_picture() -> None:
    found = dependencies(small_system(), Wanted("heart"), "sv", 0, ADDRESSES)
    links = found.picture.table.rows
    assert found.links.count('<th scope="row">') == len(links) == len(rows_of(found.csv))
    names = {str(r[k]) for r in links for k in ("source", "target")}
    assert found.nodes.count('<th scope="row">') == len(names)
    assert all(f">{n}<" in found.nodes for n in names)
    assert f"({len(names)})" in found.nodes
    assert found.svg.startswith(b"<svg")


def test_the_saved_page_is_that_of_the_command_and_leads_nowhere() -> None:
    content = saved_page(small_system(), Wanted("heart"), "sv").decode()
    assert "<h1>Beroenden: Hjärtvård</h1>" in content
    assert "./beroenden" not in content
    assert "./kallor" not in content
    assert '<details id="node-septal">' in content


@pytest.mark.parametrize("evidence", EVIDENCE)
def test_evidence_and_types_can_be_chosen(evidence: str) -> None:
    wanted = Wanted("levertransplantation", evidence=evidence, kinds=("Hospital", "Competence"))
    found = dependencies(load_sweden(), wanted, "sv", 0, ADDRESSES)
    words = {"reported": "rapporterad", "derived": "härledd", "assumed": "antagen"}
    allowed = {words[g] for g in EVIDENCE[evidence]}
    assert {str(r["grade"]) for r in found.picture.table.rows} <= allowed
    assert found.nodes.count("vårdområde") == 1


def test_one_can_choose_every_node_hospitals_north_to_south() -> None:
    system = small_system()
    assert list(nodes_by_name(system, "Hospital", "sv")) == ["north", "middle", "south"]
    for kind in KINDS:
        found = nodes_by_name(system, kind, "sv")
        assert set(found) == {r.key[0] for r in system.rows[kind]}
        assert all("needed_by" in directions_of(kind) or kind == "Hospital" for _ in found)
    assert directions_of("Hospital") == ("needs",)
    assert directions_of("CareArea") == ("both", "needs", "needed_by")


def test_the_card_of_a_node_is_tables_and_a_file() -> None:
    found = node_tables(small_system(), "heart", "sv", 0, ADDRESSES)
    assert (found.name, found.kind) == ("Hjärtvård", "vårdområde")
    assert any(h.startswith("Kräver kompetenser (2)") for h in found.relations)
    rows = rows_of(found.csv)
    ids = [r["id"] for r in rows]
    assert "heart.requires.septal.criticality" in ids
    assert len(ids) == len(set(ids))
    row = rows[ids.index("heart.requires.septal.criticality")]
    quantity = small_system().quantities["heart.requires.septal.criticality"]
    assert (float(row["value"]), float(row["low"]), float(row["high"])) == (
        quantity.value, quantity.low, quantity.high
    )  # fmt: skip
    assert row["sources"]
    english = node_tables(small_system(), "heart", "en", 0, ADDRESSES)
    assert english.name == "Heart care"
    assert not re.search(r"\b(och|till|från|inte)\b", re.sub(r"<[^>]+>", " ", english.facts + english.numbers))


def test_the_mask_holds_in_tables_files_and_frame() -> None:
    found = node_tables(small_system(), "liver", "sv", 17, ADDRESSES)
    masked = [r for r in rows_of(found.csv) if r["value"] == "<17"]
    assert len(masked) == 2
    assert all(r["low"] == r["high"] == "" for r in masked)
    frame = dependencies(small_system(), Wanted("liver"), "sv", 17, ADDRESSES).frame
    assert frame.count('<td class="number">&lt;17</td>') >= 2
    assert '<td class="number">9</td>' not in frame


# ------------------------------------------------------------------------------------------- the competences


def test_a_competence_carries_the_permits_whose_areas_require_it() -> None:
    system = load_sweden()
    totals = overview(system, TODAY)["totals"]
    holders: dict[str, set[str]] = {}
    for row in system.rows["PROVIDES"]:
        is_held = row.flag("permit") and row.text("role") == "holder" and not row.text("sub_permit")
        if is_held and (row.text("valid_to") or "9999") >= "2025-12-31":
            holders.setdefault(row.text("target_id"), set()).add(row.text("source_id"))
    assert sum(map(len, holders.values())) == totals["units"]
    inside: dict[str, set[str]] = {}  # competence to itself and what is part of it
    parents = {r.text("source_id"): r.text("target_id") for r in system.rows["PART_OF"]}
    for competence in (r.key[0] for r in system.rows["Competence"]):
        whole: str | None = competence
        while whole is not None:
            inside.setdefault(whole, set()).add(competence)
            whole = parents.get(whole)
    expected = {
        (c.key[0], hospital, row.text("source_id"))
        for c in system.rows["Competence"] if c.text("kind") == "specialty"
        for row in system.rows["REQUIRES"]
        if row.text("target_id") in inside[c.key[0]] and row.text("reach") != "network"
        for hospital in holders.get(row.text("source_id"), ())
    }  # fmt: skip
    found = carried_permits(system, TODAY)
    assert {(r.competence, r.hospital, n.area) for r in found for n in r.requirements} == expected
    for row in found:
        assert row.sole == tuple(n.area for n in row.requirements if len(holders[n.area]) == 1)
        values = [n.criticality.value for n in row.requirements]
        assert values == sorted(values, reverse=True)


def test_the_matrix_and_its_table_tell_the_same() -> None:
    system = mapped_system()
    picture = competences_picture(system, "sv", TODAY, None)
    assert [(r["competence"], r["hospital"], r["permits"]) for r in picture.table.rows] == [
        ("kirurgi", "Mellersta sjukhuset", 1), ("kirurgi", "Södra sjukhuset", 1)
    ]  # fmt: skip
    assert "Levervård (kritikalitet 0,60)" in picture.table.rows[0]["areas"]
    drawn = drawn_competences(system, "sv", None)
    assert "kirurgi" in drawn.table
    assert 'alt="Vilka kompetenser' in drawn.image
    assert list(kind_names("sv")) == ["specialty", "narrow_skill", "profession"]


@pytest.mark.parametrize("group", ["heart", "liver"])
def test_one_group_of_areas_has_fewer(group: str) -> None:
    system = load_sweden()
    few, every = carried_permits(system, TODAY, group=group), carried_permits(system, TODAY)
    areas = {n.area for r in few for n in r.requirements}
    assert areas
    assert {system.node(a).text("cluster") for a in areas} == {group}
    assert {(r.competence, r.hospital) for r in few} <= {(r.competence, r.hospital) for r in every}


def test_what_the_matrix_of_competences_refuses() -> None:
    with pytest.raises(SettingError, match="kind of competence ship"):
        carried_permits(small_system(), TODAY, "ship")
    with pytest.raises(SettingError, match="group ship"):
        carried_permits(small_system(), TODAY, None, "ship")

"""Numbers that a reader changes in a copy: what is refused, what the copy says of them, the files they travel in."""

from __future__ import annotations

import io
import json
import math
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from graph_schema import CareSystem, Record, SettingError, StoreError, canonical_json
from impact.questions.data_diff import diff_systems
from interface.registers import registers_of
from loaders import read_dataset
from loaders.edit_files import edits_file, read_edits
from loaders.edit_rules import RULES, flaws_of, with_edits
from loaders.edits import Edit, resting_on
from loaders.registers import packaged_register
from loaders.zipped import dataset_zip
from tests.small_system import small_system

DAY = "2026-02-03"
VOLUME = Edit("heart.volume", "our own count", DAY, 50, 40, 60)
FLOOR = Edit("f_research", "a level of ours", DAY, 80, 70, 90)
HISTORY = ("p_new", "p_already_concentrated", "p_regional", "p_spread")


def codes(*edits: Edit, alone: bool = False) -> list[str]:
    return [flaw.code for flaw in flaws_of(small_system(), edits, alone=alone)]


def test_a_copy_differs_in_the_number_and_says_who_changed_what_when_and_why() -> None:
    system = small_system()
    copy = with_edits(system, [VOLUME])
    quantity = copy.quantities["heart.volume"]
    assert (quantity.value, quantity.low, quantity.high) == (50, 40, 60)
    assert (quantity.unit, quantity.grade) == ("patients/year", "assumed")
    assumption = copy.source(quantity.source)
    assert assumption.text("reason") == "our own count"
    assert assumption.text("quality") == "low"
    assert DAY in assumption.text("statement")
    assert "60 (48 to 72) patients/year (derived, s_test)" in assumption.text("statement")
    found = diff_systems(system, copy)
    assert {(r["type"], r["property"]) for r in found["rows"]} == {
        ("CareArea", "volume"), ("CareArea", "volume_low"), ("CareArea", "volume_high"), ("CareArea", "volume_grade"),
        ("CareArea", "volume_source"), ("assumptions", None), ("dataset", "value"),
    }  # fmt: skip
    assert copy.settings["version"] != system.settings["version"]
    assert system.content_hash == small_system().content_hash


def test_a_floor_is_changed_with_its_range_and_grade() -> None:
    system = small_system()
    stated = {"grade": "reported", "source": "s_test"}
    system = system.replace(floors=[Record(r.type, {**r.values, **stated}) for r in system.rows["floors"]])
    floor = with_edits(system, [FLOOR]).get("floors", "f_research")
    assert floor is not None
    assert [floor.number(n) for n in ("threshold", "threshold_low", "threshold_high")] == [80, 70, 90]
    assert (floor.text("grade"), floor.text("note_sv")) == ("assumed", "a level of ours")


def staffed() -> CareSystem:
    """The small country, where the heads rest on an assumption of their own."""
    system = small_system()
    words = {"statement": "heads", "reason": "guessed", "quality": "low", "importance": "low"}
    return system.replace(
        assumptions=[*system.rows["assumptions"], Record("assumptions", {"id": "a_staff", **words})],
        STAFFS=[
            Record(r.type, {**r.values, "specialists": replace(q, source="a_staff")})
            for r in system.rows["STAFFS"] if (q := r.quantity("specialists")) is not None
        ],
    )  # fmt: skip


def test_a_factor_moves_every_assumed_number_of_the_assumption_and_no_other() -> None:
    system = staffed()
    copy = with_edits(system, [Edit("a_staff", "half of it", DAY, factor=0.5)])
    resting = resting_on(system, "a_staff")
    assert len(resting) == len(system.rows["STAFFS"])
    for identifier, before in system.quantities.items():
        after = copy.quantities[identifier]
        if identifier in resting:
            assert (after.value, after.low, after.high) == tuple(
                0.5 * x for x in (before.value, before.low, before.high)
            )
            assert after.sources[1:] == before.sources
        else:
            assert after == before


def test_without_edits_the_copy_is_the_dataset_itself_and_their_order_does_not_count() -> None:
    system = small_system()
    assert with_edits(system, []) is system
    assert with_edits(system, [VOLUME, FLOOR]) == with_edits(system, [FLOOR, VOLUME])
    assert with_edits(system, [VOLUME]) != with_edits(system, [replace(VOLUME, reason="another")])


WRONG: dict[str, tuple[Edit, ...]] = {
    "unknown": (replace(VOLUME, target="heart.volum"),),
    "twice": (VOLUME, replace(VOLUME, value=51)),
    "no_number": (replace(VOLUME, high=math.nan),),
    "below": (replace(VOLUME, low=-1),),
    "above": (Edit("route_share", "x", DAY, 0.9, 0.8, 1.5),),
    "order": (replace(VOLUME, low=55),),
    "above_zero": (Edit("outside_ratio", "x", DAY, 1, 0, 16),),
    "same": (Edit("heart.volume", "x", DAY, 60, 48, 72),),
    "unit": (replace(VOLUME, unit="heads"),),
    "reason": (replace(VOLUME, reason="  "),),
    "day": (replace(VOLUME, day="yesterday"),),
    "no_threshold": (replace(FLOOR, target="f_lost"),),
    "factor": (Edit("a_test", "x", DAY, factor=-2),),
    "nothing_rests": (Edit("a_idle", "x", DAY, factor=2),),
    "too_far": (Edit("a_test", "x", DAY, factor=100),),
    "travel_order": (Edit("n.travels.north.hours_p50", "x", DAY, 9, 8, 10),),
    "history_sum": (Edit("heart.p_new", "x", DAY, 0.5, 0.5, 0.5),),
}


def idle() -> CareSystem:
    """The small country with an assumption that nothing rests on."""
    system = small_system()
    words = {"statement": "idle", "reason": "none", "quality": "low", "importance": "low"}
    return system.replace(assumptions=[*system.rows["assumptions"], Record("assumptions", {"id": "a_idle", **words})])


@pytest.mark.parametrize("code", [c for c in RULES if c != "rule"])
def test_each_rule_refuses_what_breaks_it(code: str) -> None:
    system = idle()
    assert code in [flaw.code for flaw in flaws_of(system, WRONG[code])]
    with pytest.raises(SettingError, match=r"^[\w.]+: "):
        with_edits(system, WRONG[code])


def test_what_the_rules_across_numbers_refuse_may_be_added_before_its_rest() -> None:
    assert codes(*WRONG["history_sum"]) == ["history_sum"]
    assert codes(*WRONG["history_sum"], alone=True) == []
    both = [Edit(f"heart.{name}", "x", DAY, v, v, v) for name, v in zip(HISTORY, (0.5, 0.25, 0.25, 0), strict=True)]
    moved = [e for e in both if small_system().quantities[e.target].value != e.value]
    assert codes(*moved) == []


def test_everything_wrong_is_told_at_once() -> None:
    wrong = Edit("heart.volume", "", "x", -1, math.inf, -3, unit="h")
    assert codes(wrong) == ["reason", "day", "unit", "below", "no_number", "below"]
    with pytest.raises(SettingError) as refused:
        with_edits(small_system(), [wrong])
    assert len(str(refused.value).splitlines()) == 6
    floor = replace(FLOOR, value=-1, low=5, high=2)
    assert codes(floor) == ["below", "order"]
    assert codes(Edit("f_research", "x", DAY)) == ["no_number"]


def test_edits_come_back_from_their_file() -> None:
    system = small_system()
    edits = (VOLUME, FLOOR, Edit("a_test", "å ä ö", DAY, factor=0.5))
    found = read_edits(edits_file(system, edits), "x.json")
    assert found.edits == edits
    assert found.system_hash == system.content_hash
    assert with_edits(system, found.edits[:2]) == with_edits(system, edits[:2])


@pytest.mark.parametrize("content", [b"[1", b"{}", b"\xff", b"[]", b'{"file": "randzon edits", "format": 2}'])
def test_other_files_are_refused_by_their_name(content: bytes) -> None:
    with pytest.raises(StoreError, match=r"mine\.json"):
        read_edits(content, "mine.json")


@pytest.mark.parametrize(
    ("part", "value"), [("value", "many"), ("value", math.inf), ("surprise", 1), ("target", None), ("reason", 3)]
)
def test_a_file_says_everything_that_is_wrong_with_it(part: str, value: Any) -> None:
    content = json.loads(edits_file(small_system(), [VOLUME]))
    content["edits"][0][part] = value
    del content["system_hash"]
    with pytest.raises(StoreError) as refused:
        read_edits(json.dumps(content).encode(), "mine.json")
    assert f"edits.0.{part}" in str(refused.value)
    assert "system_hash" in str(refused.value)


def test_the_zip_file_is_a_dataset_folder_with_its_registers(tmp_path: Path) -> None:
    copy = with_edits(small_system(), [VOLUME])
    registers = {**registers_of(tmp_path), "claims": packaged_register("claims")}
    content = dataset_zip(copy, registers, "mine")
    assert content == dataset_zip(copy, registers, "mine")
    zipfile.ZipFile(io.BytesIO(content)).extractall(tmp_path)
    assert read_dataset(tmp_path / "mine").content_hash == copy.content_hash
    assert canonical_json(registers_of(tmp_path / "mine")["claims"]) == canonical_json(registers["claims"])

"""Scenario files: TOML to values, the template, the library, the JSON Schema."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import os
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest

import scenarios
from graph_schema import Quantity, ScenarioConflict, SettingError, StoreError
from interface.page.service.conflict_sentences import problem_sentence
from scenarios import (
    Scenario,
    course_of,
    library,
    parse_scenario,
    read_scenario,
    scenario_hash,
    scenario_json_schema,
    template_text,
    write_template,
)
from scenarios.files import MAX_FILE_BYTES
from scenarios.quantities import factor, share
from scenarios.values import Concentrate, Decision, DemandEvent, Event, Grant, Refuse, SofterForm
from tests.synthetic import make_system

AS_OF = dt.date(2025, 12, 31)
HEAD = 'name = "x"\ntitle_sv = "x"\n'
KINDS = (*get_args(Decision), *get_args(Event))


def parsed(text: str) -> Scenario:
    return parse_scenario((HEAD + text).encode(), "x.toml")


def as_json(text: str) -> Any:
    return json.loads(json.dumps(tomllib.loads(text), default=lambda value: value.isoformat()))


def uncommented() -> str:
    """The template with every example in use."""
    return re.sub(r"(?m)^#(?=\S)", "", template_text())


def test_a_file_becomes_the_value_it_states() -> None:
    found = parsed(
        """
        [[decisions]]
        kind = "concentrate"
        area = "hocm"
        units = 2
        hospitals = ["nus", "sus"]
        date = 2027-01-01
        [[decisions]]
        kind = "softer_form"
        area = "hocm"
        form = "satellite"
        volume_share = { value = 0.5, low = 0.3, high = 0.7, grade = "derived", source = "s" }
        [[events]]
        kind = "demand"
        factor = 2
        date_from = 2026-01-01
        date_to = 2026-03-01
        """
    )
    assert found.decisions == (
        Concentrate("hocm", 2, ("nus", "sus"), dt.date(2027, 1, 1)),
        SofterForm("hocm", "satellite", Quantity(0.5, 0.3, 0.7, "1", "derived", "s", "logit", 0, 1)),
    )
    assert found.events == (DemandEvent(factor(2), dt.date(2026, 1, 1), dt.date(2026, 3, 1)),)


def test_a_plain_number_is_certain_assumed_and_has_a_source() -> None:
    event = parsed('[[events]]\nkind = "demand"\nfactor = 1.5\ndate_from = 2026-01-01\ndate_to = 2026-02-01').events[0]
    assert isinstance(event, DemandEvent)
    quantity = event.factor
    assert quantity.is_certain
    assert (quantity.value, quantity.grade) == (1.5, "assumed")
    assert quantity.source


ONE = '[[decisions]]\nkind = "concentrate"\narea = "hocm"\nunits = 2\n'
SCOPE = '[[decisions]]\nkind = "change_scope"\narea = "hocm"\npart = "share"\nvolume_share = '
BAD: dict[str, tuple[str, str | None, str]] = {
    "no kind": ('[[decisions]]\narea = "hocm"', "decisions[1]", "kind is missing"),
    "unknown kind": ('[[decisions]]\nkind = "concentrat"', "decisions[1]", "concentrat"),
    "unknown key": (ONE + "unit = 2", "decisions[1].unit", "unknown key"),
    "unknown key at the top": ("description = 'x'\n" + ONE, "description", "unknown key"),
    "missing area": ('[[decisions]]\nkind = "concentrate"\nunits = 2', "decisions[1].area", "missing"),
    "text for a number": (ONE.replace("2", '"2"'), "decisions[1].units", "integer"),
    "a fraction of a unit": (ONE.replace("2", "2.5"), "decisions[1].units", "integer"),
    "true for a number": (ONE.replace("2", "true"), "decisions[1].units", "integer"),
    "text for a date": (ONE + 'date = "2027-01-01"', "decisions[1].date", "date"),
    "a time for a date": (ONE + "date = 2027-01-01T10:00:00", "decisions[1].date", "date"),
    "a number for a list": (ONE + "hospitals = 3", "decisions[1].hospitals", "tuple"),
    "a number in a list": (ONE + "hospitals = ['nus', 3]", "decisions[1].hospitals[2]", "string"),
    "capitals in an id": (ONE.replace("hocm", "HOCM"), "decisions[1].area", "pattern"),
    "text for true": ('historic = "yes"\n' + ONE, "historic", "boolean"),
    "no list of decisions": ("decisions = 3", "decisions", "tuple"),
    "no source": (ONE + SCOPE + "{ value = 0.5, low = 0.4, high = 0.6 }", "decisions[2].volume_share", "source"),
    "empty source": (
        ONE + SCOPE + "{ value = 0.5, low = 0.4, high = 0.6, source = ' ' }", "decisions[2].volume_share", "source"),
    "no range": (ONE + SCOPE + "{ value = 0.5, source = 'a' }", "decisions[2].volume_share", "low is missing"),
    "wrong unit": (
        ONE + SCOPE + "{ value = 50, low = 40, high = 60, unit = '%', source = 'a' }", "decisions[2].volume_share",
        "wrong unit"),
    "wrong grade": (
        ONE + SCOPE + "{ value = 0.5, low = 0.4, high = 0.6, grade = 'sure', source = 'a' }",
        "decisions[2].volume_share", "grade"),
    "unknown part of a quantity": (
        ONE + SCOPE + "{ value = 0.5, low = 0.4, hihg = 0.6, source = 'a' }", "decisions[2].volume_share", "hihg"),
    "not finite": (ONE + SCOPE + "nan", "decisions[2].volume_share", "not finite"),
    "true for a share": (ONE + SCOPE + "true", "decisions[2].volume_share", "no number"),
    "out of its range": (ONE + SCOPE + "1.2", "decisions[2].volume_share", "above 1"),
    "low > high": (
        ONE + SCOPE + "{ value = 0.5, low = 0.7, high = 0.6, source = 'a' }", "decisions[2].volume_share", "low <="),
    "no TOML": ("decisions = [", None, "not TOML"),
    "nothing decided": ("", "decisions", "empty"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_names_the_place(case: str) -> None:
    text, place, rule = BAD[case]
    with pytest.raises(ScenarioConflict) as caught:
        parsed(text)
    found = caught.value.problems
    assert [(p.file, p.property) for p in found] == [("x.toml", place)]
    assert rule in f"{found[0].rule} {found[0].value}"
    assert found[0].remedy


@pytest.mark.parametrize("case", BAD)
def test_the_page_says_what_is_wrong_with_a_file_in_swedish(case: str) -> None:
    with pytest.raises(ScenarioConflict) as caught:
        parsed(BAD[case][0])
    (said,) = (problem_sentence(p, {}, "sv") for p in caught.value.problems)
    assert "Remedy" not in said
    assert said.endswith(".")
    assert not re.search(r"decisions\[|Input should|not TOML", said)


def test_all_problems_of_a_file_come_at_once() -> None:
    with pytest.raises(ScenarioConflict) as caught:
        parsed(ONE.replace("2", "'2'") + "x = 1\n" + SCOPE + "'a'")
    assert len(caught.value.problems) == 3


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "empty"),
        (b" \n\t", "empty"),
        ("name = 'å'".encode("latin-1"), "not UTF-8"),
        (b"\xff\xfen\x00a\x00", "not UTF-8"),
        (b"a = " + b"[" * 50_000, "nested too deeply"),
        (b"# " + b"x" * MAX_FILE_BYTES, "larger than 1 MB"),
    ],
)
def test_a_file_that_is_no_scenario(tmp_path: Path, content: bytes, rule: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_bytes(content)
    with pytest.raises(ScenarioConflict, match=rule) as caught:
        read_scenario(path)
    assert caught.value.problems[0].file == str(path)


def test_the_line_of_a_wrong_encoding_is_named() -> None:
    with pytest.raises(ScenarioConflict) as caught:
        parse_scenario(b"name = 'a'\ntitle_sv = '\xe5'", "x.toml")
    assert caught.value.problems[0].row == 2


def test_a_byte_order_mark_does_no_harm() -> None:
    assert parse_scenario(b"\xef\xbb\xbf" + (HEAD + ONE).encode(), "x.toml").name == "x"


def test_a_missing_file_names_the_ready_scenarios(tmp_path: Path) -> None:
    for source in ("hocn", str(tmp_path / "x.toml")):
        with pytest.raises(StoreError, match="hocm"):
            read_scenario(source)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        read_scenario(tmp_path)


def test_a_path_and_a_name_give_the_same(tmp_path: Path) -> None:
    path = tmp_path / "copy.toml"
    path.write_bytes((Path(scenarios.__file__).parent / "library" / "hocm.toml").read_bytes())
    assert read_scenario(path) == read_scenario(str(path)) == read_scenario("hocm")


def test_the_hash_tells_content_apart() -> None:
    def grant(**values: Any) -> Scenario:
        return Scenario("x", decisions=(Grant("hocm", "nus", **values),))

    different = [
        grant(), grant(date=dt.date(2027, 1, 1)), grant(date=dt.date(2027, 1, 2)),
        Scenario("x", decisions=(Refuse("hocm", "nus"),)), Scenario("y", decisions=(Grant("hocm", "nus"),)),
    ]  # fmt: skip
    assert len({s.scenario_hash for s in different}) == len(different)
    assert grant().scenario_hash == scenario_hash(grant())


def test_a_range_changes_the_hash_and_its_spelling_does_not() -> None:
    hashes = [parsed(ONE + SCOPE + text).scenario_hash for text in ("1", "1.0", "0.5")]
    assert hashes[0] == hashes[1] != hashes[2]


def test_values_can_be_set_by_id() -> None:
    scenario = parsed(ONE + SCOPE + "{ value = 0.5, low = 0.4, high = 0.6, source = 'a' }")
    (name,) = scenario.quantities
    assert name == "scenario.decisions_2.volume_share"
    changed = scenario.with_values({name: 0.9}, "--set")
    assert changed.quantities[name] == dataclasses.replace(share(0.9), source="--set")
    assert scenario.quantities[name].value == 0.5
    with pytest.raises(SettingError, match="it has: scenario"):
        scenario.with_values({"scenario.x": 1}, "--set")


@pytest.mark.parametrize("name", list(library()))
def test_every_ready_scenario_is_whole(name: str) -> None:
    scenario = read_scenario(name)
    assert scenario.name == name
    assert library()[name] == (scenario.title_sv, scenario.title_en)
    texts = (scenario.title_sv, scenario.title_en, scenario.description_sv, scenario.description_en)
    assert all(texts)
    assert course_of(scenario, world_of(scenario), AS_OF).baseline() != course_of(scenario, world_of(scenario), AS_OF)


def world_of(scenario: Scenario) -> Any:
    """A system that holds what a scenario names; seven university hospitals provide every area."""
    values = [value for _, value in scenario.places()]

    def named(name: str) -> set[str]:
        return {found for v in values if isinstance(found := getattr(v, name, None), str)}

    hospitals = ["akademiska", "karolinska", "linkoping", "nus", "orebro", "sahlgrenska", "sus"]
    areas = named("area") | named("with_area")
    return make_system(
        CareRegion=[{"id": "cr"}],
        Region=[{"id": r} for r in named("region") | {"reg"}],
        Hospital=[{"id": h} for h in hospitals],
        CareArea=[{"id": a} for a in areas],
        Competence=[{"id": c} for c in named("competence")],
        Resource=[{"id": r} for r in named("resource")],
        PART_OF=[{"source_id": r, "target_id": "cr"} for r in named("region") | {"reg"}],
        LOCATED_IN=[{"source_id": h, "target_id": "reg"} for h in hospitals],
        STAFFS=[{"source_id": h, "target_id": c} for h in hospitals for c in named("competence")],
        OPERATES=[{"source_id": h, "target_id": r} for h in hospitals for r in named("resource")],
        PROVIDES=[{"source_id": h, "target_id": a} for h in hospitals for a in areas],
    )


def test_the_library_holds_what_was_promised() -> None:
    wanted = {"hocm", "matstrupskirurgi", "barnintensivvard", "ryggmargsskador_historic", "akademiska_iva_sommar"}
    assert wanted <= set(library())
    assert read_scenario("hocm").decisions == (Concentrate("hocm", 2),)


def test_ready_files_follow_the_json_schema() -> None:
    schema = scenario_json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    folder = Path(scenarios.__file__).parent / "library"
    for path in folder.glob("*.toml"):
        jsonschema.validate(as_json(path.read_text(encoding="utf-8")), schema)
    jsonschema.validate(as_json(template_text()), schema)
    jsonschema.validate(as_json(uncommented()), schema)


@pytest.mark.parametrize("case", ["no kind", "unknown kind", "unknown key", "missing area", "text for a number",
                                  "capitals in an id", "no source", "out of its range"])  # fmt: skip
def test_the_json_schema_refuses_what_the_reader_refuses(case: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(as_json(HEAD + BAD[case][0]), scenario_json_schema())


def test_the_template_is_a_scenario() -> None:
    assert parse_scenario(template_text().encode(), "t.toml").decisions == (Concentrate("hocm", 2),)


def test_the_template_shows_every_kind_and_every_field() -> None:
    data = tomllib.loads(uncommented())
    shown = {part["kind"]: set(part) for name in ("decisions", "events") for part in data[name]}
    assert set(shown) == {next(f.default for f in dataclasses.fields(k) if f.name == "kind") for k in KINDS}
    for value in KINDS:
        fields = {f.name: f for f in dataclasses.fields(value)}
        everywhere = {"date", "name"}
        assert set(fields) - everywhere - shown[str(fields["kind"].default)] == set()
    assert {"date", "name"} <= shown["concentrate"]
    assert set(data) == {f.name for f in dataclasses.fields(Scenario)}


def test_every_example_of_the_template_can_be_read() -> None:
    blocks = re.split(r"(?m)^(?=\[\[)", uncommented())[1:]
    assert len(blocks) == len(KINDS)
    for block in blocks:
        extra = "\n" + ONE if "change_scope" in block or "softer_form" in block else ""
        lines = [line for line in block.splitlines() if "=" in line or line.startswith("[[")]
        assert parsed("\n".join(lines) + extra).places()


def test_the_template_is_written_whole_and_never_over_a_file(tmp_path: Path) -> None:
    path = write_template(tmp_path / "mine")
    assert path == tmp_path / "mine.toml"
    assert path.read_text(encoding="utf-8") == template_text()
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(StoreError, match="is left as it is"):
        write_template(path)
    assert path.read_text(encoding="utf-8") == "mine"
    assert [p.name for p in tmp_path.iterdir()] == ["mine.toml"]


def test_a_file_that_appears_meanwhile_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os.path, "lexists", lambda _: False)
    path = tmp_path / "mine.toml"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(StoreError, match="is left as it is"):
        write_template(path)
    assert path.read_text(encoding="utf-8") == "mine"
    assert [p.name for p in tmp_path.iterdir()] == ["mine.toml"]


def test_a_disk_without_hard_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "not permitted")

    monkeypatch.setattr(os, "link", refuse)
    assert write_template(tmp_path / "a.toml").read_text(encoding="utf-8") == template_text()
    assert len(list(tmp_path.iterdir())) == 1


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="does not exist"):
        write_template(tmp_path / "no" / "mine.toml")


@pytest.mark.parametrize("change", [lambda s: setattr(s, "name", "y"), lambda s: setattr(s.decisions[0], "units", 3)])
def test_a_scenario_cannot_be_changed(change: Callable[[Scenario], None]) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        change(parsed(ONE))

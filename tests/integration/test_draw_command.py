"""The command draw: each picture as a file, with its table, in both languages, and what it refuses."""

from __future__ import annotations

import csv
import shutil

import pytest

from impact import load_measures
from tests.command_line import Saved, Shell
from tests.drawn import OUTSIDE

BEGINS = {"html": b"<!doctype html>", "svg": b"<svg", "png": b"\x89PNG", "pdf": b"%PDF"}


def table(shell: Shell, name: str) -> list[dict[str, str]]:
    """The rows of a CSV file in the shell's folder."""
    return list(csv.DictReader((shell.folder / name).read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize(
    ("arguments", "suffix"),
    [
        (["matrix"], "html"),
        (["network", "--area", "hjärtvård"], "html"),
        (["network", "--competence", "septum", "--direction", "needed_by"], "svg"),
        (["competences", "--kind", "all"], "svg"),
        (["timeline"], "pdf"),
        (["pipeline", "--lang", "en"], "png"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else value,
)
def test_each_picture_is_written_with_its_table(shell: Shell, arguments: list[str], suffix: str) -> None:
    before = shell.files()
    answer = shell("draw", *arguments, "--out", f"picture.{suffix}", small=True)
    assert (answer.code, answer.err) == (0, "")
    beside = {"picture.table.csv"} if suffix != "html" else set[str]()
    assert shell.files() - before == {f"picture.{suffix}"} | beside
    content = (shell.folder / f"picture.{suffix}").read_bytes()
    assert content.startswith(BEGINS[suffix])
    if suffix == "html":
        assert OUTSIDE.findall(content.decode()) == []
    else:
        assert len(table(shell, "picture.table.csv")) > 0
    assert ("Alternative text: " if "en" in arguments else "Alternativtext: ") in answer.out


def test_the_map_of_sweden(shell: Shell) -> None:
    answer = shell("draw", "map", "--area", "lungtransplantation", "--no-flows", "--out", "m.svg", "--table", "t.csv")
    assert (answer.code, answer.err) == (0, "")
    drawing = (shell.folder / "m.svg").read_text(encoding="utf-8")
    assert "Sahlgrenska" in drawing
    assert drawing.count("<path") > 21
    rows = table(shell, "t.csv")
    assert {r["hospital"] for r in rows} == {"Sahlgrenska Universitetssjukhuset", "Skånes universitetssjukhus"}


def test_effects_of_a_saved_run_and_of_its_json_are_the_same(shell: Shell, saved: Saved) -> None:
    shutil.copy(saved.file, shell.folder / "a.nc")
    shell.write("a.json", saved.answer.out)
    tables: list[str] = []
    titles: list[str] = []
    for name in ("a.nc", "a.json"):
        answer = shell("draw", "effects", name, "--perspective", "displacement", "--out", "e.svg", small=True)
        assert (answer.code, answer.err) == (0, "")
        tables.append((shell.folder / "e.table.csv").read_text(encoding="utf-8"))
        titles.append((shell.folder / "e.svg").read_text(encoding="utf-8").split("<title>")[1].split("</title>")[0])
    assert tables[0] == tables[1]
    assert titles[0] == titles[1]
    assert "Norra sjukhuset" in tables[0]


def test_travel_and_comparison_are_drawn_of_saved_files(shell: Shell, saved: Saved) -> None:
    shutil.copy(saved.file, shell.folder / "a.nc")
    told = saved.answer.json("run")
    rows = [r for r in told["effects"] if "region" in r and r["measure"] == "hours_mean"]
    assert rows
    shell("draw", "travel", "a.nc", "--out", "t.svg").refusal("county codes")
    shell("draw", "travel", "a.nc", "--measure", "weather", "--out", "t.svg").refusal("choose one of")
    how = ("--draws", "4", "--years", "1", "--format", "json")
    compared = shell("compare", "two_units.toml", "south_alone.toml", *how, small=True)
    shell.write("c.json", compared.out)
    answer = shell("draw", "compare", "c.json", "--out", "c.svg")
    assert (answer.code, answer.err) == (0, "")
    found = {(r["name"], r["measure"]): float(r["difference"]) for r in table(shell, "c.table.csv")}
    for row in compared.json("compare")["rows"]:
        key = row.get("name"), load_measures()[row["measure"]].short["sv"]
        assert found.get(key, row["difference"]) == row["difference"]
    assert len(found) > 3
    shell("draw", "compare", "a.nc", "--out", "c.svg").refusal("a.nc")


def test_the_timeline_takes_what_accumulate_saved(shell: Shell) -> None:
    shell("accumulate", "--draws", "4", "--years", "2", "--out", "acc.json", small=True)
    answer = shell("draw", "timeline", "acc.json", "--out", "t.svg", small=True)
    assert (answer.code, answer.err) == (0, "")
    assert "Samlad effekt" in (shell.folder / "t.table.csv").read_text(encoding="utf-8")
    shell("draw", "timeline", "acc.json", "--measure", "weather", "--out", "u.svg", small=True).refusal("weather")
    shell("draw", "timeline", "acc.json", "--out", "u.svg").refusal("another dataset")


def test_saved_answers_are_drawn(shell: Shell) -> None:
    quick = ("--draws", "4", "--years", "2")
    shell("accumulate", *quick, "--out", "acc.json", small=True)
    shell("attribute", *quick, "--interactions", "--no-split", "--out", "att.json", small=True)
    shell("headroom", *quick, "--no-search", "--out", "room.json", small=True)
    drawn = {"growth": "acc.json", "shares": "att.json", "headroom": "room.json"}
    for name, file in drawn.items():
        answer = shell("draw", name, file, "--out", f"{name}.svg")  # without the dataset: the answer carries all
        assert (answer.code, answer.err) == (0, ""), name
        words = (shell.folder / f"{name}.svg").read_text(encoding="utf-8")
        assert "Norra sjukhuset" in words
    of = ["--hospital", "södra", "--measure", "research_caseload", "--year", "0"]
    assert shell("draw", "shares", "att.json", *of, "--out", "s.svg").code == 0
    assert "Södra sjukhuset" in (shell.folder / "s.svg").read_text(encoding="utf-8")
    for arguments, parts in (
        (["growth", "room.json"], ["room.json", "headroom", "known are accumulate"]),
        (["growth", "acc.json", "--measure", "weather"], ["--measure weather"]),
        (["growth", "acc.json", "--hospital", "nowhere"], ["nowhere", "middle, north, south"]),
        (["shares", "att.json", "--year", "1"], ["--year 1", "year 2"]),
        (["interactions", "att.json"], ["no visible pairs", "--interactions"]),
    ):
        shell("draw", *arguments, "--out", "x.svg").refusal(*parts)
    assert not (shell.folder / "x.svg").exists()


@pytest.mark.parametrize(
    ("arguments", "parts"),
    [
        (["pipeline", "--out", "x.gif"], ["x.gif", ".html, .svg, .png, .pdf"]),
        (["pipeline", "--out", "nowhere/x.svg"], ["nowhere", "folder"]),
        (["pipeline", "--out", "x.svg", "--table", "x.svg"], ["is the picture itself"]),
        (["network", "--out", "x.svg"], ["--area", "--hospital", "--whole"]),
        (["network", "--area", "heart", "--depth", "7", "--out", "x.svg"], ["depth = 7"]),
        (["network", "--area", "heart", "--links", "0", "--out", "x.svg"], ["links = 0"]),
        (["network", "--area", "heart", "--direction", "up", "--out", "x.svg"], ["direction up", "needed_by"]),
        (["network", "--area", "heart", "--whole", "--out", "x.svg"], ["--area", "--resource", "--whole"]),
        (["network", "--resource", "intensivvård", "--no-assumed", "--out", "x.svg"], ["no link is left"]),
        (["network", "--area", "heart", "--mask", "-1", "--out", "x.svg"], ["--mask -1"]),
        (["competences", "--kind", "ship", "--out", "x.svg"], ["kind of competence ship", "profession"]),
        (["competences", "--cluster", "ship", "--out", "x.svg"], ["group ship"]),
        (["matrix", "--cluster", "heart", "--out", "x.svg"], ["no care area with cluster heart"]),
        (["matrix", "--status", "done", "--out", "x.svg"], ["--status done"]),
        (["matrix", "--mask", "-1", "--out", "x.svg"], ["--mask -1"]),
        (["map", "--out", "x.svg", "--no-flows"], ["latitude and longitude"]),
        (["effects", "two_units.toml", "--out", "x.svg"], ["no result"]),
        (["effects", "bad.json", "--out", "x.svg"], ["bad.json", "run --out"]),
        (["timeline", "bad.json", "--out", "x.svg"], ["bad.json", "accumulate --out"]),
    ],
    ids=lambda value: " ".join(value[:4]),
)
def test_what_draw_refuses(shell: Shell, arguments: list[str], parts: list[str]) -> None:
    shell.write("bad.json", '{"effects": [1], "timeline": {}}')
    before = shell.files()
    shell("draw", *arguments, small=True).refusal(*parts)
    assert shell.files() == before

"""The notebooks: each runs from top to bottom, shows what the commands answer, and is exported without a network."""

from __future__ import annotations

import ast
import runpy
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
import pandas as pd
import pytest

from impact import load_measures
from interface.node_names import names_in
from interface.numbers import decimals_for
from tests.browser import chromium, opened
from tests.command_line import Shell
from tests.drawn import OUTSIDE

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = {path.name[0]: path for path in sorted((ROOT / "notebooks").glob("*.py"))}
SCRIPT = runpy.run_path(str(ROOT / "scripts" / "export_notebooks.py"))
GIVEN: dict[str, dict[str, int]] = {
    "2": {"draws": 2, "years": 1},
    "4": {"draws": 2, "years": 1},
    "5": {"draws": 2},
    "6": {"draws": 100, "years": 1},
}
MAY_BE_EMPTY = {("6", "questions")}  # few draws tell no question from chance
PACKAGES = {"datetime", "graph_schema", "impact", "interface", "loaders", "marimo", "pandas", "scenarios"}
LONGEST_CELL = 12
LOGIC = (ast.If, ast.For, ast.While, ast.Try, ast.FunctionDef, ast.ClassDef, ast.Lambda, ast.comprehension, ast.IfExp,
         ast.With, ast.Assert, ast.BinOp, ast.Compare)  # fmt: skip
JOINED = (ast.Add, ast.Mult)  # of texts and lists

pytestmark = pytest.mark.skipif(chromium() is None, reason="needs Chromium")


@cache
def ran(number: str) -> Any:
    """A notebook run once, with few draws."""
    return SCRIPT["run"](NOTEBOOKS[number], GIVEN.get(number))


@cache
def page(number: str) -> str:
    return SCRIPT["page"](ran(number))


@cache
def jupyter(number: str) -> str:
    return SCRIPT["jupyter"](ran(number))


def tables(number: str) -> Mapping[str, pd.DataFrame]:
    """The data frames of a notebook by name."""
    return {name: value for name, value in ran(number).defined.items() if isinstance(value, pd.DataFrame)}


def cells(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef):
            yield node


def draws(number: str) -> list[str]:
    return [word for name, value in GIVEN[number].items() for word in (f"--{name}", str(value))]


def test_there_are_six() -> None:
    assert list(NOTEBOOKS) == list("123456")


@pytest.mark.parametrize("number", NOTEBOOKS)
def test_it_runs_and_its_tables_hold_something(number: str) -> None:
    found = tables(number)
    assert found
    empty = {(number, name) for name, frame in found.items() if frame.empty}
    assert empty - MAY_BE_EMPTY == set()
    for frame in found.values():
        assert not any("_" in str(name) for name in frame.columns)


@pytest.mark.parametrize("number", NOTEBOOKS)
def test_its_cells_call_and_hold_no_logic(number: str) -> None:
    for cell in cells(NOTEBOOKS[number]):
        imports = [n for n in ast.walk(cell) if isinstance(n, ast.Import | ast.ImportFrom)]
        names = {n.module if isinstance(n, ast.ImportFrom) else alias.name for n in imports for alias in n.names}
        assert {str(name).split(".")[0] for name in names} <= PACKAGES
        if not imports:
            *steps, back = cell.body
            lines = sum((s.end_lineno or 0) - s.lineno + 1 for s in steps)
            assert lines <= LONGEST_CELL, ast.unparse(cell)
            assert isinstance(back, ast.Return)
        inside = [n for part in cell.body for n in ast.walk(part) if isinstance(n, LOGIC)]
        assert [n for n in inside if not (isinstance(n, ast.BinOp) and isinstance(n.op, JOINED))] == []


def test_logic_in_a_cell_is_seen() -> None:
    cell = ast.parse("def _(rows):\n    shown = [r for r in rows]\n    return")
    assert any(isinstance(node, LOGIC) for node in ast.walk(cell.body[0].body[0]))  # type: ignore[attr-defined]


@pytest.mark.parametrize("number", NOTEBOOKS)
def test_marimo_has_nothing_to_mend(number: str) -> None:
    """Signatures and returns are as marimo writes them, so that opening a notebook changes nothing."""
    from marimo._ast.app import InternalApp
    from marimo._convert.converters import MarimoConvert

    path = NOTEBOOKS[number]
    written = MarimoConvert.from_ir(InternalApp(SCRIPT["load"](path)).to_ir()).to_py()
    assert written == path.read_text(encoding="utf-8")


def same(frame: pd.DataFrame, rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> None:
    """A table of a notebook holds the numbers of a command's rows, in their order, as exact as their interval."""
    assert len(frame) == len(rows) > 0
    for heading, key in columns.items():
        for shown, row in zip(frame[heading], rows, strict=True):
            value = row[key]
            if key == "year":
                assert shown == str(value)
            elif value is None:
                assert pd.isna(shown), heading
            elif isinstance(value, str | bool):
                assert shown == value, heading
            else:
                rounded = 0.51 * 10 ** -decimals_for(row.get("low") or 0.0, row.get("high") or 0.0)
                assert shown == pytest.approx(value, rel=6e-3, abs=rounded if row.get("low") is not None else 6e-5)


def test_the_overview_is_that_of_the_command(shell: Shell) -> None:
    found = shell("overview", "--format", "json").json("overview")
    areas = [{**a, "name": a["name_sv"]} for a in found["areas"]]
    same(tables("1")["areas"], areas, {"Vårdområde": "name", "Steg": "step", "Beslutade enheter": "units_decided"})
    permits = [{"area": a["name_sv"], **h} for a in found["areas"] for h in a["holders"]]
    same(tables("1")["holders"], permits, {"Vårdområde": "area", "Från": "valid_from"})


def test_the_run_is_that_of_the_command(shell: Shell) -> None:
    rows = shell("run", "hocm", *draws("2"), "--format", "json").json("run")["effects"]
    assert ran("2").defined["effects"] == rows
    names = names_in(ran("2").defined["system"], "sv")
    shown = {(r["hospital"], load_measures()[r["measure"]].short["sv"]): r for r in rows
             if r["year"] == 1 and "hospital" in r and r["reading"] == "main"}  # fmt: skip
    table = tables("2")["table"]
    lines = table[table["Var"].isin([names[h] for h, _ in shown])]
    by_name = {(names[h], m): r for (h, m), r in shown.items()}
    wanted = [by_name[key] for key in zip(lines["Var"], lines["Mått"], strict=True)]
    same(
        lines, wanted, {"Utan": "baseline", "Effekt": "effect", "Låg": "low", "Hög": "high", "Antaget": "assumed_share"}
    )


def test_the_comparison_is_that_of_the_command(shell: Shell) -> None:
    ran("2").defined["result"].save(shell.folder / "a.nc")
    ran("2").defined["own_result"].save(shell.folder / "b.nc")
    rows = shell("compare", "a.nc", "b.nc", "--no-rerun", "--format", "json").json("compare")["rows"]
    found = [{k: r[k] for k in ("measure", "a", "b", "difference", "low", "high")} for r in rows]
    assert [{k: r[k] for k in found[0]} for r in ran("2").defined["differences"]] == found


def test_the_dependencies_are_those_of_the_commands(shell: Shell) -> None:
    numbers = {"Värde": "value", "Låg": "low", "Hög": "high"}
    area = shell("data", "area", "hocm", "--format", "json").json("data-area")["area"]
    same(tables("3")["required"], area["requires"], {"Kompetens": "name", **numbers})
    same(tables("3")["needed_by"], area["needed_by"], {"Vårdområde": "name", "Skäl": "reason", **numbers})
    hospital = shell("data", "hospital", "nus", "--format", "json").json("data-hospital")["hospital"]
    same(tables("3")["staff"], hospital["staff"], {**numbers, "Marginal i dag": "margin"})


def test_what_was_accumulated_is_that_of_the_command(shell: Shell) -> None:
    found = shell("accumulate", *draws("4"), "--format", "json").json("accumulate")
    same(tables("4")["concentrated"], found["concentrated"], {"År": "year", "Patienter i dem": "patients"})
    accumulated = ran("4").defined["accumulated"]
    assert accumulated == found["effects"][: len(accumulated)]  # first those of the reading that the notebook shows
    assert len(accumulated) > 1000


def test_the_baseline_study_is_that_of_the_command(shell: Shell) -> None:
    rows = shell("baseline", *draws("5"), "--format", "json").json("baseline")["indicators"]
    nation = [r for r in rows if (r["of"], r["age"]) == ("national", "all")]
    same(tables("5")["nation"], nation, {"Indikator": "name", "Värde": "value", "Låg": "low", "Hög": "high"})


def test_the_source_is_that_of_the_command(shell: Shell) -> None:
    found = shell("data", "source", ran("6").defined["source"], "--format", "json").json("data-source")["source"]
    numbers = {"Värde": "value", "Låg": "low", "Hög": "high", "Källa i ord": "citation"}
    same(tables("6")["numbers"], found["numbers"], numbers)


@pytest.mark.parametrize("number", NOTEBOOKS)
def test_it_is_exported_for_jupyter(number: str) -> None:
    book = nbformat.reads(jupyter(number), as_version=4)
    nbformat.validate(book)
    shown = [out.data["text/html"] for cell in book.cells for out in cell.get("outputs", ())]
    assert len([s for s in shown if "<table" in s]) >= min(len(tables(number)), 2)
    assert not any("<marimo-" in s or OUTSIDE.search(s) for s in shown)


def test_the_jupyter_notebook_runs_from_top_to_bottom() -> None:
    names: dict[str, Any] = {}
    for cell in nbformat.reads(jupyter("1"), as_version=4).cells:
        if cell.cell_type == "code":
            exec(compile(cell.source, "cell", "exec"), names)  # noqa: S102 - the project's own notebook
    assert names["gaps"].equals(tables("1")["gaps"])


@pytest.mark.parametrize("number", NOTEBOOKS)
def test_its_page_asks_for_nothing(number: str) -> None:
    content = page(number)
    assert "<marimo-" not in content
    assert not OUTSIDE.search(content)
    assert "Kod</summary>" in content


def test_the_pages_open_without_a_network_or_a_complaint(tmp_path: Path) -> None:
    with opened() as context:
        for number in NOTEBOOKS:
            file = tmp_path / f"{number}.html"
            file.write_text(page(number), encoding="utf-8")
            found = context.new_page()
            found.goto(file.as_uri())
            assert found.locator("table").count() >= len(tables(number)) - 1
            if number == "3":
                found.frame_locator("iframe").first.locator("canvas").wait_for(timeout=20_000)
            found.close()
        assert context.outside == []
        assert context.complaints == []


def test_what_no_page_can_hold_is_refused() -> None:
    with pytest.raises(TypeError, match="a cell shows dict"):
        SCRIPT["markup"]({"a": 1})


def test_the_script_says_how_it_is_used(capsys: pytest.CaptureFixture[str]) -> None:
    assert SCRIPT["main"]([]) == 2
    assert "export_notebooks.py FOLDER" in capsys.readouterr().out


def test_the_script_exports_what_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert SCRIPT["main"]([str(tmp_path / "new"), "1_"]) == 0
    files = sorted(p.name for p in (tmp_path / "new").iterdir())
    assert files == ["1_system_at_a_glance.html", "1_system_at_a_glance.ipynb"]
    assert len(capsys.readouterr().out.splitlines()) == 2
    assert "marimo" in sys.modules

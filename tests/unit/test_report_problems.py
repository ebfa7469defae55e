"""What is wrong with a report in Swedish: every message of the reader has a translation, and reads as a sentence."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from graph_schema import Problem
from interface.report_problems import cell_problems, in_words
from tests.reports import excel, problems_of, text_report
from tests.small_system import small_system

pytestmark = pytest.mark.unit
LOADERS = Path(__file__).resolve().parents[2] / "loaders" / "followup"
FILES = ("decimals", "report_rows", "sheets", "sums")
ENGLISH = re.compile(r"\b(the|not|write|missing|column|row|cell|is|and|outside|of|with)\b")
FILLED = {
    "self.kind": "Region", "WORDS[other]": "decimal comma", "WORDS[usual]": "decimal point",
    "', '.join(allowed)": "yes, ja, no", "measure.units['en']": "days", "wrong[cell.data_type][0]": "a formula",
    "rule": "a date",
}  # fmt: skip


def strings(node: ast.AST) -> list[str]:
    """Constants and f-strings below a node, braces filled with a word."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.JoinedStr):
        parts = [
            str(p.value) if isinstance(p, ast.Constant) else FILLED.get(ast.unparse(p.value), "3")
            for p in node.values
            if isinstance(p, ast.Constant | ast.FormattedValue)
        ]
        return ["".join(parts)]
    if isinstance(node, ast.IfExp):
        return [*strings(node.body), *strings(node.orelse)]
    return []


def messages() -> set[str]:
    """What the reader says is wrong and what to do, read from its code."""
    found: set[str] = set()
    for name in FILES:
        for node in ast.walk(ast.parse((LOADERS / f"{name}.py").read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                if called in {"problem", "_missing"}:
                    found |= {s for a in node.args for s in strings(a)}
                elif called == "Problem":
                    found |= {s for a in node.args[4:] for s in strings(a)}
            elif isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in {"rule", "remedy", "hint"}:
                found |= set(strings(node.value))
    return found - {"subject", "area", "source", "3"}


def test_every_message_of_the_reader_has_a_translation() -> None:
    found = messages()
    assert len(found) > 50
    untranslated = {m for m in found if in_words(m, "sv") == m and m != "not UTF-8"}
    assert untranslated == set()
    assert {in_words(m, "en") for m in found} == found


def test_problems_are_told_by_cell_in_swedish(tmp_path: Path) -> None:
    lines = ["liver,nowhere,2024,patients,5", "liver,middle,2024,studies,4,,3", "liver,middle,2024,patients,1.5"]
    told = cell_problems(problems_of(text_report(tmp_path, *lines), small_system()), "sv")
    assert [(p.place, p.content) for p in told] == [
        ("rad 2, Enhet", "nowhere"), ("rad 3, Månad", "3"), ("rad 4, Värde", "1.5"),
    ]  # fmt: skip
    assert [p.rule for p in told] == [
        "inget sjukhus heter så", "måttet ”studier” delas inte upp på Månad", "inte ett helt antal patienter",
    ]  # fmt: skip
    rows = [["liver", "middle", 2024, "patients", "=1+1"], ["liver", "middle", 2024, "treated", -3]]
    told = cell_problems(problems_of(excel(tmp_path, rows), small_system()), "sv")
    assert [p.place for p in told] == ["E2, Värde", "E3, Värde"]
    assert told[0].rule == "innehåller en formel"
    assert told[1].rule == "utanför 0 till 100000 patienter"
    for p in told:
        assert not ENGLISH.search(p.rule + p.remedy)


def test_sums_and_repeated_rows_name_their_cells(tmp_path: Path) -> None:
    lines = ["liver,middle,2024,patients,5", "liver,middle,2024,patients,4,n", "liver,middle,2024,patients,4,m",
             "liver,middle,2023,patients,4", "liver,middle,2023,patients,4"]  # fmt: skip
    told = cell_problems(problems_of(text_report(tmp_path, *lines), small_system()), "sv")
    assert {p.rule for p in told} == {
        "mindre än summan 8 av sina delar efter Hemregion (rad 3, rad 4)", "står redan i rad 5",
    }  # fmt: skip


def test_long_content_is_cut_and_a_file_without_cells_is_named() -> None:
    (told,) = cell_problems([Problem("r.csv", None, None, "x" * 200, "not UTF-8", "shorten it")], "en")
    assert told.place == "r.csv"
    assert len(told.content) == 81

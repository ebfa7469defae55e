"""Reports: what is written, taken in and read back is the same; what is hidden cannot be reckoned back."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from impact.followup.masking import hidden_cells
from loaders.followup import ReportRow, Store, import_report, load_measures, standing_rows, write_template
from loaders.followup.registry import Measure, Template
from tests.reports import NOW
from tests.small_system import small_system

pytestmark = pytest.mark.property
SYSTEM = small_system()
LEVELS = ("C", "L", "N", "P", "S")
WORDS = st.text(st.characters(categories=LEVELS, exclude_characters="\0"), min_size=1, max_size=12).map(str.strip)
READABLE = WORDS.filter(lambda w: w.isprintable() and bool(w) and w.casefold() not in ("utgår", "withdrawn"))
DIVIDED = {
    "month": st.sampled_from(["", "1", "12"]), "home_region": st.sampled_from(["", "n", "m", "unknown", "abroad"]),
    "sex": st.sampled_from(["", "woman", "man"]), "age": st.sampled_from(["", "child", "adult"]),
}  # fmt: skip


def values(measure: Measure) -> st.SearchStrategy[float | str | None]:
    if measure.kind == "choice":
        return st.sampled_from(measure.choices)
    if measure.kind == "text":
        return READABLE
    whole = st.integers(0, 99).map(float)
    tenths = st.integers(0, 999).map(lambda v: v / 10)
    return st.one_of(st.none(), whole if measure.kind == "count" else tenths)


@st.composite
def rows(draw: st.DrawFn, template: Template) -> ReportRow:
    measure = draw(st.sampled_from([m for m in load_measures().values() if m.template == template]))
    of_competence = measure.subject == "competence"
    words = READABLE if measure.subject else st.one_of(st.just(""), READABLE)
    return ReportRow(
        area="" if of_competence else draw(st.sampled_from(["liver", "heart"])),
        hospital=draw(st.sampled_from(["north", "middle", "south"])), year=draw(st.integers(1990, 2025)),
        measure=measure.id, value=draw(values(measure)),
        subject=draw(st.sampled_from(["surgery", "cardiology"])) if of_competence else draw(words),
        source=draw(READABLE) if template == "adjacent" else "",
        role=draw(st.sampled_from(["", "holder", "refused"])) if template == "adjacent" else "",
        note=draw(st.one_of(st.just(""), READABLE)),
        **{name: draw(DIVIDED[name]) for name in measure.breakdowns if template == "permit" or name == "month"},
    )  # fmt: skip


def sound(found: list[ReportRow]) -> list[ReportRow]:
    """Without what a report may not hold: a key twice, a whole beside its parts."""
    wholes = {"patients", "treated", "assessed_only", "diverted"}
    return [r for r in {r.key: r for r in found}.values() if r.measure not in wholes or r.sex]


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
@pytest.mark.parametrize("template", ["permit", "adjacent"])
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(data=st.data())
def test_what_is_taken_in_is_read_back(template: Template, suffix: str, data: st.DataObject) -> None:
    found = sound(data.draw(st.lists(rows(template), min_size=1, max_size=6)))
    if not found:
        return
    with tempfile.TemporaryDirectory() as folder:
        path, store = Path(folder) / f"report{suffix}", Store(Path(folder) / "store")
        write_template(path, template, SYSTEM, data.draw(st.sampled_from(["sv", "en"])), filled=found)
        done = import_report(store, path, SYSTEM, "A", NOW)
        assert done.rows == len(found)
        standing = [s.row for s in standing_rows(store).values()]
        assert standing == [r for r in found if r.value is not None]
        assert import_report(store, path, SYSTEM, "B", NOW).version is None


@given(st.lists(st.integers(0, 40), max_size=8), st.integers(0, 12))
def test_no_hidden_cell_is_known_from_the_sum_and_the_rest(cells: list[int], least: int) -> None:
    table = dict(enumerate(map(float, cells)))
    hidden = hidden_cells(table, least)
    assert {k for k, v in table.items() if v < least} <= hidden
    if hidden and len(hidden) < len(table):
        assert len(hidden) >= 2
        assert sum(table[k] for k in hidden) >= least
    if not any(v < least for v in table.values()):
        assert not hidden

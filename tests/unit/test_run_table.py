"""Long questions are resumed from the runs that are done: the same answer bit for bit; what fails is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from graph_schema import SettingError
from impact import Settings
from impact.questions import accumulate as accumulate_module
from impact.questions import screen_runs
from impact.questions.accumulate import accumulate
from impact.questions.accumulated_rows import accumulated_rows, timeline_rows
from impact.questions.floors import Floor, floors_of
from impact.questions.headroom import HeadroomSettings, headroom
from impact.questions.outages import Bench
from impact.questions.pipeline_runs import PipelineRuns
from impact.questions.repair import RepairSettings, repair
from impact.questions.repair_runs import VariantRuns
from impact.questions.run_table import Form, RunFailure, RunTable, fields_of
from impact.questions.screen import screen
from impact.questions.screen_runs import ScreenSettings
from impact.questions.stress import event_row, kept_losses, pair_rows
from impact.questions.stress_cases import cases_of
from scenarios import parse_scenario
from tests.small_system import GIVEN, small_system

pytestmark = pytest.mark.unit

ABOUT = {"seed": 1}
TODAY = date(2025, 12, 31)
Ask = Callable[[RunTable], Any]
NUMBERS: Form[float] = Form(lambda value: {"x": value}, lambda arrays: float(arrays["x"]))


def ask_accumulate(table: RunTable) -> Any:
    system = small_system()
    found = accumulate(system, None, Settings(draws=120, years=2, workers=1), table=table)
    rows = [accumulated_rows(result, system) for result in found.readings.values()]
    return rows, timeline_rows(found.timeline, system, ("north", "middle", "south")), found.moved.tolist()


def ask_headroom(table: RunTable) -> Any:
    floor = Floor("a", "university", "research_caseload", "absolute", "at_least", is_hard=True, threshold=20)
    settings = HeadroomSettings(alpha=0.3, draws=6, years=2)  # the one decision under way breaks it in the north
    return headroom(small_system(), (floor,), TODAY, None, settings, table=table)


def ask_repair(table: RunTable) -> Any:
    system = small_system()
    scenario = parse_scenario(GIVEN.encode(), "x")
    return repair(system, scenario, TODAY, floors_of(system), None, RepairSettings(alpha=0.0, draws=6, years=2),
                  table=table)  # fmt: skip


def ask_screen(table: RunTable) -> Any:
    return screen(small_system(), settings=ScreenSettings(draws=6, years=2, workers=1), table=table)


def ask_stress(table: RunTable) -> Any:
    bench = Bench(small_system(), TODAY, 1, 4, 12)
    cases = cases_of(bench, 12)
    found = [(c, f) for c, f in zip(cases, kept_losses(bench, cases, table, "", 1), strict=True) if f is not None]
    return [event_row(bench, c, f, 20) for c, f in found], pair_rows(bench, found, None, 1, None, table)


@dataclass(frozen=True)
class Question:
    """How it is asked, the methods that a run calls, and which call may fail (0: none)."""

    ask: Ask
    owner: Any
    methods: tuple[str, ...]
    may_fail: int = 3


QUESTIONS: Mapping[str, Question] = {
    "accumulate": Question(ask_accumulate, accumulate_module._Runner, ("run", "step"), 4),
    "headroom": Question(ask_headroom, PipelineRuns, ("outcome",), 0),
    "repair": Question(ask_repair, VariantRuns, ("_tried",)),
    "screen": Question(ask_screen, screen_runs, ("_run_area",)),
    "stress": Question(ask_stress, Bench, ("loss",)),
}


class Calls:
    """Counts the calls of a method; at some of them something is raised instead."""

    def __init__(self, question: Question, monkeypatch: pytest.MonkeyPatch) -> None:
        self.count, self.raised = 0, dict[int, BaseException]()
        for method in question.methods:
            monkeypatch.setattr(question.owner, method, self.counted(getattr(question.owner, method)))

    def counted(self, real: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any, **named: Any) -> Any:
            self.count += 1
            if self.count in self.raised:
                raise self.raised[self.count]
            return real(*arguments, **named)

        return called


@pytest.mark.parametrize("name", QUESTIONS)
def test_interrupted_and_resumed_is_as_if_never_interrupted(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    question, path = QUESTIONS[name], tmp_path / "x.runs"
    calls = Calls(question, monkeypatch)
    whole = question.ask(RunTable())
    in_all = calls.count
    assert in_all >= 3
    stop = in_all // 2 + 1
    calls.count, calls.raised = 0, {stop: KeyboardInterrupt()}
    with pytest.raises(KeyboardInterrupt), RunTable(ABOUT, (path, False)) as table:
        question.ask(table)
    assert path.is_file()
    with pytest.raises(SettingError, match="another dataset, version or choice of options"):
        RunTable({"seed": 2}, (path, True))
    calls.count, calls.raised = 0, {}
    with RunTable(ABOUT, (path, True)) as table:
        again = question.ask(table)
    assert again == whole
    assert calls.count < in_all  # what was done is not done again; a thread may have ended a run after the stop
    assert not path.exists()  # the work is done


@pytest.mark.parametrize("name", [n for n, q in QUESTIONS.items() if q.may_fail])
def test_a_run_that_fails_is_told_and_the_rest_is_answered(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    question = QUESTIONS[name]
    calls = Calls(question, monkeypatch)
    calls.raised = {question.may_fail: FloatingPointError("no number")}
    table = RunTable()
    answer = question.ask(table)
    (failed,) = table.failed
    assert failed["error"] == "FloatingPointError: no number"
    assert failed["run"]
    if isinstance(answer, dict):
        assert answer["failed_runs"] == table.failed
    calls.raised = {}
    assert answer != question.ask(RunTable())  # what failed is missing


def test_a_needed_run_that_fails_stops_the_answer_and_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    question, path = QUESTIONS["headroom"], tmp_path / "x.runs"
    calls = Calls(question, monkeypatch)
    whole = question.ask(RunTable())
    calls.count, calls.raised = 0, {2: FloatingPointError("no number")}
    with pytest.raises(RunFailure, match=r"'first 1' failed .*no number"), RunTable(ABOUT, (path, False)) as table:
        question.ask(table)
    calls.raised = {}
    with RunTable(ABOUT, (path, True)) as table:
        assert question.ask(table) == whole


def test_a_failing_run_of_the_search_leaves_the_set_open(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = Calls(QUESTIONS["headroom"], monkeypatch)
    areas = len(ask_headroom(RunTable())["pipeline"])
    calls.count, calls.raised = 0, {areas + 2: FloatingPointError("no number")}
    found = ask_headroom(RunTable())
    assert len(found["failed_runs"]) == 1
    assert [row["smallest_breaking_set"] for row in found["rows"] if row["exact"] is False]


def test_values_come_back_to_the_last_bit(tmp_path: Path) -> None:
    @dataclass(frozen=True)
    class Found:
        values: Any
        flags: Any
        place: int

    rng = np.random.default_rng(1)
    value = Found(rng.random((3, 4, 5)).transpose(2, 0, 1)[::2], rng.random(4) > 0.5, -1)
    path, form = tmp_path / "x.runs", fields_of(Found)
    table = RunTable(ABOUT, (path, False))
    first = table.run("a | b", lambda: value, form)
    with pytest.raises(KeyError), table:
        raise KeyError
    again = RunTable(ABOUT, (path, True)).run("a | b", lambda: pytest.fail("done before"), form)
    for found in (first, again):
        np.testing.assert_array_equal(found.values, value.values)
        assert found.values.flags.c_contiguous
        assert found.flags.dtype == np.bool_
        assert found.place == -1


def test_without_a_file_nothing_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with RunTable() as table:
        assert table.run("a", lambda: 1.0, NUMBERS) == 1
        assert table.run("a", lambda: 2.0, NUMBERS) == 2
    with pytest.raises(RuntimeError), table:
        raise RuntimeError
    assert list(tmp_path.iterdir()) == []

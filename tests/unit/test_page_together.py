"""The questions of the page Samlat, without a screen: answers, steps, Stop, what may be chosen of an answer."""

from __future__ import annotations

import re
import shlex
from dataclasses import replace
from typing import Any, cast

import pytest
from typer.testing import CliRunner

from graph_schema import StoreError
from impact import Settings
from impact.questions.accumulate import accumulate
from impact.questions.still_to_come import run_pipeline
from impact.questions.what_if import what_if
from interface.application import app
from interface.page.service.answered import opened_answer
from interface.page.service.job import Job, Stopped
from interface.page.service.question import today_of
from interface.page.service.together import (
    KINDS,
    Asked,
    AskedGrowth,
    AskedHeadroom,
    AskedShares,
    as_on_page,
    hospitals_by_place,
)
from interface.page.service.together_pictures import (
    coming_words,
    drawn_pairs,
    drawn_shares,
    hospitals_in,
    measures_grown,
    measures_of_pairs,
    measures_shared,
    thresholds,
    years_in,
)
from scenarios import course_of, parse_scenario
from tests.drawn import NOTHING_KNOWN, PAIRED, grown, mapped_system, shared
from tests.small_system import CONCENTRATE

TWO_UNITS = parse_scenario(CONCENTRATE.encode(), "x")
ASKED: tuple[Asked, ...] = (
    AskedGrowth(draws=4, years=2), AskedShares(draws=4, years=2), AskedHeadroom(draws=4, years=2, search=True),
)  # fmt: skip
IDS = ("accumulate", "attribute", "headroom")


@pytest.mark.parametrize("asked", ASKED, ids=IDS)
def test_steps_go_up_to_all_of_them(asked: Asked) -> None:
    steps: list[tuple[int, int]] = []
    asked.answer(mapped_system(), NOTHING_KNOWN, lambda done, total: steps.append((done, total)))
    done = [d for d, _ in steps]
    assert done == sorted(done)
    assert len(steps) >= 2
    assert steps[-1][0] == steps[-1][1]
    assert all(d <= total for d, total in steps)


def test_a_run_tells_every_step_that_it_promises() -> None:
    system, settings = mapped_system(), Settings(draws=4, years=2, workers=1)
    for ask in (
        lambda tell: accumulate(system, None, settings, tell),
        lambda tell: run_pipeline(system, None, settings, 2, tell),
        lambda tell: what_if(system, course_of(TWO_UNITS, system, today_of(system)), settings, tell),
    ):
        steps: list[tuple[int, int]] = []
        ask(lambda done, total, steps=steps: steps.append((done, total)))
        assert [done for done, _ in steps] == list(range(1, steps[0][1] + 1))


@pytest.mark.parametrize("after", [1, 2])
@pytest.mark.parametrize("asked", ASKED, ids=IDS)
def test_stop_ends_the_work_at_the_next_step(asked: Asked, after: int) -> None:
    steps: list[int] = []

    def work(progress: Any) -> None:
        def told(done: int, total: int) -> None:
            steps.append(done)
            if len(steps) >= after:
                job.stop()
            progress(done, total)

        asked.answer(mapped_system(), NOTHING_KNOWN, told)

    job = Job(work)
    with pytest.raises(Stopped):
        job.result()
    assert len(steps) <= after + 2  # a thread beside may have been at a step of its own


def test_what_an_answer_depends_on_is_in_its_key() -> None:
    system = mapped_system()
    for asked in ASKED:
        changes: list[dict[str, Any]] = [{"seed": 2}, {"draws": 5}, {"hospital": "north"}]
        others = [replace(cast(Any, asked), **change) for change in changes]
        keys = {asked.key(system), *(o.key(system) for o in others)}
        assert len(keys) == 4
    assert len({a.key(system) for a in ASKED}) == 3


@pytest.mark.parametrize("asked", [
    AskedGrowth("nus", 2, draws=7),
    AskedShares(clusters=True, split=True, test_pairs=True, seed=0),
    AskedShares("nus", pairs=False, split=False),
    AskedHeadroom("nus", 0.25, 3, search=True),
    AskedHeadroom(search=False),
])  # fmt: skip
def test_the_question_as_it_is_typed_is_one_that_the_command_knows(asked: Asked) -> None:
    words = shlex.split(asked.typed)
    assert words[0] == "randzon"
    told = CliRunner().invoke(app, [words[1], "--help"]).output
    for flag in (w for w in words if w.startswith("--")):
        assert re.search(rf"{flag}\b", told), flag
    assert f"--seed {asked.seed}" in asked.typed
    assert f"--draws {asked.draws}" in asked.typed


def test_hospitals_stand_north_to_south_university_hospitals_first() -> None:
    assert list(hospitals_by_place(mapped_system(), "sv")) == ["north", "middle", "south"]


def test_what_may_be_chosen_of_an_answer_is_what_it_holds() -> None:
    assert PAIRED in measures_shared(shared(), "sv", 2, "north")
    assert list(measures_of_pairs(shared(), "sv", 2, "north")) == [PAIRED]
    assert measures_of_pairs(shared(), "sv", 2, "south") == {}
    assert list(hospitals_in(shared(), "last_in_gap", "sv")) == ["north", "middle", "south"]
    assert years_in(shared()) == {0: 2025, 2: 2027}
    assert "research_caseload" in measures_grown(grown(), "sv", "north")
    found = thresholds(shared(), "sv", 2, PAIRED)
    assert list(found) == [0.0, 0.5, 1.0]  # half of the largest is 1; a quarter is what is drawn at first
    assert found[0.0] == "alla par"
    assert found[0.5].startswith("från 0,50 ")
    assert "drawn" not in coming_words(grown(), "sv")
    assert "Hjärtvård" in coming_words(grown(), "sv")
    for found_picture in (drawn_pairs(shared(), "sv", PAIRED, 2, 0.0), drawn_shares(shared(), "sv", PAIRED, 2, 9)):
        assert "Norra sjukhuset" in found_picture.image


def test_the_page_masks_small_counts_and_names_no_options() -> None:
    answer = AskedGrowth(draws=4, years=2).answer(mapped_system(), NOTHING_KNOWN, lambda *_: None)
    plain, masked = (as_on_page(answer, n).markup("sv") for n in (0, 10_000))
    assert "--pipeline-units" in answer.markup("sv")
    assert "--" not in plain
    assert "forskningsunderlag, pat./år" in plain
    assert len(as_on_page(answer, 0, show_all=True).markup("sv")) > len(plain)
    assert "färre än 10000" in masked
    assert "färre än" not in plain
    patients = [r["patients"] for r in answer.document["concentrated"] if r["patients"] > 0]
    assert patients
    assert "mask" not in answer.document["answer"]["shown"]


def test_only_answers_of_the_page_are_opened() -> None:
    for asked in ASKED:
        answer = asked.answer(mapped_system(), NOTHING_KNOWN, lambda *_: None)
        again = opened_answer("a.json", answer.json_file, KINDS)
        assert again.document == answer.document
        assert again.markup("en")
    with pytest.raises(StoreError, match=r"b\.json"):
        opened_answer("b.json", b'{"answer": {"command": "run", "format": 1}}', KINDS)

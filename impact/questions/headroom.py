"""Headroom: how many more concentrations a hospital takes before it falls below a hard floor."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from graph_schema import CareSystem, SettingError
from impact.questions.breaking_sets import smallest_breaking_set
from impact.questions.floor_watch import FloorRow, Outcome
from impact.questions.floors import Floor
from impact.questions.headroom_rows import HeadroomRows
from impact.questions.pipeline import PipelineArea, order_ranks, pipeline
from impact.questions.pipeline_runs import PipelineRuns
from impact.questions.run_table import RunFailure, RunTable, fields_of
from impact.questions.set_runs import SetRuns

__all__ = ["SEARCH_DRAWS", "HeadroomSettings", "headroom"]

SEARCH_DRAWS = 50
OUTCOME = fields_of(Outcome)
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class HeadroomSettings:
    """How headroom is found.

    Attributes
    ----------
    alpha
        Largest probability of being below a floor that is put up with.
    units
        To how many units every area goes; None: as decided, else as proposed, else 2.
    search
        Also look for the smallest set of decisions that breaks a floor.
    """

    alpha: float = 0.1
    units: int | None = None
    seed: int = 1
    draws: int = 200
    years: int = 10
    workers: int = 1
    search: bool = True

    def check(self) -> None:
        """Raise SettingError where a setting is impossible."""
        limits = (("alpha", self.alpha, 0, 0.99), ("draws", self.draws, 2, 1_000_000), ("years", self.years, 1, 60),
                  ("units", 1 if self.units is None else self.units, 1, 5), ("seed", self.seed, 0, 2**63),
                  ("workers", self.workers, 1, 256))  # fmt: skip
        for name, value, low, high in limits:
            if not low <= value <= high:
                raise SettingError(f"{name} = {value}: choose a number from {low} to {high}")


def _rows_of(rows: Sequence[FloorRow], hospital: int) -> list[int]:
    return [r for r, row in enumerate(rows) if row.hospital == hospital]


def _wanted(system: CareSystem, runs: PipelineRuns, hospital: str | None) -> list[int]:
    if hospital is not None:
        return [runs.structure.places.hospital_of[hospital]]
    kinds = {r.key[0]: r.text("kind") for r in system.rows["Hospital"]}
    return [h for h, name in enumerate(runs.hospitals) if kinds[name] == "university" and _rows_of(runs.rows, h)]


def headroom(
    system: CareSystem,
    floors: Sequence[Floor],
    as_of: date,
    hospital: str | None = None,
    settings: HeadroomSettings | None = None,
    progress: Progress | None = None,
    table: RunTable | None = None,
) -> dict[str, Any]:
    """Return how many decisions of the pipeline each hospital takes before it falls below a hard floor.

    Parameters
    ----------
    system
        A validated system; never changed.
    floors
        The profile (`floors_of`).
    as_of
        Date of today; the decisions act on the day after.
    hospital
        Only this one; all university hospitals if None.
    settings
        Draws, alpha, units; see `HeadroomSettings`.
    progress
        Called with (steps done, steps in all).
    table
        Where runs are kept.

    Returns
    -------
    dict
        ``pipeline`` (areas), ``rows`` (a hospital each) and ``failed_runs``; fields as in the documentation of the
        command. Where a run of the search fails the set of that hospital is None and not exact.

    Raises
    ------
    SettingError
        If a setting is impossible, nothing is under way, or no hard floor holds for the hospital.
    """
    settings = settings or HeadroomSettings()
    settings.check()
    areas = pipeline(system, as_of, settings.units)
    if not areas:
        raise SettingError("no area with providers is in process, tabled or proposed: there is no pipeline to look at")
    done, total = 0, len(areas) + 1

    def step() -> None:
        nonlocal done, total
        done += 1
        total = max(total, done)
        if progress is not None:
            progress(done, total)

    table = table or RunTable()
    runs = _runs(system, areas, floors, as_of, settings, settings.draws)
    wanted = _wanted(system, runs, hospital)
    if not wanted or not all(_rows_of(runs.rows, h) for h in wanted):
        raise SettingError(
            f"no hard floor holds for {hospital or 'any university hospital'}: see floors.csv, or --floors"
        )
    ranks = order_ranks(areas, settings.seed, settings.draws)
    outcomes: list[Outcome] = []
    for number in range(len(areas) + 1):
        inside = ranks < number
        outcomes.append(table.run(f"first {number}", lambda inside=inside: runs.outcome(inside), OUTCOME))
        step()
    answer = HeadroomRows(runs, outcomes, settings.alpha)
    rows = [answer.row(h, _rows_of(runs.rows, h)) for h in wanted]
    few = _runs(system, areas, floors, as_of, settings, min(settings.draws, SEARCH_DRAWS)) if settings.search else None
    if few is not None:
        total += len(areas) + 1
    searched = None if few is None else SetRuns(few, len(areas), step, table)
    full = SetRuns(runs, len(areas), step, table)
    for h, row in zip(wanted, rows, strict=True):
        chosen, exact, below = _verified(searched, full, len(areas), h, row, settings.alpha)
        row["smallest_breaking_set"] = None if chosen is None else [areas[i].area for i in chosen]
        row["p_below_with_set"] = below
        row["exact"] = exact if below is None else exact and below > settings.alpha
    return {"pipeline": [_described(a) for a in areas], "alpha": settings.alpha, "rows": rows,
            "failed_runs": table.failed}  # fmt: skip


def _smallest(
    searched: SetRuns | None, areas: int, hospital: int, row: dict[str, Any], alpha: float
) -> tuple[tuple[int, ...] | None, bool | None]:
    if row["decisions_left"] is None:
        return (), True
    if row["whole_pipeline"]:
        return None, False
    if searched is None:
        return None, None
    return smallest_breaking_set(searched, areas, hospital, alpha, screen=searched.screen, prepare=searched.prepare)


def _verified(
    searched: SetRuns | None, full: SetRuns, areas: int, hospital: int, row: dict[str, Any], alpha: float
) -> tuple[tuple[int, ...] | None, bool | None, float | None]:
    """The smallest set, whether it is exact, P(below) with it on all draws; none where a run fails."""
    try:
        chosen, exact = _smallest(searched, areas, hospital, row, alpha)
        return chosen, exact, float(full(frozenset(chosen))[0][hospital]) if chosen else None
    except RunFailure:
        return None, False, None


def _runs(
    system: CareSystem, areas: Sequence[PipelineArea], floors: Sequence[Floor], as_of: date,
    settings: HeadroomSettings, draws: int,
) -> PipelineRuns:  # fmt: skip
    return PipelineRuns(
        system, areas, floors, as_of, seed=settings.seed, draws=draws, years=settings.years, workers=settings.workers
    )


def _described(area: PipelineArea) -> dict[str, Any]:
    return {
        "area": area.area,
        "units": area.units,
        "units_from": area.units_from,
        "step": area.step or None,
        "providers": len(area.providers),
    }

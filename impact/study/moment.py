"""The modelled system on a date: volumes, flows, levels and operability of that day, in every draw.

The path is the one that a run takes from the start of history to the dataset's own date; it is stopped at the date
asked for. Draws of the same seed are the same for every date, so that two dates can be compared draw by draw.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np

from graph_schema import CareSystem, SettingError
from impact.model.block import Block, prepare
from impact.model.path import State, YearOutcome, follow, opening_state
from impact.model.start import default_start, history_start_of
from impact.model.structure import Phase, Structure, compile_structure
from impact.questions.as_of import SystemAt
from scenarios import Course

__all__ = ["Moment", "check_date", "moments"]

BLOCK = 100


@dataclass(frozen=True)
class Moment:
    """A block of draws on the date.

    Attributes
    ----------
    structure, block
        Compiled system and draws.
    outcome
        Of the period in force on the date, as yearly rates.
    areas
        Indices of the areas that have a unit at work on the date: flows are known for these only.
    """

    structure: Structure
    block: Block
    outcome: YearOutcome
    areas: tuple[int, ...]


def check_date(system: CareSystem, as_of: date) -> None:
    """Raise SettingError where the dataset cannot say how the system stood on a date."""
    last = date.fromisoformat(system.settings["as_of"])
    if as_of > last:
        raise SettingError(f"--as-of {as_of}: the dataset ends {last}; choose that day or an earlier one, "
                           "or 'randzon run' for what may come")  # fmt: skip
    start = history_start_of(system, default_start(system))
    if start is None and as_of < last:
        raise SettingError(f"--as-of {as_of}: the dataset has no history_start, so it is known only as it stands "
                           f"on {last}; choose that day, or add the row history_start to dataset.csv")  # fmt: skip
    if start is not None and as_of < start.replace(year=start.year - 1):
        raise SettingError(f"--as-of {as_of}: the history of the dataset begins {start}; choose a day from "
                           f"{start.replace(year=start.year - 1)} on")  # fmt: skip


def _until(phases: Sequence[Phase], as_of: date) -> list[Phase]:
    """Phases begun by the date; the last one cut off after it."""
    begun = [p for p in phases if p.period.start <= as_of]
    if begun:
        start, end = begun[-1].period.start, min(begun[-1].period.end, as_of + timedelta(days=1))
        year = date(start.year + 1, 1, 1) - date(start.year, 1, 1)
        period = replace(begun[-1].period, end=end, length=(end - start) / year)
        begun[-1] = replace(begun[-1], period=period)
    return begun


def _before_history(structure: Structure, block: Block) -> YearOutcome:
    """The steady state from which history is followed."""
    state = opening_state(structure, block, ())
    still = replace(structure.first, period=replace(structure.first.period, length=1.0))
    outcome, _ = next(follow(structure, block, [still], state))
    return outcome


def _on(structure: Structure, block: Block, as_of: date) -> YearOutcome:
    past, future = structure.without.past, structure.without.future
    phases = _until([*past, *future], as_of)
    if not phases:
        return _before_history(structure, block)
    year = phases[-1].period.year
    state: State = opening_state(structure, block, [p for p in past if p.period.year < year])
    for _, reached in follow(structure, block, [p for p in future if p.period.year < year], state):
        state = reached
    opening, same = state, [p for p in phases if p.period.year == year]
    for _, reached in follow(structure, block, same[:-1], state):
        state = replace(reached, last_year=opening.last_year, year_before=opening.year_before)
    outcome, _ = next(follow(structure, block, same[-1:], state))
    return replace(outcome, load_before=opening.load)


def _at_work(view: SystemAt, structure: Structure) -> tuple[int, ...]:
    begun = {
        area
        for area, permits in view.permits.items()
        for p in permits
        if p.text("role") == "holder" and not p.text("sub_permit") and p.text("valid_from") <= view.as_of
    }
    return tuple(i for i, area in enumerate(structure.activity.areas) if area in begun)


def moments(system: CareSystem, as_of: date, seed: int, draws: int) -> Iterator[Moment]:
    """Yield the modelled system on a date, a block of draws at a time.

    Parameters
    ----------
    system
        A validated system; never changed.
    as_of
        The dataset's own date or an earlier one; before the start of history the system is taken to be steady.
    seed, draws
        Of the numbers drawn; draws at least 2.

    Raises
    ------
    SettingError
        If the dataset cannot say how the system stood on the date.
    """
    check_date(system, as_of)
    last = date.fromisoformat(system.settings["as_of"])
    structure = compile_structure(system, Course(last), 1, default_start(system))
    areas = _at_work(SystemAt(system, as_of.isoformat(), as_of >= last), structure)
    values = structure.table.draw(seed, 0, draws)
    for first in range(0, draws, BLOCK):
        block = prepare(structure, np.ascontiguousarray(values[:, first : first + BLOCK]), ())
        yield Moment(structure, block, _on(structure, block, as_of), areas)

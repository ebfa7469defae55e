"""Decisions as players: who they are, what is attributed to them, and the value of a coalition on a system."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from graph_schema import CareSystem, SettingError
from impact.measures import Measure, load_measures
from impact.model.arrays import Booleans, Floats
from impact.model.block import Block
from impact.model.path import YearOutcome, state_without_decisions
from impact.model.perspectives import other_care_measures
from impact.model.structure import Structure
from impact.model.timeline import area_timelines
from impact.questions.coalition_bank import Source
from impact.questions.coalition_columns import Columns, Worlds, followed
from impact.questions.coalition_orders import CoalitionRun
from impact.questions.coalitions import BLOCK, Coalitions
from impact.questions.floors import Floor, floors_for, floors_of, is_broken
from scenarios import Course

__all__ = ["Cell", "DecidedArea", "Game", "Player", "decided_areas", "players_of"]

OWN = ("redundancy", "own_care")  # perspectives of the decisions' own patients
COUNTED = "number"  # unit of a measure that counts things; sums over things are attributed, largest values are not


@dataclass(frozen=True, slots=True)
class DecidedArea:
    """An area that was decided: from `date` these hospitals hold it."""

    area: str
    date: date
    hospitals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Player:
    """What joins a coalition as one: a decision, or those of a cluster. `areas` are indices of decided areas."""

    id: str
    areas: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure that is attributed: the mean of a hospital's measure, or whether it is below its floor, in a year."""

    hospital: str
    measure: str
    year: int
    statistic: str


def decided_areas(system: CareSystem, as_of: date) -> tuple[DecidedArea, ...]:
    """Return the decided areas in the order of the players of `Coalitions`.

    Parameters
    ----------
    system
        A validated system.
    as_of
        Date of today.
    """
    history = system.settings.get("history_start", "")
    since = date.fromisoformat(history) if history else as_of
    timelines = area_timelines(system, Course(as_of), since, stands=not history, changed=False)
    return tuple(DecidedArea(t.area, t.decided, t.at(max(t.decided, as_of)).hospitals) for t in timelines if t.decided)


def players_of(system: CareSystem, areas: Sequence[DecidedArea], *, clusters: bool) -> tuple[Player, ...]:
    """Return each decision as a player, or the decisions of each cluster (an area without one stands alone)."""
    if not clusters:
        return tuple(Player(a.area, (i,)) for i, a in enumerate(areas))
    names = [system.node(a.area).text("cluster") or a.area for a in areas]
    return tuple(Player(name, tuple(i for i, n in enumerate(names) if n == name)) for name in sorted(set(names)))


def _is_attributed(measure: Measure) -> bool:
    """Whether the decisions share it: a hospital's, a sum, and not of the decisions' own patients."""
    others = measure.perspective not in OWN
    return measure.entity == "hospital" and others and (measure.is_summed or measure.unit == COUNTED)


class Game:
    """The value of any coalition of decided areas, draw by draw.

    Parameters
    ----------
    system
        A validated system; never changed.
    as_of
        Date of today.
    seed, draws, years
        As for `Coalitions`.
    hospitals
        Ids of those looked at, in any order.
    """

    def __init__(
        self, system: CareSystem, as_of: date, seed: int, draws: int, years: int, hospitals: Sequence[str]
    ) -> None:
        self.coalitions = Coalitions(system, as_of, seed, draws, years, own=True)
        structure = self.coalitions.structure
        self.plain = Source(
            "plain",
            [Worlds(structure, structure.without, b, n * BLOCK) for n, b in enumerate(self.coalitions.blocks)],
        )
        self.areas = decided_areas(system, as_of)
        assert tuple(a.area for a in self.areas) == self.coalitions.players
        days = [a.date.toordinal() for a in self.areas]
        self.order = np.argsort(np.array(days, dtype=np.int64), kind="stable")
        self.hospitals = tuple(h for h in structure.places.hospitals if h in set(hospitals))
        if not self.hospitals:
            raise SettingError(f"attribute: no measure is known of {', '.join(hospitals)}; choose another hospital")
        self._where = [structure.places.hospitals.index(h) for h in self.hospitals]
        self._measures = [measure for measure in load_measures().values() if _is_attributed(measure)]
        self._kinds = {r.key[0]: r.text("kind") for r in system.rows["Hospital"]}
        self._floors = floors_of(system)
        tolerance = system.get("parameters", "floor_tolerance")
        quantity = None if tolerance is None else tolerance.quantity("value")
        self._tolerance = 0.0 if quantity is None else quantity.value
        self._none = self._measured_without_decisions()
        known = [i for i in range(len(self._measures)) if np.isfinite(self._none[:, i]).all()]
        self._measures = [self._measures[i] for i in known]
        self._none = self._none[:, known]
        self.years_measured = tuple(sorted({0, 1, years - 1, years}))
        self.cells = tuple(self._cells(years))

    def _measured(self, structure: Structure, block: Block, outcome: YearOutcome) -> Floats:
        """Measures of a year of the hospitals looked at; (H, M, N)."""
        focus = np.array(structure.focus, dtype=np.int64)
        found = other_care_measures(structure, block, outcome, focus)
        return np.stack([found[measure.id][self._where] for measure in self._measures], axis=1)

    def _measured_without_decisions(self) -> Floats:
        """Measures with none of the decisions, shares frozen: what relative floors refer to; (H, M, N)."""
        structure = self.coalitions.structure
        parts = [
            self._measured(structure, block, state_without_decisions(structure, block))
            for block in self.coalitions.blocks
        ]
        return np.concatenate(parts, axis=-1)

    def _floors_of(self, hospital: str, measure: str) -> tuple[Floor, ...]:
        return floors_for(self._floors, self._kinds, hospital, measure)

    def _cells(self, years: int) -> list[Cell]:
        """A floor is broken after two years beyond it, so that year 1 is the first that can be judged."""
        found: list[Cell] = []
        for hospital in self.hospitals:
            for measure in self._measures:
                found += [Cell(hospital, measure.id, y, "mean") for y in sorted({0, years})]
                if self._floors_of(hospital, measure.id):
                    found += [Cell(hospital, measure.id, y, "p_below_floor") for y in sorted({1, years})]
        return found

    def _below(self, h: int, i: int, values: Floats, none: Floats) -> Booleans:
        """Whether a floor of a hospital's measure is broken, from two consecutive years of it (2, N); shape (N,).

        `none` are its values with none of the decisions, (N,).
        """
        floors = self._floors_of(self.hospitals[h], self._measures[i].id)
        broken = [is_broken(f, values.T, none, self._tolerance)[:, 1] for f in floors]
        return np.logical_or.reduce(broken)

    def _read(self, found: Floats, none: Floats) -> Floats:
        """Measures (years, H, M, N), and with none of the decisions (H, M, N), to the cells, shape (cells, N)."""
        rows: list[Floats] = []
        place = {h: i for i, h in enumerate(self.hospitals)}
        index = {measure.id: i for i, measure in enumerate(self._measures)}
        year = {y: k for k, y in enumerate(self.years_measured)}
        for cell in self.cells:
            h, i = place[cell.hospital], index[cell.measure]
            own = found[:, h, i]
            if cell.statistic == "mean":
                rows.append(own[year[cell.year]])
            else:
                two = own[[year[cell.year - 1], year[cell.year]]]
                rows.append(self._below(h, i, two, none[h, i]).astype(np.float64))
        return np.stack(rows)

    def value(self, worlds: Worlds, columns: Columns) -> Floats:
        """Return the cells of columns of one block, shape (cells, K)."""
        parts = [
            self._measured(worlds.structure, block, outcome)[..., group]
            for block, outcome, group in followed(worlds, columns, self.years_measured)
        ]
        return self._read(np.stack(parts), self._none[..., worlds.offset + columns.draw])

    def of_players(self, run: CoalitionRun, players: Sequence[Player]) -> CoalitionRun:
        """Return a run of players as one of areas."""
        owner = np.zeros(len(self.areas), dtype=np.int64)
        for p, player in enumerate(players):
            owner[list(player.areas)] = p
        return replace(run, inside=run.inside[owner], drawn=None if run.drawn is None else run.drawn[owner])

"""Runs of sets of decisions, remembered: P(below) and excess of each hospital, and a screen of sets of three."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations

import numpy as np

from impact.model.arrays import Floats
from impact.questions.floor_watch import Outcome
from impact.questions.floors import is_beyond
from impact.questions.pipeline_runs import PipelineRuns
from impact.questions.run_table import RunTable, fields_of
from impact.questions.threads import map_in_threads

__all__ = ["SetRuns"]

OUTCOME = fields_of(Outcome)
CHUNK = 8  # runs between two steps of the progress, for each worker


class SetRuns:
    """Evaluates sets of decisions on the same draws and remembers them, so that several hospitals share the work.

    Parameters
    ----------
    runs
        The pipeline.
    decisions
        Number of decisions in it.
    step
        Called after each run.
    table
        Where runs are kept.
    """

    def __init__(
        self, runs: PipelineRuns, decisions: int, step: Callable[[], None], table: RunTable | None = None
    ) -> None:
        self._table = table or RunTable()
        self.runs, self.decisions, self.step = runs, decisions, step
        self._known: dict[frozenset[int], Outcome] = {}
        self._hospital = np.array([row.hospital for row in runs.rows])
        self._before = runs.before

    def _run(self, chosen: frozenset[int]) -> Outcome:
        inside = np.zeros((self.decisions, self.runs.draws), dtype=np.bool_)
        inside[list(chosen)] = True
        key = f"set {'+'.join(map(str, sorted(chosen)))} {self.runs.draws}"
        return self._table.run(key, lambda: self.runs.outcome(inside), OUTCOME)

    def prepare(self, sets: Iterable[frozenset[int]]) -> None:
        """Run the sets that are not known, several at a time."""
        new = [s for s in dict.fromkeys(sets) if s not in self._known]
        size = CHUNK * self.runs.workers
        for first in range(0, len(new), size):
            part = new[first : first + size]
            for chosen, outcome in zip(part, map_in_threads(self.runs.workers, self._run, part), strict=True):
                self._known[chosen] = outcome
                self.step()

    def outcome(self, chosen: Iterable[int]) -> Outcome:
        """Return what a set of decisions does to the floors."""
        key = frozenset(chosen)
        self.prepare([key])
        return self._known[key]

    def __call__(self, chosen: frozenset[int]) -> tuple[Floats, Floats]:
        """Return P(below) and the mean excess over the floors of each hospital, shape (hospitals,)."""
        outcome, size = self.outcome(chosen), len(self.runs.hospitals)
        below, excess = np.zeros(size), np.zeros(size)
        for h in np.unique(self._hospital):
            below[h] = float(outcome.broken[self._hospital == h].any(axis=0).mean())
            excess[h] = float(outcome.excess[self._hospital == h].mean())
        return below, excess

    def screen(self, sets: Sequence[frozenset[int]], hospital: int) -> Floats:
        """Return P(below) of sets of three as their singles and pairs add up, draw by draw.

        s(ijk) ≈ s(ij) + s(ik) + s(jk) − s(i) − s(j) − s(k) + s(∅), s the level held against the floor
        (`worst_standing`): wrong only by what three decisions do together beyond what their pairs do.

        Parameters
        ----------
        sets
            Of three decisions; all pairs are run.
        hospital
            Index into the hospitals.

        Returns
        -------
        array, shape (sets,)
        """
        rows = np.flatnonzero(self._hospital == hospital)

        def standing(chosen: Iterable[int]) -> Floats:
            return self.outcome(chosen).standing[rows]

        found = np.empty(len(sets))
        for number, chosen in enumerate(sets):
            pairs = np.sum([standing(p) for p in combinations(sorted(chosen), 2)], axis=0)
            level = pairs - np.sum([standing((d,)) for d in chosen], axis=0) + standing(())
            below = [
                is_beyond(self.runs.rows[r].floor, level[i], self._before[r], self.runs.tolerance)
                for i, r in enumerate(rows)
            ]
            found[number] = float(np.any(below, axis=0).mean())
        return found

"""What is not known that would change the answer: the value of each question before an opinion on a scenario."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import rankdata

from graph_schema import CareSystem, Record, SettingError
from impact.model.arrays import Booleans, Floats
from impact.model.draws import Z95, SlotTable
from impact.questions.floor_breaks import (
    OUTCOME,
    Counting,
    FloorBreaks,
    FloorRuns,
    blocks,
    smaller_university_hospitals,
)
from impact.questions.grade_shares import assumed_share
from impact.questions.information import FOLDS, Information, Ranks, standard_ranks
from impact.questions.null_law import NullLaw
from impact.questions.question_groups import ADDRESSEES, Question, questions_of
from impact.questions.sensitivity import crossed_shares, first_order_shares, ranks_among, require_salib
from impact.questions.verdicts import BINS, check_threshold, decision_loss, prior_verdict, raw_evppi
from impact.questions.what_if import Progress, Settings
from impact.version import code_version
from scenarios import Course

__all__ = ["ENOUGH", "LEAST", "THRESHOLDS", "Asked", "unknowns"]

THRESHOLDS = (0.10, 0.25, 0.50)
ENOUGH = 4000
LEAST = 2 * BINS * FOLDS
SHARED = 1000
TOTAL_ORDER_DRAWS = 256  # of each half of the crossed design
TWICE = 2.0
NEARLY_ALL = 0.9
ROUNDING = 1e-12
CHUNK = 1024


@dataclass(frozen=True)
class Asked:
    """What is asked for.

    Attributes
    ----------
    hospitals
        Ids; none: the smaller university hospitals.
    thresholds
        π: B1 objects when a floor breaks with a larger probability.
    counting
        ``new``: a floor counts that breaks with the scenario and not without it; ``deeper``: also one broken without
        it that the scenario takes further down by more than the tolerance; ``all``: any that is broken with it.
    total_order
        For how many of the most valuable questions SALib computes the first-order share once more, from the draws
        that are there, and the total-order share, with runs of their own.
    """

    hospitals: tuple[str, ...] = ()
    thresholds: tuple[float, ...] = THRESHOLDS
    counting: Counting = "new"
    total_order: int = 0


def _columns(runs: FloorRuns, draws: int) -> tuple[Ranks, list[int]]:
    """Return the ranks of every quantity, then of every candidate's part in the allocation, and those columns."""
    table, seed = runs.structure.table, runs.settings.seed
    members = [c.members(c.chosen).astype(np.float64) for c in runs.choices]
    added = sum(len(m) for m in members)
    ranks = np.zeros((len(table.ids) + added, draws), dtype=np.float32)
    for first in range(0, len(table.ids), CHUNK):
        part = slice(first, first + CHUNK)
        some = SlotTable(table.ids[part], table.quantities[part], table.families[part])
        ranks[first : first + len(some.ids)] = standard_ranks(some.draw(seed, 0, draws))
    if members:
        ranks[len(table.ids) :] = standard_ranks(np.concatenate(members))
    return ranks, list(range(len(table.ids), len(ranks)))


def _first_order(ranks: Ranks, effect: Floats) -> Floats:
    """Return each column's first-order share of the variance of the ranked effect, noise removed, shape (columns,)."""
    draws = len(effect)
    if np.ptp(effect) <= 0:
        return np.zeros(len(ranks))
    centred = rankdata(effect) - (draws + 1) / 2
    correlation = ranks @ (centred / np.sqrt((centred**2).mean())).astype(ranks.dtype) / draws
    return np.asarray(correlation, dtype=np.float64) ** 2 - 1 / (draws - 1)


def _between_sets(chosen: Sequence[Any], effect: Floats) -> float | None:
    """Return the share of the ranked effect's variance that lies between sets of holders, noise removed."""
    labels = np.unique(np.stack(chosen), axis=1, return_inverse=True)[1].ravel()
    ranked = rankdata(effect)
    total, groups = float(((ranked - ranked.mean()) ** 2).sum()), int(labels.max()) + 1
    if total <= 0 or groups >= len(effect):
        return None
    size = np.bincount(labels)
    mean = np.bincount(labels, weights=ranked) / size
    between = float((size * (mean - ranked.mean()) ** 2).sum())
    noise = (total - between) / (len(effect) - groups) * (groups - 1)
    return min(max((between - noise) / total, 0.0), 1.0)


def _shares(runs: FloorRuns, found: FloorBreaks, counting: Counting, step: Callable[[], None]) -> list[dict[str, Any]]:
    """Return the share of variance that rests on assumptions: of whether a floor breaks, and of the effect."""
    draws = min(runs.settings.draws, SHARED)
    table = runs.structure.table
    mixed = runs.mixed(draws, ~table.assumed, roll_sets=True, step=step)
    uncertain = [q.grade == "assumed" for q in table.quantities if not q.is_certain]
    assumed, rest = any(uncertain), not all(uncertain) or bool(runs.choices)
    pairs = (
        ("floor_breaks", found.broken(counting).astype(np.float64), mixed.broken(counting).astype(np.float64)),
        (OUTCOME, found.effect, mixed.effect),
    )
    rows: list[dict[str, Any]] = []
    for name, own, other in pairs:
        share = assumed_share(own[:draws], other)
        if share is not None and not (assumed and rest):
            share = 1.0 if assumed else 0.0
        rows.append({"outcome": name, "assumed_share": share, "draws": draws})
    return rows


def _floor_rows(runs: FloorRuns, found: FloorBreaks) -> list[dict[str, Any]]:
    new, deeper = found.rows_broken("new"), found.rows_broken("deeper")
    return [
        {
            "hospital": hospital, "measure": floor.measure, "basis": floor.basis,
            "p_without": float(found.without[r].mean()), "p_with": float(found.scenario[r].mean()),
            "p_new": float(new[r].mean()), "p_deeper": float(deeper[r].mean()),
        }
        for r, (hospital, floor) in enumerate(runs.rows)
    ]  # fmt: skip


class _Table:
    """Rows of the answer: questions that are told from none, at each threshold."""

    def __init__(self, system: CareSystem, runs: FloorRuns, found: FloorBreaks, asked: Asked) -> None:
        self.system, self.runs, self.found, self.asked = system, runs, found, asked
        self.broken: Booleans = found.broken(asked.counting)
        ranks, allocation = _columns(runs, len(self.broken))
        self.questions = questions_of(system, runs.structure.table, allocation)
        self.information = Information(ranks, self.broken, runs.settings.seed)
        self.counts = self.information.group_counts([q.members for q in self.questions])
        self.shares = _first_order(ranks, found.effect)
        self.register: dict[str, Record] = {r.key[0]: r for r in system.rows["assumptions"]}

    def first_order(self, question: Question) -> float | None:
        if question.group == "allocation":
            return _between_sets([c.chosen for c in self.runs.choices], self.found.effect)
        members = np.array(question.members)
        share = float(self.shares[members].sum())
        error = float(np.sqrt(2 * len(members))) / len(self.broken)
        return min(share, 1.0) if share > TWICE * error else 0.0

    def row(self, number: int, threshold: float, null: NullLaw) -> dict[str, Any]:
        question = self.questions[number]
        found = self.information.estimate(self.counts[number], threshold, null)
        entry = self.register.get(question.assumption or "")
        return {
            "objection_threshold": threshold,
            "quantity": question.quantity,
            "group": question.group,
            "kind": question.kind,
            "nodes": list(question.nodes),
            "numbers": len(question.members),
            "evppi": found.evppi,
            "se": found.se,
            "null_evppi": found.null_evppi,
            "unit": "missed breaks",
            "changes": found.changes,
            "p_floor_lowest": found.lowest,
            "p_floor_highest": found.highest,
            "first_order": self.first_order(question),
            "first_order_check": None,
            "first_order_check_se": None,
            "total_order": None,
            "total_order_se": None,
            "narrower": None,
            "question_sv": None if entry is None else entry.text("question_sv"),
            "addressee": ADDRESSEES[question.kind] if entry is None else entry.text("addressee"),
            "assumption": question.assumption,
        }

    def verdict(self, threshold: float, null: NullLaw) -> dict[str, Any]:
        p = float(self.broken.mean())
        error = Z95 * float(np.sqrt(p * (1 - p) / len(self.broken)))
        return {
            "objection_threshold": threshold, "p_floor": p, "low": max(p - error, 0.0), "high": min(p + error, 1.0),
            "objects": bool(prior_verdict(p, threshold)), "all_known": float(decision_loss(p, threshold)),
            "null_maximum": null.largest, "questions": len(self.questions),
        }  # fmt: skip

    def answer(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        verdicts: list[dict[str, Any]] = []
        rows: list[dict[str, Any]] = []
        for threshold in self.asked.thresholds:
            null = NullLaw(self.broken, threshold, len(self.questions))
            verdicts.append(self.verdict(threshold, null))
            raw = raw_evppi(self.counts, self.information.sizes, threshold)
            told = [self.row(int(n), threshold, null) for n in np.flatnonzero(raw > null.largest + ROUNDING)]
            rows += sorted(told, key=lambda r: (-r["evppi"], r["numbers"], r["quantity"]))
        self._add_narrower(rows)
        if self.asked.total_order and np.ptp(self.found.effect) > 0:
            self._add_sensitivity(rows)
        return verdicts, rows

    def _add_narrower(self, rows: list[dict[str, Any]]) -> None:
        """Name, beside a question, the narrowest other one about some of its numbers that has nearly all its value."""
        members = {q.quantity: frozenset(q.members) for q in self.questions}
        for row in rows:
            inside = [
                other for other in rows
                if other["objection_threshold"] == row["objection_threshold"]
                and members[other["quantity"]] < members[row["quantity"]]
                and other["evppi"] >= NEARLY_ALL * row["evppi"]
            ]  # fmt: skip
            best = min(inside, key=lambda r: (r["numbers"], -r["evppi"]), default=None)
            row["narrower"] = None if best is None else best["quantity"]

    def _add_sensitivity(self, rows: list[dict[str, Any]]) -> None:
        """Add the shares that SALib computes, for the most valuable questions, if they were asked for."""
        best = sorted((r for r in rows if r["narrower"] is None), key=lambda r: -r["evppi"])
        names = list(dict.fromkeys(r["quantity"] for r in best))[: self.asked.total_order]
        by_name = {q.quantity: q for q in self.questions}
        found = {n: self._first_order_again(by_name[n]) for n in names}
        for name, total in zip(names, self._total_orders([by_name[n] for n in names]), strict=True):
            found[name] |= total
        for row in rows:
            row.update(found.get(row["quantity"], {}))

    def _first_order_again(self, question: Question) -> dict[str, float | None]:
        """Return the first-order share by another estimator; none for an allocation, whose sets have no order."""
        if question.group == "allocation":
            return {}
        columns = self.information.ranks[np.array(question.members)].astype(np.float64)
        share, error = first_order_shares(columns, self.found.effect, self.runs.settings.seed)
        # numbers are independent: shares add
        return {"first_order_check": float(share.sum()), "first_order_check_se": float(np.sqrt((error**2).sum()))}

    def _total_orders(self, questions: Sequence[Question]) -> list[dict[str, float | None]]:
        effect, slots = self.found.effect, len(self.runs.structure.table.ids)
        draws = min(len(effect) // 2, TOTAL_ORDER_DRAWS)
        crossed: list[Floats] = []
        for question in questions:
            replaced = np.zeros(slots, dtype=np.bool_)
            replaced[[m for m in question.members if m < slots]] = True
            other = self.runs.crossed(draws, replaced, other_sets=question.group == "allocation")
            crossed.append(ranks_among(effect, other.effect))
        ranked = ranks_among(effect, effect)
        found = crossed_shares(ranked[:draws], ranked[draws : 2 * draws], crossed, self.runs.settings.seed)
        if found is None:
            return [{} for _ in questions]
        return [{"total_order": t, "total_order_se": se} for t, se in zip(found.total, found.total_se, strict=True)]


def _check(asked: Asked, settings: Settings) -> None:
    settings.check()
    if asked.total_order:
        require_salib()
    for threshold in asked.thresholds:
        check_threshold(threshold)
    if settings.draws < LEAST:
        raise SettingError(f"draws = {settings.draws}: bins of so few draws tell nothing; choose at least {LEAST}")


def unknowns(
    system: CareSystem,
    course: Course,
    asked: Asked | None = None,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Mapping[str, Any]:
    """Return which questions would change the opinion on a scenario, and by how much.

    Parameters
    ----------
    system
        A validated system; never changed.
    course
        The dated changes (`scenarios.course_of`).
    asked
        Hospitals, objection thresholds, which floors count.
    settings
        Seed, draws (at least `ENOUGH` for steady values), years, start, reading.
    progress
        Called with (blocks done, blocks in all).

    Returns
    -------
    dict
        ``manifest``, ``hospitals``, ``counting``, ``outcome``, ``grade_shares``, ``floors`` (P(floor broken) with and
        without, and P(it breaks, or goes deeper, because of the scenario)), ``verdicts`` (one a threshold) and
        ``rows`` (the questions told from none at each threshold, the most valuable first).

    Raises
    ------
    SettingError
        If a setting is impossible, a threshold counts only harm, no hard floor holds, or a total-order share is asked
        for without SALib.
    """
    asked = asked or Asked()
    settings = settings or Settings(draws=ENOUGH)
    _check(asked, settings)
    runs = FloorRuns(system, course, settings, asked.hospitals or smaller_university_hospitals(system))
    total, done = blocks(settings.draws) + blocks(min(settings.draws, SHARED)), 0

    def step() -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, total)

    found = runs.main(step)
    shares = _shares(runs, found, asked.counting, step)
    verdicts, rows = _Table(system, runs, found, asked).answer()
    manifest = {
        "system_hash": system.content_hash, "code_version": code_version(), "seed": settings.seed,
        "draws": settings.draws, "years": settings.years, "start": runs.start, "reading": settings.reading,
        "dataset": {"name": system.settings.get("name"), "version": system.settings.get("version"),
                    "as_of": course.as_of.isoformat()},
    }  # fmt: skip
    return {
        "manifest": manifest, "hospitals": list(runs.hospitals), "counting": asked.counting, "outcome": OUTCOME,
        "grade_shares": shares, "floors": _floor_rows(runs, found), "verdicts": verdicts, "rows": rows,
    }  # fmt: skip

"""Stress: what each outage does, as rows; and the worst pairs, screened by a bound."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np

from impact.model.arrays import Floats
from impact.questions.grade_shares import assumed_share
from impact.questions.loss_form import LOSS
from impact.questions.outage_causes import LEAST, cause_rows
from impact.questions.outages import HALF, Bench, Loss, Outage
from impact.questions.run_table import RunTable
from impact.questions.stress_cases import Case
from impact.questions.threads import map_in_threads

__all__ = ["add_shares", "event_row", "kept_losses", "losses", "overlap", "pair_row", "pair_rows"]

MOST_PAIRS = 20  # pairs that are run, those with the largest bound
Progress = Callable[[int, int], None]
T = TypeVar("T")


def losses(bench: Bench, cases: Sequence[Case], workers: int = 2, progress: Progress | None = None) -> list[Loss]:
    """Return what each case does, in their order.

    Parameters
    ----------
    bench
        The system.
    cases
        What is taken out.
    workers
        Threads; never changes the result.
    progress
        Called with (cases done, cases in all).
    """
    return _each(bench, cases, lambda case: bench.loss(case.outage), workers, progress)


def kept_losses(
    bench: Bench, cases: Sequence[Case], table: RunTable, name: str = "", workers: int = 2,
    progress: Progress | None = None,
) -> list[Loss | None]:  # fmt: skip
    """Return what each case does, in their order, done now or before; None where a run failed, which the table tells.

    Parameters
    ----------
    bench, cases, workers, progress
        As for `losses`.
    table, name
        Where runs are kept, and the beginning of their names.
    """

    def one(case: Case) -> Loss | None:
        key = f"{name}{case.event} {case.label} {case.outage.closures if case.event == 'pair' else ''}".strip()
        return table.attempt(key, lambda: bench.loss(case.outage), LOSS)

    return _each(bench, cases, one, workers, progress)


def _each(
    bench: Bench, cases: Sequence[Case], one: Callable[[Case], T], workers: int, progress: Progress | None
) -> list[T]:
    for months in {c.outage.months for c in cases}:
        bench.prepare(months)
    done = 0

    def run(case: Case) -> T:
        nonlocal done
        found = one(case)
        done += 1
        if progress is not None:
            progress(done, len(cases))
        return found

    return map_in_threads(workers, run, cases)


def _spread(values: Floats) -> dict[str, float]:
    low, high = np.quantile(values, [0.05, 0.95])
    return {"mean": float(values.mean()), "low": float(low), "high": float(high)}


def _years(values: Floats, share: float, horizon: int) -> float | None:
    """A quantile of the recovery; None beyond the horizon."""
    years = float(np.quantile(values, share, method="inverted_cdf"))
    return years if years <= horizon else None


def _by_hospital(bench: Bench, values: Floats, case: Case) -> list[dict[str, Any]]:
    """Hospitals with patients to mention, north to south."""
    found: list[dict[str, Any]] = []
    for h, name in enumerate(bench.structure.places.hospitals):
        spread = _spread(values[h])
        own = case.event == "unit" and name == case.hospital
        if spread["mean"] >= LEAST and not own:
            found.append({"hospital": name, "patients": spread["mean"], "low": spread["low"], "high": spread["high"]})
    return found


def _displaced_at(bench: Bench, loss: Loss, case: Case) -> list[dict[str, Any]]:
    """Hospitals where others are pushed aside, with the resource that is pressed most."""
    facilities = bench.structure.facilities
    found = _by_hospital(bench, loss.displaced, case)
    for row in found:
        mine = np.flatnonzero(facilities.hospital == bench.structure.places.hospital_of[row["hospital"]])
        row["resource"] = facilities.names[facilities.resource[mine[np.argmax(loss.pressed[mine])]]]
    return found


def _lost(bench: Bench, loss: Loss) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Functions and areas that fall below one half in most draws."""
    s = bench.structure
    pairs = len(s.activity.pair_area)
    working = set(s.activity.row_pair[s.standing.active].tolist())
    functions: list[dict[str, Any]] = []
    areas: list[dict[str, Any]] = []
    for node in np.flatnonzero(loss.stopped > HALF).tolist():
        hospital = s.places.hospitals[int(s.dependencies.node_hospital[node])]
        row: dict[str, Any] = {"hospital": hospital, "p": float(loss.stopped[node])}
        if node >= pairs:
            name = s.dependencies.functions[int(s.dependencies.performed_function[node - pairs])]
            functions.append({**row, "function": name})
        elif node in working and (loss.halted[node] or node not in loss.closed):
            area = s.activity.areas[int(s.activity.pair_area[node])]
            areas.append({**row, "area": area, "stopped": bool(loss.halted[node])})
    return functions, areas


def event_row(bench: Bench, case: Case, loss: Loss, horizon: int) -> dict[str, Any]:
    """Return a case and its loss as a row of the answer.

    Parameters
    ----------
    bench, case, loss
        Of `losses`.
    horizon
        Years; a recovery beyond it is None.
    """
    missed, pushed = _spread(loss.not_taken), _spread(np.maximum(loss.displaced, 0.0).sum(axis=0))
    functions, areas = _lost(bench, loss)
    levels = bench.structure.competences
    slowest = None
    if loss.slowest >= 0:
        slowest = {
            "hospital": bench.structure.places.hospitals[int(levels.level_hospital[loss.slowest])],
            "competence": levels.competences[int(levels.level_competence[loss.slowest])],
        }
    return {
        "event": case.event,
        "hospital": case.hospital,
        "area": case.area,
        "resource": case.resource,
        "competence": case.competence,
        "months": case.outage.months,
        "providers": case.providers,
        "patients": float(loss.hit.mean()),
        "receivers": _by_hospital(bench, loss.received, case),
        "not_taken": missed["mean"],
        "not_taken_low": missed["low"],
        "not_taken_high": missed["high"],
        "displaced": pushed["mean"],
        "displaced_low": pushed["low"],
        "displaced_high": pushed["high"],
        "displaced_at": _displaced_at(bench, loss, case),
        "lost_functions": functions,
        "lost_areas": areas,
        "recovery_years": _years(loss.recovery, 0.5, horizon),
        "recovery_low": _years(loss.recovery, 0.05, horizon),
        "recovery_high": _years(loss.recovery, 0.95, horizon),
        "slowest": slowest,
        "not_taken_assumed_share": None,
        "displaced_assumed_share": None,
        "causes": cause_rows(bench, case, loss, float(np.quantile(loss.recovery, 0.5, method="inverted_cdf"))),
    }


def add_shares(row: dict[str, Any], loss: Loss, mixed: Loss) -> None:
    """Put the shares from assumptions into a row.

    Parameters
    ----------
    row
        Of `event_row`; changed.
    loss, mixed
        Of the same case, on the bench and on the mixed one.
    """
    row["not_taken_assumed_share"] = assumed_share(loss.not_taken, mixed.not_taken)
    pushed, other = (np.maximum(found.displaced, 0.0).sum(axis=0) for found in (loss, mixed))
    row["displaced_assumed_share"] = assumed_share(pushed, other)


def overlap(bench: Bench, a: tuple[Case, Loss], b: tuple[Case, Loss]) -> Floats:
    """Return the most by which two losses together can exceed their sum [patients], shape (N,).

    What both send to the same receiver, and what each sends to the other: the overlap of the receivers' spare
    capacity. Where each hospital can take Δa when a is out and Δb when b is out, it can take the larger of the two
    when both are, so that no more than ``Σ min(Δa, Δb)`` over the others, and Δa at b and Δb at a, is added. Units of
    different areas have no common patients: 0.
    """
    (first, one), (second, other) = a, b
    if first.area is None or first.area != second.area:
        return np.zeros(bench.draws)
    at_first, at_second = (bench.structure.places.hospital_of[c.hospital or ""] for c in (first, second))
    shared = np.minimum(one.received, other.received)
    shared[[at_first, at_second]] = 0.0
    return shared.sum(axis=0) + one.received[at_second] + other.received[at_first]


def _pair(a: Case, b: Case) -> Case:
    outage = Outage(max(a.outage.months, b.outage.months), (*a.outage.closures, *b.outage.closures))
    return Case("pair", outage, area=a.area)


def pair_row(bench: Bench, a: tuple[Case, Loss], b: tuple[Case, Loss], both: Loss) -> dict[str, Any]:
    """Return two units taken out together beside their single losses."""
    together = both.not_taken - a[1].not_taken - b[1].not_taken
    pushed = np.maximum(both.displaced, 0.0).sum(axis=0)
    apart = sum(np.maximum(x.displaced, 0.0).sum(axis=0) for _, x in (a, b))
    missed, more = _spread(both.not_taken), _spread(together)
    bound = a[1].not_taken + b[1].not_taken + overlap(bench, a, b)
    return {
        "a": a[0].label, "b": b[0].label, "area": a[0].area if a[0].area == b[0].area else None,
        "hospital_a": a[0].hospital, "hospital_b": b[0].hospital,
        "patients": float(both.hit.mean()),
        "not_taken": missed["mean"], "not_taken_low": missed["low"], "not_taken_high": missed["high"],
        "together_minus_apart": more["mean"], "together_low": more["low"], "together_high": more["high"],
        "bound": float(bound.mean()),
        "displaced": float(pushed.mean()), "displaced_together_minus_apart": float((pushed - apart).mean()),
    }  # fmt: skip


def pair_rows(
    bench: Bench,
    singles: Sequence[tuple[Case, Loss]],
    hospital: str | None = None,
    workers: int = 2,
    progress: Progress | None = None,
    table: RunTable | None = None,
) -> list[dict[str, Any]]:
    """Return the worst pairs of units: screened by the bound, only those with the largest run.

    Parameters
    ----------
    bench
        The system.
    singles
        Units taken out one by one; the others are passed over.
    hospital
        Only pairs with one of its units.
    workers, progress, table
        As for `kept_losses`.

    Returns
    -------
    list
        Most together minus apart first. Pairs without common patients add up exactly and are not among them.
    """
    units = [s for s in singles if s[0].event == "unit"]
    found = [
        (float(overlap(bench, a, b).mean()), a, b)
        for i, a in enumerate(units)
        for b in units[i + 1 :]
        if a[0].area == b[0].area and hospital in (None, a[0].hospital, b[0].hospital)
    ]
    found.sort(key=lambda f: (-f[0], f[1][0].label, f[2][0].label))
    worst = [f for f in found if f[0] >= LEAST][:MOST_PAIRS]
    pairs = [_pair(a[0], b[0]) for _, a, b in worst]
    both = kept_losses(bench, pairs, table or RunTable(), "", workers, progress)
    rows = [pair_row(bench, a, b, loss) for (_, a, b), loss in zip(worst, both, strict=True) if loss is not None]
    return sorted(rows, key=lambda r: (-r["together_minus_apart"], r["a"], r["b"]))

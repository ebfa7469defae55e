"""How much each assumption moves the answers: shares of variance from the draws that are there anyway."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy.stats import rankdata

from graph_schema import CareSystem
from impact.model.arrays import Floats
from impact.model.draws import SlotTable

__all__ = ["assumption_rows", "group_influence"]

PEDIGREE = ("pedigree_proxy", "pedigree_empirical", "pedigree_method", "pedigree_validation")
STRONGEST = 4  # highest score of each part of the pedigree
TWICE = 2.0  # standard errors below which a share of variance is not told from none


def _ranks(values: Floats) -> Floats:
    ranks = rankdata(values, axis=-1)
    centred = ranks - ranks.mean(axis=-1, keepdims=True)
    size = np.sqrt((centred**2).sum(axis=-1, keepdims=True))
    return centred / np.where(size > 0, size, 1.0)


def group_influence(
    table: SlotTable, values: Floats, outcomes: Floats, groups: Mapping[str, Sequence[int]]
) -> dict[str, tuple[Floats, float]]:
    """Return for each group of quantities its first-order share of the variance of each outcome.

    S = Σ_i (ρ_i² − 1/(N − 1)), ρ_i the rank correlation of quantity i with the outcome; quantities are drawn
    independently, so shares add, and under no influence each term has mean 0 and variance 2/(N² − 1) nearly.

    Parameters
    ----------
    table
        Quantities of the run.
    values
        Their draws, shape (slots, N).
    outcomes
        Shape (outcomes, N).
    groups
        Name to slots.

    Returns
    -------
    dict
        Name to shares, shape (outcomes,), and their standard error under no influence.

    References
    ----------
    Saltelli et al. 2010, Computer Physics Communications 181:259-270, for first-order shares; rank correlations
    make them robust and linear in the ranks only.
    """
    uncertain = [i for i, q in enumerate(table.quantities) if not q.is_certain]
    where = {slot: n for n, slot in enumerate(uncertain)}
    draws = values.shape[1]
    correlation = _ranks(outcomes) @ _ranks(values[uncertain]).T
    shares = correlation**2 - 1 / (draws - 1)
    found: dict[str, tuple[Floats, float]] = {}
    for name, slots in groups.items():
        members = [where[s] for s in slots if s in where]
        total = shares[:, members].sum(axis=1) if members else np.zeros(len(outcomes))
        found[name] = total, float(np.sqrt(2 * len(members))) / draws
    return found


def _groups(table: SlotTable) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = {}
    for slot, quantity in enumerate(table.quantities):
        for source in quantity.sources if quantity.grade == "assumed" else ():
            groups.setdefault(source, []).append(slot)
    return groups


def assumption_rows(
    system: CareSystem, table: SlotTable, values: Floats, outcomes: Floats, names: Sequence[str]
) -> list[dict[str, Any]]:
    """Return the register of assumptions with what each moves, the most influential first.

    Parameters
    ----------
    system
        Holds the register.
    table, values
        Quantities of the run and their draws, shape (slots, N).
    outcomes
        Answers that are read, shape (outcomes, N); those that do not vary are left out.
    names
        Of the outcomes.

    Returns
    -------
    list of dict
        ``assumption``, ``statement``, ``reason``, ``quality``, ``importance``, ``pedigree`` (0–1: the four scores over
        their highest), ``numbers`` (uncertain quantities that rest on it), ``influence`` (mean first-order share of
        variance over the outcomes, 0 where not told from none), ``se``, ``most_on`` (the outcome it moves most),
        ``most`` (its share there), ``question_sv``, ``addressee``.
    """
    varies = np.ptp(outcomes, axis=1) > 0
    kept = [name for name, moves in zip(names, varies, strict=True) if moves]
    groups = _groups(table)
    found = group_influence(table, values, outcomes[varies], groups) if kept else {}
    rows: list[dict[str, Any]] = []
    for record in system.rows["assumptions"]:
        shares, error = found.get(record.key[0], (np.zeros(max(len(kept), 1)), 0.0))
        mean, se = float(shares.mean()), error / np.sqrt(max(len(kept), 1))
        top = int(np.argmax(shares))
        scores = [s for name in PEDIGREE if (s := record.number(name)) is not None]
        rows.append(
            {
                "assumption": record.key[0],
                **{n: record.text(n) or None for n in ("statement", "reason", "quality", "importance")},
                "pedigree": sum(scores) / (STRONGEST * len(scores)) if scores else None,
                "numbers": len(groups.get(record.key[0], ())),
                "influence": mean if mean > TWICE * error else 0.0,
                "se": float(se),
                "most_on": kept[top] if kept and shares[top] > TWICE * error else None,
                "most": float(shares[top]) if kept and shares[top] > TWICE * error else 0.0,
                "question_sv": record.text("question_sv") or None,
                "addressee": record.text("addressee") or None,
            }
        )
    weak = {"low": 0, "medium": 1, "high": 2}
    return sorted(rows, key=lambda r: (-r["influence"], -r["most"], weak[r["quality"]], r["assumption"]))

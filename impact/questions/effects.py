"""A result to effect rows: mean, interval, worst and best, floors, share from assumptions, cause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import numpy as np

from graph_schema import CareSystem
from impact.measures import Measure, load_measures
from impact.model.arrays import Booleans, Floats
from impact.questions.floors import floors_for, floors_of, is_broken
from impact.questions.grade_shares import assumed_share, share_of
from impact.result import NATIONAL, Result

__all__ = ["EffectTable", "assumed_share", "effect_rows"]

LOW, HIGH = 0.05, 0.95
ROUNDING = 1e-9


def _mean_of_known(values: Floats) -> float | None:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else None


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


class EffectTable:
    """Effect rows of a result.

    Parameters
    ----------
    result
        Of `what_if`.
    system
        The system it was run on (names, kinds, floors).
    """

    def __init__(self, result: Result, system: CareSystem) -> None:
        self.result, self.system = result, system
        data = result.data
        self.without = np.asarray(data["without"].values, dtype=np.float64)
        self.scenario = np.asarray(data["with"].values, dtype=np.float64)
        self.effect = self.scenario - self.without
        self.none = np.asarray(data["none"].values, dtype=np.float64)
        self.mixed = np.asarray(data["mixed_effect"].values, dtype=np.float64)
        self.bare = np.asarray(data["bare_effect"].values, dtype=np.float64)
        self.entities = [str(e) for e in data["entity"].values]
        self.measures = list(load_measures().values())
        self.kinds = {r.key[0]: r.text("kind") for r in system.rows["Hospital"]}
        self.floors = floors_of(system)
        tolerance = system.get("parameters", "floor_tolerance")
        quantity = None if tolerance is None else tolerance.quantity("value")
        self.tolerance = 0.0 if quantity is None else quantity.value
        self.causes = {(c["entity"], c.get("measure", c["perspective"])): c["chain"] for c in result.notes["causes"]}

    @cached_property
    def sets(self) -> tuple[list[list[str]], Floats, Floats] | None:
        """Units of each set, its mean effect (sets, years, entities, measures) and its plausibility."""
        if "set_effect" not in self.result.data:
            return None
        labels = [str(a).split("+") for a in self.result.data["allocation"].values]
        plausibility = np.array([a["plausibility"] for a in self.result.notes["allocations"][: len(labels)]])
        return labels, np.asarray(self.result.data["set_effect"].values, dtype=np.float64), plausibility

    @cached_property
    def granted(self) -> Mapping[str, tuple[Booleans, float]]:
        """Hospital to the draws in which it holds the area, and its probability."""
        if self.sets is None:
            return {}
        labels, _, plausibility = self.sets
        chosen = np.asarray(self.result.data["chosen_set"].values, dtype=np.int64)[0]
        hospitals = sorted({h for units in labels for h in units})
        found: dict[str, tuple[Booleans, float]] = {}
        for hospital in hospitals:
            inside = np.array([hospital in units for units in labels])
            found[hospital] = (inside[chosen], float(plausibility[inside].sum()))
        return found

    def _kind(self, entity: str) -> dict[str, str]:
        if entity == NATIONAL:
            return {"national": NATIONAL}
        return {"hospital": entity} if entity in self.kinds else {"region": entity}

    def _name(self, entity: str) -> str:
        return "Sverige" if entity == NATIONAL else self.system.node(entity).text("name_sv")

    def _extremes(self, y: int, e: int, m: int, harm: str, expected: float) -> dict[str, Any]:
        """Return the extremes over sets of the mean: how far a set lies from all sets, added to the expected effect.

        Sets are compared on the common draws, the expected effect rests on all: so worst ≤ expected ≤ best by harm
        holds in every row, whatever the noise.
        """
        if self.sets is None:
            return {"worst": None, "worst_units": None, "best": None, "best_units": None}
        labels, means, plausibility = self.sets
        apart = means[:, y, e, m] - plausibility @ means[:, y, e, m]
        if not np.isfinite(apart).all() or float(np.ptp(apart)) <= ROUNDING * max(1.0, abs(expected)):
            return {"worst": expected, "worst_units": None, "best": expected, "best_units": None}
        values = apart * (1 if harm == "up" else -1)
        worst, best = int(np.argmax(values)), int(np.argmin(values))
        return {
            "worst": expected + float(apart[worst]), "worst_units": labels[worst],
            "best": expected + float(apart[best]), "best_units": labels[best],
        }  # fmt: skip

    def _granted(self, effect: Floats, entity: str) -> dict[str, Any]:
        if entity not in self.granted:
            never = 0.0 if self.granted and entity in self.kinds else None
            return {"if_granted": None, "if_not_granted": None, "p_granted": never}
        inside, probability = self.granted[entity]
        known = np.isfinite(effect)
        return {
            "if_granted": float(effect[inside & known].mean()) if (inside & known).any() else None,
            "if_not_granted": float(effect[~inside & known].mean()) if (~inside & known).any() else None,
            "p_granted": probability,
        }

    def _allocation_share(self, effect: Floats) -> float | None:
        if self.sets is None or not np.isfinite(effect).all() or float(np.var(effect)) <= ROUNDING**2:
            return None
        chosen = np.asarray(self.result.data["chosen_set"].values, dtype=np.int64)[0]
        between, within = 0.0, 0.0
        for index in np.unique(chosen):
            part = effect[chosen == index]
            between += len(part) * float(part.mean() - effect.mean()) ** 2
            within += float(((part - part.mean()) ** 2).sum())
        groups, total = len(np.unique(chosen)), len(effect)
        noise = within / max(total - groups, 1) * (groups - 1)
        return min(max((between - noise) / max(between + within, 1e-300), 0.0), 1.0)

    def _below(self, entity: str, e: int, m: int, measure: Measure, y: int) -> dict[str, float | None]:
        floors = floors_for(self.floors, self.kinds, entity, measure.id)
        if not floors or y == 0:
            return {"p_below_floor": None, "p_below_floor_without": None}
        found: dict[str, float | None] = {}
        for name, values in (("p_below_floor", self.scenario), ("p_below_floor_without", self.without)):
            broken = [is_broken(f, values[:, :, e, m], self.none[:, e, m], self.tolerance)[:, y] for f in floors]
            found[name] = float(np.logical_or.reduce(broken).mean())
        return found

    def row(self, y: int, e: int, m: int) -> dict[str, Any] | None:
        """Return one effect row; None where the measure is not defined for the entity."""
        measure, entity = self.measures[m], self.entities[e]
        effect = self.effect[:, y, e, m]
        known = effect[np.isfinite(effect)]
        if len(known) == 0:
            return None
        last = y == self.effect.shape[1] - 1
        without = self.without[:, y, e, m]
        opening = self.without[:, 0, e, m]
        mixed = self.mixed[:, e, m]
        bare = self.bare[:, e, m]
        return {
            **self._kind(entity),
            "name": self._name(entity),
            "perspective": measure.perspective,
            "measure": measure.id,
            "unit": measure.unit,
            "harm": measure.harm,
            "year": y,
            "baseline": _number(float(np.nanmean(without))) if np.isfinite(without).any() else None,
            "baseline_is": "change_from_standing" if measure.is_change else "level",
            "effect": float(known.mean()),
            "low": float(np.quantile(known, LOW)),
            "high": float(np.quantile(known, HIGH)),
            "statistic": "mean",
            "reading": self.result.manifest["reading"],
            **self._extremes(y, e, m, measure.harm, float(known.mean())),
            **self._granted(effect, entity),
            "committed": _number(float(np.mean(without - opening))),
            **self._below(entity, e, m, measure, y),
            "assumed_share": share_of(self.result, effect, mixed) if last else None,
            "effect_without_assumed": _mean_of_known(bare) if last else None,
            "allocation_share": self._allocation_share(effect) if last else None,
            "cause": self._cause(entity, measure),
        }

    def _cause(self, entity: str, measure: Measure) -> list[str]:
        """The measure's own chain, else that of its perspective, else only the decision and the entity."""
        found = (self.causes.get((entity, key)) for key in (measure.id, measure.perspective))
        return next((c for c in found if c is not None), [*self.result.notes["focus"][:1], entity])

    def national_first(self, y: int, e: int) -> dict[str, Any] | None:
        """Return the reading in which other patients bear all displacement."""
        m = next(i for i, measure in enumerate(self.measures) if measure.id == "patients_displaced")
        row = self.row(y, e, m)
        if row is None:
            return None
        effect = np.asarray(self.result.data["displaced_national_first_effect"].values[:, y, e], dtype=np.float64)
        keep = ("worst", "worst_units", "best", "best_units", "assumed_share", "effect_without_assumed",
                "allocation_share", "p_below_floor", "p_below_floor_without", "committed")  # fmt: skip
        return {
            **row, **dict.fromkeys(keep), "reading": "national_first", "effect": float(effect.mean()),
            "low": float(np.quantile(effect, LOW)), "high": float(np.quantile(effect, HIGH)),
            **self._granted(effect, self.entities[e]),
        }  # fmt: skip

    def rows(self, years: tuple[int, ...] | None = None) -> Iterator[dict[str, Any]]:
        """Yield the rows, by entity in fixed order, measure and year."""
        for e in range(len(self.entities)):
            for m in range(len(self.measures)):
                for y in years if years is not None else range(self.effect.shape[1]):
                    row = self.row(y, e, m)
                    if row is None:
                        continue
                    yield row
                    if row["measure"] == "patients_displaced" and (first := self.national_first(y, e)):
                        yield first


def effect_rows(result: Result, system: CareSystem, years: tuple[int, ...] | None = None) -> list[dict[str, Any]]:
    """Return the effect rows of a result; see `EffectTable`.

    Parameters
    ----------
    result
        Of `what_if`.
    system
        The system it was run on.
    years
        Only these; all if None.
    """
    return list(EffectTable(result, system).rows(years))

"""The measures of the registry from one year of the plain model, one number at a time."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping

from scipy.stats import nbinom, poisson

from impact.measures import load_measures
from tests.reference.plain_model import PlainModel, Year
from tests.reference.plain_queues import normal_cdf

__all__ = ["measures", "national_first"]

Found = dict[str, dict[str, float]]  # measure, entity
Z95 = 1.6448536269514722


def _shortfall(mean: float, needed: float, dispersion: float) -> float:
    """P(N < needed): negative binomial with variance dispersion·mean."""
    least = math.ceil(needed)
    if least <= 0:
        return 0.0
    if mean <= 0:
        return 1.0
    if dispersion <= 1 + 1e-6:
        return float(poisson.cdf(least - 1, mean))
    return float(nbinom.cdf(least - 1, mean / (dispersion - 1), 1 / dispersion))


def _worst(values: Iterable[float]) -> float:
    known = [x for x in values if not math.isnan(x)]
    return max(known) if known else math.nan


class _Measured:
    def __init__(self, model: PlainModel, year: Year, focus: set[str]) -> None:
        self.m, self.y, self.focus = model, year, focus

    def outside_patients(self, hospital: str) -> float:
        m = self.m
        inside = math.fsum(x for (h, _), x in m.volume0.items() if h == hospital)
        share = m.v(f"{hospital}.anchor_share") if m.has(hospital, "anchor_share") else 0.0
        if share > 0:
            national = m.v("anchor_episodes") / m.v("anchor_episodes_per_patient")
            return max(national * share - inside, 0.0)
        return m.v(f"{hospital}.anchor_patients") if m.has(hospital, "anchor_patients") else 0.0

    def leading(self, hospital: str) -> dict[str, float]:
        """Share of the outside patients under each leading specialty."""
        m = self.m
        load = {c: m.outside[h, c] for h, c in m.level_keys
                if h == hospital and c not in m.parent and m.g.nodes[c]["kind"] == "specialty"}  # fmt: skip
        total = math.fsum(load.values())
        return {c: x / total if total > 0 else 0.0 for c, x in load.items()}

    # hospital measures
    def functions_at_risk(self, hospital: str) -> float:
        return math.fsum(
            1 - self.y.operability[h, f] for h, f in self.m.functions
            if h == hospital and self.m.g.nodes[f]["kind"] == "emergency"
        )  # fmt: skip

    def patients_relying(self, hospital: str) -> float:
        total = 0.0
        for u, f, key, _ in self.m.edges("PERFORMS"):
            if self.m.actual[u] == hospital and self.m.g.nodes[f]["kind"] == "emergency":
                total += self.m.v(f"{key}.patients_relying") * (1 - self.y.operability[hospital, f])
        return total

    def patients_without_full_competence(self, hospital: str) -> float:
        inside = math.fsum(
            x * (1 - self.y.operability[h, a]) for (h, a), x in self.y.volume.items()
            if h == hospital and a not in self.focus
        )  # fmt: skip
        anchor = self.outside_patients(hospital)
        return inside + math.fsum(
            anchor * share * (1 - self.y.levels[hospital, c]) for c, share in self.leading(hospital).items()
        )

    def _levels(self, hospital: str) -> list[tuple[str, str]]:
        return [k for k in self.m.level_keys if k[0] == hospital and (self.m.known[k] or self.y.load[k] > 0)]

    def competences_lost(self, hospital: str) -> float:
        return float(sum(self.y.load[k] < 1 and self.y.load_before[k] < 1 for k in self._levels(hospital)))

    def posts_not_sustained(self, hospital: str) -> float:
        return math.fsum(self.m.posts[k] * (1 - min(1.0, math.sqrt(self.y.load[k]))) for k in self._levels(hospital))

    def cases_to_breaking(self, hospital: str) -> float:
        touched = {c for a in self.focus for c in self.m.cases[a]}
        keys = [k for k in self._levels(hospital) if k[1] in touched]
        if not keys:
            return math.nan
        weakest = min(keys, key=lambda k: self.y.load[k])
        return (self.y.load[weakest] - 1) * self.m.need[weakest]

    def education_breadth(self, hospital: str) -> float:
        return float(sum(
            self.m.g.nodes[c]["is_base_specialty"] is True and self.y.levels[h, c] >= 0.5
            for h, c in self._levels(hospital)
        ))  # fmt: skip

    def research_caseload(self, hospital: str) -> float:
        m = self.m
        inside = math.fsum(m.v(f"{a}.research_share") * x for (h, a), x in self.y.volume.items() if h == hospital)
        name = f"{hospital}.research_share" if m.has(hospital, "research_share") else "outside_research_share"
        return inside + self.outside_patients(hospital) * m.v(name)

    def patients_displaced(self, hospital: str) -> float:
        return self.pushed(hospital, self.y.pushed)

    def pushed(self, hospital: str, found: Mapping[tuple[str, str], float]) -> float:
        """Beds add up; of the elective resources the one that changes most counts."""
        mine = {k: x for k, x in found.items() if k[0] == hospital}
        waiting = [x for k, x in mine.items() if self.m.facilities[k]["queue"]]
        beds = math.fsum(x for k, x in mine.items() if not self.m.facilities[k]["queue"])
        return beds + max([0.0, *waiting], key=abs)

    def waiting_change(self, hospital: str) -> float:
        return _worst(x for (h, _), x in self.y.waiting.items() if h == hospital)

    def p_beyond_guarantee(self, hospital: str) -> float:
        return _worst(x for (h, _), x in self.y.beyond.items() if h == hospital)

    def _units(self, hospital: str) -> list[tuple[float, dict[str, float], float]]:
        """Each unit of the hospital in focus: its patients, those of the others, and the others' spare room."""
        found: list[tuple[float, dict[str, float], float]] = []
        for group in (g for g in self.m.groups if g[0] in self.focus):
            hospitals = self.m.routed[group[0]]
            if hospital not in hospitals:
                continue
            taken = {h: math.fsum(self.y.flow.get((r, group, h), 0.0) for r in self.m.regions) for h in hospitals}
            mine = taken.pop(hospital)
            found.append((mine, taken, math.fsum(self.y.spare.get((group, h), 0.0) for h in taken)))
        return found

    def demand_unplaced(self, hospital: str) -> float:
        return math.fsum(max(mine - room, 0.0) for mine, _, room in self._units(hospital))

    def holders_left(self, hospital: str) -> float:
        left = [float(sum(x > 0 for x in others.values())) for mine, others, _ in self._units(hospital) if mine > 0]
        return min(left) if left else math.nan

    def _own(self, hospital: str, below: bool) -> float:
        total = 0.0
        for (h, a), x in self.y.volume.items():
            if h == hospital and a in self.focus:
                p = _shortfall(x, self.m.v(f"{a}.needed_volume"), self.m.v("dispersion"))
                total += x * (p if below else 1 - p)
        return total

    def patients_at_needed_volume(self, hospital: str) -> float:
        return self._own(hospital, below=False)

    def patients_below(self, hospital: str) -> float:
        return self._own(hospital, below=True)

    # region measures
    def _travels(self, region: str) -> list[tuple[float, float, float]]:
        """For the region's patients in focus: share, mean and deviation of log hours."""
        flows = [(h, g, x) for (r, g, h), x in self.y.flow.items() if r == region and g[0] in self.focus]
        treated = math.fsum(x for *_, x in flows)
        found: list[tuple[float, float, float]] = []
        for h, g, x in flows if treated > 0 else ():
            low, middle, high = (math.log(max(self.m.v(f"{region}.travels.{h}.hours_p{p}"), 1e-3)) for p in (5, 50, 95))
            spread = max(high - low, 1e-6) / (2 * Z95)
            if not g[1]:  # who follow the new holders may travel less
                middle += math.log(max(self.y.hours_share[g[0]], 1e-6))
            found.append((x / treated, middle, spread))
        return found

    def _beyond(self, region: str, hours: float) -> float:
        travels = self._travels(region)
        return (
            math.nan
            if not travels
            else math.fsum(
                s * (1 - normal_cdf((math.log(max(hours, 1e-9)) - middle) / spread)) for s, middle, spread in travels
            )
        )

    def hours_mean(self, region: str) -> float:
        travels = self._travels(region)
        return (
            math.nan
            if not travels
            else math.fsum(s * math.exp(min(middle + spread**2 / 2, math.log(48.0))) for s, middle, spread in travels)
        )

    def hours_p95(self, region: str) -> float:
        low, high = 0.0, 48.0
        if not self._travels(region):
            return math.nan
        for _ in range(40):
            half = 0.5 * (low + high)
            low, high = (half, high) if self._beyond(region, half) > 0.05 else (low, half)
        return 0.5 * (low + high)

    def not_referred(self, region: str) -> float:
        return self.m.people[region] * math.fsum(self.y.not_referred[a] for a in self.focus)

    def not_taken(self, region: str) -> float:
        return math.fsum(x for (r, g), x in self.y.not_taken.items() if r == region and g[0] in self.focus)

    def _moved(self, region: str, name: str) -> float:
        return math.fsum(
            x * self.m.v(f"{g[0]}.{name}") for (r, g, h), x in self.y.flow.items()
            if r == region and g[0] in self.focus and self.m.located[h] != region
        )  # fmt: skip

    def transports(self, region: str) -> float:
        return self._moved(region, "transport_share")

    def icu_transports(self, region: str) -> float:
        return self._moved(region, "icu_transport_share")

    def value(self, measure: str, entity: str) -> float:
        if measure.startswith("inhabitants_beyond_"):
            hours = float(measure.removeprefix("inhabitants_beyond_").removesuffix("h"))
            return self.m.v(f"{entity}.population") * self._beyond(entity, hours)
        found: Callable[[str], float] = getattr(self, measure)
        return found(entity)


def measures(model: PlainModel, year: Year, focus: set[str], *, regions: bool = True) -> Found:
    """Every measure of the registry by entity; the nation's sum where it has one; NaN where there is nothing."""
    measured = _Measured(model, year, focus)
    found: Found = {}
    for measure in load_measures().values():
        if measure.entity == "region" and not regions:
            continue
        entities = model.hospitals if measure.entity == "hospital" else model.regions
        values = {e: measured.value(measure.id, e) for e in entities}
        if measure.is_summed:
            values["national"] = math.fsum(x for x in list(values.values()) if not math.isnan(x))
        found[measure.id] = values
    return found


def national_first(model: PlainModel, year: Year, hospital: str) -> float:
    """Patients displaced at a hospital when other patients bear all of it."""
    return _Measured(model, year, set()).pushed(hospital, year.pushed_first)

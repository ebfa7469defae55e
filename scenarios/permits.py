"""Decisions on who provides an area, walked through in time: holder changes, and what contradicts them.

The walk starts from the dataset's holders on the eve of the first decision. A decision that names all holders
(concentrate, open, close) replaces them and overrules what the dataset says later; the others are added to
what the dataset says, also later.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

from graph_schema import CareSystem
from scenarios.changes import HolderChange
from scenarios.holders import candidates, provider_rows
from scenarios.values import CloseArea, Concentrate, Grant, Move, OpenArea, Refuse, Withdraw

__all__ = ["MOST_PERMITS", "Dated", "HolderDecision", "Report", "holder_changes"]

MOST_PERMITS = 5  # the law on health care allows at most five units for a national area
DAY = dt.timedelta(days=1)
HolderDecision = Concentrate | Grant | Refuse | Withdraw | Move | OpenArea | CloseArea
Report = Callable[[str, str | None, str, str], None]  # place, value, rule, remedy


@dataclass(frozen=True, slots=True)
class Dated:
    """A decision with its place in the scenario and the day on which it acts."""

    date: dt.date
    place: str
    decision: HolderDecision


@dataclass(frozen=True, slots=True)
class _Spell:
    hospital: str
    first: dt.date
    last: dt.date
    permit: bool


def _spells(system: CareSystem, area: str, delays: dict[str, int], as_of: dt.date) -> list[_Spell]:
    found: list[_Spell] = []
    for record in provider_rows(system, area):
        hospital, first, last = (record.text(name) for name in ("source_id", "valid_from", "valid_to"))
        start = dt.date.fromisoformat(first) if first else dt.date.min
        if start > as_of:
            start += DAY * delays.get(hospital, 0)
        end = dt.date.fromisoformat(last) if last else dt.date.max
        found.append(_Spell(hospital, start, end, record.flag("permit")))
    return found


@dataclass
class _Walk:
    """State of one area while its decisions are walked through."""

    system: CareSystem
    area: str
    as_of: dt.date
    spells: list[_Spell]
    report: Report
    held: set[str] = field(default_factory=set[str])
    permitted: set[str] = field(default_factory=set[str])
    refused: set[str] = field(default_factory=set[str])
    barred: set[str] = field(default_factory=set[str])
    unknown: tuple[int, tuple[str, ...]] | None = None
    decided_whole: bool = False

    def dataset(self, day: dt.date, *, permits: bool = False) -> set[str]:
        return {s.hospital for s in self.spells if s.first <= day <= s.last and (s.permit or not permits)}

    def later_dates(self, first: dt.date) -> set[dt.date]:
        days = {s.first for s in self.spells}
        days |= {s.last + DAY for s in self.spells if s.last < dt.date.max}
        return {day for day in days if day > first}

    def start(self, first: dt.date) -> None:
        self.held = self.dataset(first - DAY)
        self.permitted = self.dataset(first - DAY, permits=True)

    def follow_dataset(self, day: dt.date) -> None:
        """Take over what the dataset changes on a day, unless a decision has named all holders."""
        if self.decided_whole:
            return
        eve = day - DAY
        before, after = self.dataset(eve), self.dataset(day)
        self.held = (self.held | (after - before - self.barred)) - (before - after)
        before, after = self.dataset(eve, permits=True), self.dataset(day, permits=True)
        self.permitted = (self.permitted | (after - before - self.barred)) - (before - after)

    def decide(self, day: dt.date, decisions: list[Dated]) -> None:
        national = bool(self.permitted)
        for item in sorted(decisions, key=lambda d: not isinstance(d.decision, Refuse)):
            self._apply(item)
        granted = {d.decision.hospital for d in decisions if isinstance(d.decision, Grant)}
        if granted and not national and not self.decided_whole:
            self.held &= self.permitted
        self._count(day, decisions)

    def _apply(self, item: Dated) -> None:
        decision = item.decision
        match decision:
            case Concentrate():
                self._concentrate(item.place, decision)
            case OpenArea():
                if self.held and decision.permit:
                    text = ", ".join(sorted(self.held))
                    rule = f"the area is provided already by {text}"
                    self.report(f"{item.place}.area", decision.area, rule, "use concentrate or grant")
                self._whole(decision.hospitals, permit=decision.permit)
            case CloseArea():
                if not self.held and self.unknown is None:
                    self.report(f"{item.place}.area", decision.area, "nobody provides the area", "leave it out")
                self._whole((), permit=False)
            case Refuse():
                self._refuse(item.place, decision)
            case Grant() | Withdraw() | Move():
                self._step(item.place, decision)

    def _whole(self, hospitals: tuple[str, ...], *, permit: bool) -> None:
        self.held = set(hospitals)
        self.permitted = set(hospitals) if permit else set()
        self.unknown = None
        self.decided_whole = True

    def _concentrate(self, place: str, decision: Concentrate) -> None:
        self._whole(decision.hospitals or (), permit=True)
        if decision.hospitals is not None:
            return
        possible = tuple(h for h in candidates(self.system, self.area, self.as_of) if h not in self.refused)
        if len(possible) < decision.units:
            rule = f"only {len(possible)} candidates are left: {', '.join(possible) or 'none'}"
            self.report(f"{place}.units", str(decision.units), rule, "lower units or name the hospitals")
        self.unknown = (decision.units, possible)

    def _refuse(self, place: str, decision: Refuse) -> None:
        if decision.hospital in self.permitted:
            rule = "it has a permit, which cannot be refused"
            self.report(f"{place}.hospital", decision.hospital, rule, "use withdraw, or an earlier date")
        if self.unknown is not None:
            rule = "refused after the area was concentrated to unknown units"
            self.report(f"{place}.hospital", decision.hospital, rule, "date it on the day of concentrate or before")
        self.refused.add(decision.hospital)
        self._stop(decision.hospital)

    def _stop(self, hospital: str) -> None:
        self.held.discard(hospital)
        self.permitted.discard(hospital)
        self.barred.add(hospital)

    def _begin(self, hospital: str) -> None:
        self.held.add(hospital)
        self.permitted.add(hospital)
        self.barred.discard(hospital)
        self.refused.discard(hospital)

    def _step(self, place: str, decision: Grant | Withdraw | Move) -> None:
        if self.unknown is not None:
            rule = f"{decision.kind} of a unit of an area whose holders nobody knows then"
            self.report(f"{place}.area", self.area, rule, "name the hospitals in concentrate")
            return
        leaves = decision.from_hospital if isinstance(decision, Move) else decision.hospital
        if not isinstance(decision, Grant):
            if leaves not in self.held:
                name = "from_hospital" if isinstance(decision, Move) else "hospital"
                have = ", ".join(sorted(self.held)) or "nobody"
                rule = f"{decision.kind} of a unit that it does not have; the area is provided by {have}"
                self.report(f"{place}.{name}", leaves, rule, "name a hospital that provides the area then")
            self._stop(leaves)
        if isinstance(decision, Withdraw):
            return
        to = decision.to_hospital if isinstance(decision, Move) else decision.hospital
        if to in self.permitted:
            name = "to_hospital" if isinstance(decision, Move) else "hospital"
            self.report(f"{place}.{name}", to, "it has a permit already", "leave the decision out")
        self._begin(to)

    def _count(self, day: dt.date, decisions: list[Dated]) -> None:
        if len(self.permitted) <= MOST_PERMITS or all(isinstance(d.decision, Concentrate) for d in decisions):
            return
        text = ", ".join(sorted(self.permitted))
        rule = f"{len(self.permitted)} units on {day.isoformat()}, and the law allows at most five: {text}"
        self.report(f"{decisions[-1].place}.area", self.area, rule, "withdraw a permit first")

    def change(self, day: dt.date, before: set[str]) -> HolderChange:
        """Return what turns the holders before, or those of the dataset on the day, into those decided."""
        if self.unknown is not None:
            units, possible = self.unknown
            return HolderChange(day, self.area, unknown_units=units, candidates=possible)
        dataset = self.dataset(day)
        added = (self.held - before) | (self.held - dataset)
        removed = (before | dataset) - self.held
        if self.decided_whole:
            removed |= self._partners() - self.held
        return HolderChange(day, self.area, tuple(sorted(added)), tuple(sorted(removed)))

    def _partners(self) -> set[str]:
        rows = self.system.incoming("PROVIDES", self.area)
        return {r.text("source_id") for r in rows if r.text("role") == "partner"}


def _walk(walk: _Walk, decisions: list[Dated]) -> list[HolderChange]:
    by_day: dict[dt.date, list[Dated]] = {}
    for item in decisions:
        by_day.setdefault(item.date, []).append(item)
    first = min(by_day)
    walk.start(first)
    found: list[HolderChange] = []
    for day in sorted(set(by_day) | walk.later_dates(first)):
        before = set(walk.held)
        walk.follow_dataset(day)
        if day in by_day:
            walk.decide(day, by_day[day])
            found.append(walk.change(day, before))
        elif walk.unknown is not None or walk.held != walk.dataset(day):
            found.append(walk.change(day, walk.dataset(day)))
    return found


def holder_changes(
    system: CareSystem,
    decisions: list[Dated],
    delays: dict[tuple[str, str], int],
    as_of: dt.date,
    report: Report,
) -> list[HolderChange]:
    """Return the holder changes of all areas that decisions concern, sorted by date and area.

    Parameters
    ----------
    system
        The dataset.
    decisions
        With their days; every id in them exists.
    delays
        (area, hospital) to days, for permits of the dataset that begin after `as_of`.
    as_of
        The as-of date.
    report
        Receives every contradiction.
    """
    by_area: dict[str, list[Dated]] = {}
    for item in decisions:
        by_area.setdefault(item.decision.area, []).append(item)
    found: list[HolderChange] = []
    for area, items in by_area.items():
        own = {hospital: days for (a, hospital), days in delays.items() if a == area}
        walk = _Walk(system, area, as_of, _spells(system, area, own, as_of), report)
        found.extend(_walk(walk, items))
    return sorted(found, key=lambda c: (c.date, c.area))

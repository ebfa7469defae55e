"""The holders of one area while decisions change them, and what contradicts them at that time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from graph_schema import CareSystem
from scenarios.changes import HolderChange
from scenarios.holders import candidates
from scenarios.values import CloseArea, Concentrate, Grant, Move, OpenArea, Refuse, Withdraw

__all__ = ["DAY", "MOST_PERMITS", "AreaState", "Dated", "HolderDecision", "Report", "Spell"]

MOST_PERMITS = 5  # the law on health care allows at most five units for a national area
DAY = dt.timedelta(days=1)
HolderDecision = Concentrate | Grant | Refuse | Withdraw | Move | OpenArea | CloseArea
NONE = "none"


class Report(Protocol):
    """Receives a contradiction; as `Conflicts.add`."""

    def __call__(self, place: str, value: str | None, code: str, /, **about: object) -> None:
        """Take in that the value at a place breaks a rule."""
        ...


def _listed(hospitals: Iterable[str], none: str = NONE) -> str:
    return ", ".join(sorted(hospitals)) or none


@dataclass(frozen=True, slots=True)
class Dated:
    """A decision with its place in the scenario and the day on which it acts."""

    date: dt.date
    place: str
    decision: HolderDecision


@dataclass(frozen=True, slots=True)
class Spell:
    """A stretch of days on which the dataset lets a hospital hold the area; both ends count."""

    hospital: str
    first: dt.date
    last: dt.date
    permit: bool


@dataclass
class AreaState:
    """Who holds an area, with and without a permit, as its decisions are walked through in time."""

    system: CareSystem
    area: str
    as_of: dt.date
    spells: list[Spell]
    report: Report
    held: set[str] = field(default_factory=set[str])
    permitted: set[str] = field(default_factory=set[str])
    refused: set[str] = field(default_factory=set[str])
    barred: set[str] = field(default_factory=set[str])
    begun: set[str] = field(default_factory=set[str])
    unknown: tuple[int, tuple[str, ...]] | None = None
    decided_whole: bool = False
    changes: list[HolderChange] = field(default_factory=list[HolderChange])

    def dataset(self, day: dt.date, *, permits: bool = False) -> set[str]:
        """Return the hospitals that the dataset lets hold the area on a day, or those with a permit alone."""
        return {s.hospital for s in self.spells if s.first <= day <= s.last and (s.permit or not permits)}

    def turns(self) -> set[dt.date]:
        """Return the days on which the dataset's holders change."""
        days = {s.first for s in self.spells}
        return days | {s.last + DAY for s in self.spells if s.last < dt.date.max}

    def start(self, first: dt.date) -> None:
        """Begin with the holders on the eve of the first decision."""
        self.held = self.dataset(first - DAY)
        self.permitted = self.dataset(first - DAY, permits=True)

    def follow_dataset(self, day: dt.date) -> None:
        """Take over what the dataset changes on a day, unless a decision has named all holders."""
        if self.decided_whole:
            return
        eve = day - DAY
        before, after = self.dataset(eve), self.dataset(day)
        self.held = (self.held | (after - before - self.barred)) - (before - after - self.begun)
        before, after = self.dataset(eve, permits=True), self.dataset(day, permits=True)
        self.permitted = (self.permitted | (after - before - self.barred)) - (before - after - self.begun)

    def decide(self, day: dt.date, decisions: list[Dated]) -> None:
        """Apply the decisions of one day, refusals first."""
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
                    held = _listed(self.held)
                    self.report(f"{item.place}.area", decision.area, "provided_already", hospitals=held)
                self._whole(decision.hospitals, permit=decision.permit)
            case CloseArea():
                if self.unknown is not None:
                    self.report(f"{item.place}.area", decision.area, "closes_unknown")
                elif not self.held:
                    self.report(f"{item.place}.area", decision.area, "closes_nothing")
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
            names = ", ".join(possible) or NONE
            self.report(
                f"{place}.units", str(decision.units), "too_few_candidates", count=len(possible), hospitals=names
            )
        self.unknown = (decision.units, possible)

    def _refuse(self, place: str, decision: Refuse) -> None:
        if decision.hospital in self.permitted:
            self.report(f"{place}.hospital", decision.hospital, "refuses_permit")
        if self.unknown is not None:
            self.report(f"{place}.hospital", decision.hospital, "refused_too_late")
        self.refused.add(decision.hospital)
        self._stop(decision.hospital)

    def _stop(self, hospital: str) -> None:
        self.held.discard(hospital)
        self.permitted.discard(hospital)
        self.begun.discard(hospital)
        self.barred.add(hospital)

    def _begin(self, hospital: str) -> None:
        self.held.add(hospital)
        self.permitted.add(hospital)
        self.begun.add(hospital)
        self.barred.discard(hospital)
        self.refused.discard(hospital)

    def _step(self, place: str, decision: Grant | Withdraw | Move) -> None:
        if self.unknown is not None:
            self.report(f"{place}.area", self.area, "step_of_unknown", own=decision.kind)
            return
        leaves = decision.from_hospital if isinstance(decision, Move) else decision.hospital
        if not isinstance(decision, Grant):
            if leaves not in self.held:
                name = "from_hospital" if isinstance(decision, Move) else "hospital"
                have = _listed(self.held, "nobody")
                self.report(f"{place}.{name}", leaves, "has_no_unit", own=decision.kind, hospitals=have)
            self._stop(leaves)
        if isinstance(decision, Withdraw):
            return
        to = decision.to_hospital if isinstance(decision, Move) else decision.hospital
        if to in self.permitted:
            name = "to_hospital" if isinstance(decision, Move) else "hospital"
            self.report(f"{place}.{name}", to, "has_permit")
        self._begin(to)

    def _count(self, day: dt.date, decisions: list[Dated]) -> None:
        if len(self.permitted) <= MOST_PERMITS or all(isinstance(d.decision, Concentrate) for d in decisions):
            return
        self.report(
            f"{decisions[-1].place}.area", self.area, "sixth_permit", count=len(self.permitted), day=day.isoformat(),
            hospitals=_listed(self.permitted),
        )  # fmt: skip

    def reader(self, day: dt.date) -> set[str]:
        """Return the holders on a day for one who reads the changes so far into the dataset."""
        held = self.dataset(day) | self._partners()
        for change in self.changes:
            kept = set[str]() if change.unknown_units else held - set(change.removed)
            held = kept | set(change.added) | set(change.candidates)
        return held

    def record(self, day: dt.date, before: set[str]) -> None:
        """Add the change that leads from the holders before to those now."""
        if self.unknown is not None:
            units, possible = self.unknown
            self.changes.append(HolderChange(day, self.area, unknown_units=units, candidates=possible))
            return
        read = self.reader(day)
        if not self.decided_whole:
            read -= self._partners()
        added = (self.held - before) | (self.held - read)
        removed = (before | read) - self.held
        self.changes.append(HolderChange(day, self.area, tuple(sorted(added)), tuple(sorted(removed))))

    def differs(self, day: dt.date) -> bool:
        """Whether the changes so far lead to other holders than those decided."""
        return self.unknown is None and self.reader(day) - self._partners() != self.held - self._partners()

    def _partners(self) -> set[str]:
        rows = self.system.incoming("PROVIDES", self.area)
        return {r.text("source_id") for r in rows if r.text("role") == "partner"}

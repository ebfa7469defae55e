"""The model as plain Python over the networkx view: one draw, dicts, loops and `math`.

Written from the rules of the design, to be compared with the array kernel. It is slow on purpose: every rule
stands here once, as directly as it can be said. What is known at rest stands in `plain_standing`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from tests.reference.plain_standing import Group, Pair, PlainStanding, Row

__all__ = ["PlainModel", "State", "Year"]


@dataclass
class State:
    """What passes from one period to the next."""

    levels: dict[Pair, float]
    load: dict[Pair, float]
    last: dict[Pair, float]
    before_last: dict[Pair, float]
    limits: dict[Row, float]


@dataclass
class Year:
    """Duration-weighted sums over a year; levels and loads at its end."""

    year: int
    volume: dict[Pair, float] = field(default_factory=dict)
    operability: dict[Pair, float] = field(default_factory=dict)  # of (hospital, area or function)
    flow: dict[tuple[str, Group, str], float] = field(default_factory=dict)
    not_taken: dict[tuple[str, Group], float] = field(default_factory=dict)
    not_referred: dict[str, float] = field(default_factory=dict)
    spare: dict[Row, float] = field(default_factory=dict)
    pushed: dict[Pair, float] = field(default_factory=dict)
    pushed_first: dict[Pair, float] = field(default_factory=dict)
    waiting: dict[Pair, float] = field(default_factory=dict)
    beyond: dict[Pair, float] = field(default_factory=dict)
    levels: dict[Pair, float] = field(default_factory=dict)
    load: dict[Pair, float] = field(default_factory=dict)
    load_before: dict[Pair, float] = field(default_factory=dict)
    hours_share: dict[str, float] = field(default_factory=dict)


SUMS = ("volume", "operability", "flow", "not_taken", "not_referred", "spare", "pushed", "pushed_first", "waiting",
        "beyond", "hours_share")  # fmt: skip


class PlainModel(PlainStanding):
    """One draw of the model; `run` yields the years of one world."""

    def _factor(self, kind: str, day: date, course: Any, hospital: str, target: str) -> float:
        found = 1.0
        for e in course.factor_changes:
            here = e.hospital is None or self.actual[e.hospital] == hospital
            if e.kind == kind and e.date_from <= day < e.date_to and e.target in (None, target) and here:
                found *= self.v(e.quantity_id)
        return found

    def _demand(self, group: Group, day: date, course: Any) -> dict[str, float]:
        area, rest = group
        changes = [c for c in course.share_changes if c.area == area]
        if any(c.date <= day for c in changes):
            concerned = self.v(changes[-1].quantity_id)
            share = 1 - concerned if rest else concerned
        else:
            share = 0.0 if rest else 1.0
        found: dict[str, float] = {}
        for r in self.regions:
            found[r] = self.people[r] * share * self.national[area]
            for e in course.factor_changes:
                here = e.target in (None, area) and e.region in (None, r)
                if e.kind == "demand" and e.date_from <= day < e.date_to and here:
                    found[r] *= self.v(e.quantity_id)
        return found

    def _working(self, group: Group, day: date, world: Any, course: Any, begin: date) -> tuple[list[str], bool]:
        """Holders of a group on a day, without closed units; and whether they changed that very day."""
        area, rest = group
        shares = [c for c in course.share_changes if c.area == area and c.date <= day]
        if rest and not shares:
            return [], False
        held, since = self.holders(area, shares[0].date - timedelta(days=1) if rest else day, world)
        changed = begin < since == day or any(c.date == day for c in shares)
        closed = {
            self.actual[c.hospital] for c in course.closures
            if c.date_from <= day < c.date_to and c.area in (None, area)
        }  # fmt: skip
        return sorted(held - closed), changed

    def refer(self, day: date, world: Any, course: Any, state: State, begin: date, into: Year, *, opening: bool = False
              ) -> dict[Pair, float]:  # fmt: skip
        """Send, overflow, and note what is not taken; returns the volumes."""
        volume = dict.fromkeys(self.pairs, 0.0)
        follow: dict[tuple[str, str], float] = {}  # region and area: who keep no former holder follow the new ones
        for group in sorted(self.groups, key=lambda g: not g[1]):
            area, rest = group
            demand = self._demand(group, day, course)
            demand = {r: x + (0.0 if rest else follow.get((r, area), 0.0)) for r, x in demand.items()}
            active, changed = self._working(group, day, world, course, begin)
            seen = {h: 0.5 * (state.last[h, area] + state.before_last[h, area]) / max(self.o0[h, area], 1e-9)
                    for h in active}  # fmt: skip
            sent = self.send(area, active, seen, demand)
            keep = {self.actual[h] for c in course.share_changes if c.area == area for h in c.hospitals}
            for r in self.regions if rest and keep else ():
                for h in active:
                    if h not in keep:
                        follow[r, area] = follow.get((r, area), 0.0) + sent[r, h]
                        demand[r] -= sent[r, h]
                        sent[r, h] = 0.0
            raw = {h: math.fsum(sent[r, h] for r in self.regions) for h in active}
            for h in self.routed[area]:
                row = (group, h)
                if (changed or opening) and self._stated((h, area), "capacity") is None:
                    built = self.v("capacity_multiple") * max(self.largest[h, area], raw.get(h, 0.0))
                    state.limits[row] = max(built, state.limits[row])
            limit = {h: state.limits[group, h] for h in active}
            room = {h: max(limit[h] - raw[h], 0.0) for h in active}
            kept = {h: limit[h] / raw[h] if raw[h] > limit[h] else 1.0 for h in active}
            excess = {r: math.fsum(sent[r, h] * (1 - kept[h]) for h in active) for r in self.regions}
            spare, over = math.fsum(room.values()), math.fsum(excess.values())
            moved = min(spare / over, 1.0) if over > 0 else 1.0
            for r in self.regions:
                into.not_taken[r, group] = excess[r] * (1 - moved) if active else demand[r]
                for h in active:
                    extra = excess[r] * moved * room[h] / spare if spare > 0 else 0.0
                    into.flow[r, group, h] = sent[r, h] * kept[h] + extra
            for h in self.routed[area]:
                taken = math.fsum(into.flow.get((r, group, h), 0.0) for r in self.regions)
                volume[h, area] += taken
                into.spare[group, h] = max(limit[h] - taken, 0.0) if h in active else 0.0
        return volume

    def period(self, day: date, length: float, world: Any, course: Any, state: State, begin: date) -> Year:
        now = Year(0)
        for c in course.share_changes:
            if c.hours_share is not None and c.date <= day and self.routed[c.area]:
                now.hours_share[c.area] = self.v(c.hours_id)
        now.hours_share = {a: now.hours_share.get(a, 1.0) for a in self.areas}
        before = {a for a in self.areas if self._is_before(a, day, world) and a in self.elsewhere}
        now.volume = self._with_history(self.refer(day, world, course, state, begin, now), before)
        for r, group in now.not_taken:
            if group[0] in before:
                now.not_taken[r, group] = 0.0
        for a in self.areas:
            given = math.fsum(v for (_, b), v in now.volume.items() if a == b)
            now.not_referred[a] = max(self.national[a] - given, 0.0) if a in before else 0.0
        state.load = self.relative(now.volume)
        state.levels = {k: self.stepped(state.levels[k], self.curve(u), length) for k, u in state.load.items()}
        here = {k: x * self._factor("staffing", day, course, *k) for k, x in state.levels.items()}
        now.operability = self.operability(here, now.volume, day if course is self.course else None)
        for place in self.facilities:
            found = self.push(place, now.volume, self._factor("capacity", day, course, *place))
            now.pushed[place], now.pushed_first[place], now.waiting[place], now.beyond[place] = found
        return now

    def _marks(self) -> list[date]:
        course = self.course
        days = {s[0] for world in (self.without, self.scenario) for spans in world.values() for s in spans}
        days |= {c.date for c in (*course.share_changes, *course.reach_changes)}
        days |= {d for e in (*course.factor_changes, *course.closures) for d in (e.date_from, e.date_to)}
        return sorted(days)

    def settled(self, volume: dict[Pair, float], limits: dict[Row, float]) -> State:
        load = self.relative(volume)
        levels = {k: self.curve(u) for k, u in load.items()}
        value = self.operability(levels, volume)
        pairs = {p: value[p] for p in self.pairs}
        return State(levels, load, pairs, dict(pairs), limits)

    def run(self, *, scenario: bool) -> Iterator[Year]:
        """Yield the years of one world from year 0 on."""
        course = self.course if scenario else self.course.baseline()
        world = self.scenario if scenario else self.without
        opening = date(self.course.as_of.year, 1, 1)
        state = self.settled(self.volume0, dict(self.limit0))
        first, begin = opening, opening - timedelta(days=1)
        if self.start == "today" and self.history_start < opening:
            # who held what then is the baseline's: a scenario changes nothing before its dates
            first, begin = self.history_start, self.history_start
            past, base = {p: self.o0[p] for p in self.pairs}, self.course.baseline()
            limits = dict(self.limit0)
            sent = self.refer(
                first, self.without, base, State({}, {}, past, past, limits), begin, Year(0), opening=True
            )
            before = {a for a in self.areas if self._is_before(a, first, self.without)}
            state = self.settled(self._with_history(sent, before), limits)
        for calendar in range(first.year, self.course.as_of.year + self.years + 1):
            if date(calendar, 1, 1) == opening:
                begin = opening - timedelta(days=1)
            found = self._year(calendar, max(first, date(calendar, 1, 1)), (world, course, begin), state)
            if calendar >= opening.year:
                yield found

    def _year(self, calendar: int, start: date, world: tuple[Any, Any, date], state: State) -> Year:
        end = date(calendar + 1, 1, 1)
        edges = [start, *(d for d in self._marks() if start < d < end), end]
        whole, load_before = (end - start).days, dict(state.load)
        year = Year(calendar - self.course.as_of.year)
        for a, b in pairwise(edges):
            part = self.period(a, (b - a).days / (end - date(calendar, 1, 1)).days, world[0], world[1], state, world[2])
            for name in SUMS:
                total = getattr(year, name)
                for key, x in getattr(part, name).items():
                    total[key] = total.get(key, 0.0) + (b - a).days / whole * x
        year.levels, year.load, year.load_before = dict(state.levels), dict(state.load), load_before
        pairs = {p: year.operability[p] for p in self.pairs}
        state.last, state.before_last = pairs, state.last
        return year

    def none_of_the_decisions(self) -> Year:
        """Decided areas where their history says, all else as today, at rest."""
        volume = self._with_history(dict(self.volume0), set(self.before))
        state = self.settled(volume, {})
        year = Year(0, volume=volume, levels=state.levels, load=state.load, load_before=state.load)
        year.operability = self.operability(state.levels, volume)
        for a in self.areas:
            given = math.fsum(v for (_, b), v in volume.items() if a == b)
            year.not_referred[a] = max(self.national[a] - given, 0.0)
        for place in self.facilities:
            found = self.push(place, volume, 1.0)
            year.pushed[place], year.pushed_first[place], year.waiting[place], year.beyond[place] = found
        return year

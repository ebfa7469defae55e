"""The reference implementation's reading of the networkx view: who does what, where and when, in plain dicts."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

import networkx as nx
from scipy.special import gammaincinv

__all__ = ["BEGINNING", "PlainGraph"]

BEGINNING = date(1900, 1, 1)
Span = tuple[date, frozenset[str], int]
Edge = tuple[str, str, str, dict[str, Any]]


class PlainGraph:
    """The graph, one draw of its numbers, and the timelines of both worlds (with and without the course).

    `values` holds one number for each quantity id; `members` the holders of each area whose set is unknown.
    """

    def __init__(
        self, graph: nx.MultiDiGraph[str], course: Any, start: str, values: Mapping[str, float],
        members: Mapping[str, frozenset[str]],
    ) -> None:  # fmt: skip
        self.g, self.course, self.start, self.values, self.members = graph, course, start, values, members
        self._edges = self._indexed()
        self.located = {u: v for u, v, _, _ in self.edges("LOCATED_IN")}
        self.care_of = {u: v for u, v, _, _ in self.edges("PART_OF") if self.type(u) == "Region"}
        self.parent = {u: v for u, v, _, _ in self.edges("PART_OF") if self.type(u) == "Competence"}
        self.regions, self.areas = self.nodes("Region"), self.nodes("CareArea")
        self.kind = {h: str(graph.nodes[h]["kind"]) for h in self.nodes("Hospital")}
        self.hospitals = [h for h in self.kind if self.kind[h] != "unnamed"]
        self.actual = {h: self._stand_in(h) for h in self.kind}
        self.median = {(u, v): d["hours_p50"].value for u, v, _, d in self.edges("TRAVELS")}
        text = graph.graph.get("history_start", "")
        self.history_start = date.fromisoformat(text) if text else course.as_of
        base = course.baseline()
        self.today = {a: self._spans(a, base, None) for a in self.areas}
        self.without = {a: self._spans(a, base, self._replayed(a)) for a in self.areas}
        self.scenario = {a: self._spans(a, course, self._replayed(a)) for a in self.areas}
        self.decided = {a: self._decided(a, base) for a in self.areas}
        self.before = {a: self._history_hospitals(a) for a in self.areas if self.decided[a] is not None}
        self.routed = {
            a: sorted({
                self.actual[h] for world in (self.today, self.without, self.scenario) for _, held, _ in world[a]
                for h in held
            } | {
                self.actual[h] for world in (self.today, self.without, self.scenario)
                for h in self.opening(a, *self._of(a, world))
            })
            for a in self.areas
        }  # fmt: skip
        worlds = {"today": self.today, "without": self.without, "scenario": self.scenario}
        self._begins = {(n, a): self._first_day(a, w) for n, w in worlds.items() for a in self.areas}
        self.pairs = sorted(
            {(h, a) for a in self.areas for h in self.routed[a]} | {(h, a) for a in self.before for h in self.before[a]}
        )

    # ------------------------------------------------------------------------------------------ reading
    def v(self, identifier: str) -> float:
        return self.values[identifier]

    def type(self, node: str) -> str:
        return str(self.g.nodes[node]["type"])

    def nodes(self, kind: str) -> list[str]:
        return sorted(n for n, d in self.g.nodes(data=True) if d["type"] == kind)

    def has(self, node: str, name: str) -> bool:
        return name in self.g.nodes[node]

    def edges(self, kind: str, source: str | None = None, target: str | None = None) -> list[Edge]:
        """Edges of a kind as (source, target, id of its quantities without their name, properties), by key."""
        return self._edges.get((kind, source, target), [])

    def _indexed(self) -> dict[tuple[str, str | None, str | None], list[Edge]]:
        found: dict[tuple[str, str | None, str | None], list[Edge]] = {}
        edges = sorted(self.g.edges(keys=True, data=True), key=lambda e: e[2].split("|"))
        for u, v, key, d in edges:
            rest = [part or "_" for part in key.split("|")[3:]]
            edge = (u, v, ".".join([u, d["type"].lower(), v, *rest]), d)
            for ends in ((None, None), (u, None), (None, v)):
                found.setdefault((d["type"], *ends), []).append(edge)
        return found

    def _stand_in(self, hospital: str) -> str:
        if self.kind[hospital] != "unnamed":
            return hospital
        near = [h for h in self.hospitals if self.located[h] == self.located[hospital]]
        return min(near, key=lambda h: (self.kind[h] != "university", h))

    def care(self, place: str) -> str:
        return self.care_of[self.located.get(place, place)]

    # ---------------------------------------------------------------------------------------- timelines
    def _permits(self, area: str, course: Any) -> list[tuple[date, date, str, bool]]:
        """Rows of an area: first day, last day, hospital, whether it is a permit; sub-permits are of which."""
        delays: dict[str, int] = {}
        for delay in course.delays:
            if delay.area == area:
                hospitals = [delay.hospital] if delay.hospital else [u for u, *_ in self.edges("PROVIDES", None, area)]
                delays.update(dict.fromkeys(hospitals, delay.days))
        found: list[tuple[date, date, str, bool]] = []
        for hospital, _, _, d in self.edges("PROVIDES", None, area):
            if d.get("sub_permit"):
                continue
            first = date.fromisoformat(d["valid_from"]) if d.get("valid_from") else BEGINNING
            if d.get("valid_from"):
                first += timedelta(days=delays.get(hospital, 0))
            last = date.fromisoformat(d["valid_to"]) if d.get("valid_to") else date.max
            found.append((first, last, hospital, d["permit"] is True))
        return found

    def _decided(self, area: str, course: Any) -> date | None:
        """First permit after the start of history, if nobody had or did it before."""
        rows = self._permits(area, course)
        permits = sorted(first for first, _, _, permit in rows if permit)
        if not permits or permits[0] <= self.history_start or any(not permit for *_, permit in rows):
            return None
        return permits[0]

    def _dataset(self, area: str, course: Any) -> list[Span]:
        rows = self._permits(area, course)
        days = {BEGINNING} | {r[0] for r in rows} | {r[1] + timedelta(days=1) for r in rows if r[1] < date.max}
        return [(day, frozenset(r[2] for r in rows if r[0] <= day <= r[1]), 0) for day in sorted(days)]

    def _replayed(self, area: str) -> date | None:
        """First day of a change in the past: from then on the area's own decisions are set aside."""
        days = [c.date for c in self.course.holder_changes if c.area == area and c.date <= self.course.as_of]
        return min(days, default=None)

    def _last(self, replayed: date | None) -> date:
        """The day at which `standing` freezes the dataset's permits."""
        return replayed - timedelta(days=1) if replayed else self.course.as_of

    def _was_elsewhere(self, area: str, course: Any, replayed: date | None) -> bool:
        decided = self._decided(area, course)
        return decided is not None and (self.start == "today" or decided > self._last(replayed))

    def opening(self, area: str, course: Any, replayed: date | None) -> frozenset[str]:
        """The dataset's first holders: they stand in for an area before anybody holds it."""
        spans = self._dataset(area, course)
        if self.start == "standing" and not self._was_elsewhere(area, course, replayed):
            return [held for day, held, _ in spans if day <= self._last(replayed)][-1]
        return next((held for _, held, _ in spans if held), frozenset[str]())

    def _spans(self, area: str, course: Any, replayed: date | None) -> list[Span]:
        spans = self._dataset(area, course)
        if self.start == "standing":
            spans = [(BEGINNING, [s for s in spans if s[0] <= self._last(replayed)][-1][1], 0)]
        elif replayed:
            spans = [s for s in spans if s[0] < replayed]
        for change in course.holder_changes:
            if change.area != area:
                continue
            added, removed = frozenset(change.added), frozenset(change.removed)
            now = [s for s in spans if s[0] <= change.date][-1]
            later = [s for s in spans if s[0] > change.date]
            if change.unknown_units:
                new: Span = (change.date, frozenset(change.candidates), change.unknown_units)
                later = []
            else:
                new = (change.date, (now[1] - removed) | added, 0 if added else now[2])
                later = [(day, (held - removed) | added, units) for day, held, units in later]
            spans = [s for s in spans if s[0] < change.date] + [new] + later
        return spans

    def begins(self, area: str, world: Mapping[str, list[Span]]) -> date | None:
        """Before this day the area is where its history says; None where it never was."""
        name = "today" if world is self.today else "without" if world is self.without else "scenario"
        return self._begins[name, area]

    def _first_day(self, area: str, world: Mapping[str, list[Span]]) -> date | None:
        course, replayed = self._of(area, world)
        if not self._was_elsewhere(area, course, replayed):
            return None
        return next((day for day, held, _ in world[area] if held), date.max)

    def _of(self, area: str, world: Mapping[str, list[Span]]) -> tuple[Any, date | None]:
        course = self.course if world is self.scenario else self.course.baseline()
        return course, None if world is self.today else self._replayed(area)

    def holders(self, area: str, day: date, world: Mapping[str, list[Span]]) -> tuple[set[str], date]:
        """Who holds an area on a day (the draw's own set where unknown), and since when."""
        since, held, units = [s for s in world[area] if s[0] <= day][-1]
        if not any(s[1] for s in world[area] if s[0] <= day):
            since, held, units = BEGINNING, self.opening(area, *self._of(area, world)), 0
        names = {self.actual[h] for h in held}
        return (names & self.members[area] if units else names), since

    # ------------------------------------------------------------------------------------------ history
    def _history_hospitals(self, area: str) -> list[str]:
        stated = {self.actual[u] for u, *_ in self.edges("PROVIDED_BEFORE", None, area)}
        county = "p_spread" in self.g.nodes[area] and self.g.nodes[area]["p_spread"].high > 0
        found = set(stated)
        for h in self.hospitals:
            if (self.kind[h] == "university" and not stated) or (self.kind[h] == "county" and county):
                found.add(h)
        return sorted(found)

    def nearest(self, region: str, hospitals: Iterable[str]) -> str:
        """The nearest in the own care region, else the nearest."""
        return min(hospitals, key=lambda h: (self.care(h) != self.care(region), self.median[region, h], h))

    def catchment(self, hospitals: list[str]) -> dict[str, float]:
        """Half the population nearest to each, half its share of university care; sums to 1."""
        people = dict.fromkeys(hospitals, 0.0)
        for region in self.regions:
            people[self.nearest(region, hospitals)] += self.g.nodes[region]["population"].value
        anchors = {h: self.g.nodes[h]["anchor_share"].value if self.has(h, "anchor_share") else 0.0 for h in hospitals}
        size = {h: people[h] / math.fsum(people.values()) for h in hospitals}
        if sum(anchors.values()) > 0:
            size = {h: 0.5 * size[h] + 0.5 * anchors[h] / math.fsum(anchors.values()) for h in hospitals}
        size = {h: max(s, 1e-3) for h, s in size.items()}
        return {h: s / math.fsum(size.values()) for h, s in size.items()}

    def _history(self) -> tuple[dict[tuple[str, str], float], set[str]]:
        """Shares before concentration, and the areas that were elsewhere than today."""
        shares, elsewhere = dict.fromkeys(self.pairs, 0.0), set[str]()
        for area in self.before:
            chances = [self.v(f"{area}.p_{k}") for k in ("new", "already_concentrated", "regional", "spread")]
            choice, edge = self.v(f"{area}.history") * math.fsum(chances), 0.0
            kind = "spread"
            for name, chance in zip(("new", "concentrated", "regional"), chances, strict=False):
                edge += chance
                if choice < edge:
                    kind = name
                    break
            if kind == "concentrated":
                continue
            elsewhere.add(area)
            if kind != "new":
                for h, share in self._shares(area, kind).items():
                    shares[h, area] = share
        return shares, elsewhere

    def _shares(self, area: str, kind: str) -> dict[str, float]:
        hospitals = self.before[area]
        sides = ([h for h in hospitals if self.kind[h] != "county"], [h for h in hospitals if self.kind[h] == "county"])
        outside = self.v(f"{area}.share_outside") if kind == "spread" else 0.0
        outside = outside if sides[1] else 0.0
        drawn: dict[str, float] = {}
        for side, part in zip(sides, (1 - outside, outside), strict=True):
            if side:
                weight = self.catchment(side)
                c = self.v("dirichlet_concentration")
                mass = {h: float(gammaincinv(max(c * weight[h], 1e-3), self.v(f"{h}.before.{area}"))) for h in side}
                total = max(math.fsum(mass.values()), 1e-300)
                drawn.update({h: part * mass[h] / total for h in side})
        stated = {
            self.actual[u]: self.v(f"{key}.share") for u, _, key, d in self.edges("PROVIDED_BEFORE", None, area)
            if "share" in d
        }  # fmt: skip
        over = max(math.fsum(stated.values()), 1.0)
        stated = {h: s / over for h, s in stated.items()}
        free = math.fsum(drawn[h] for h in hospitals if h not in stated)
        left = 1 - math.fsum(stated.values())
        found = {h: stated.get(h, left * drawn[h] / max(free, 1e-300)) for h in hospitals}
        total = max(math.fsum(found.values()), 1e-300)
        new = self.v(f"{area}.new_share") if self.has(area, "new_share") else 0.0
        return {h: (1 - new) * s / total for h, s in found.items()}

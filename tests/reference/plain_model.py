"""The model as plain Python over the networkx view: one draw, dicts, loops and `math`.

Written from the rules of the design, to be compared with the array kernel. It is slow on purpose: every rule
stands here once, as directly as it can be said.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from scipy.special import gammaincinv

from tests.reference.plain_graph import PlainGraph
from tests.reference.plain_queues import elective_excess, erlang_b, offered_hours, offered_load

__all__ = ["PlainModel", "Year"]

FIT = 1e-13
ROUNDS = 100_000
DAYS = 365.0
REACHES = ("same_site", "in_reach", "network")
Pair = tuple[str, str]  # hospital, area
Group = tuple[str, bool]  # area, and whether it is the part that keeps its former holders
Row = tuple[Group, str]  # group, hospital


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


class PlainModel(PlainGraph):
    """One draw of the model; `standing` is worked out at once, `run` yields the years of one world."""

    def __init__(
        self, graph: Any, course: Any, values: Mapping[str, float], *, years: int = 10, start: str = "standing",
        members: Mapping[str, frozenset[str]] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(graph, course, start, values, members or {})
        self.years = years
        split = {c.area for c in course.share_changes}
        self.groups: list[Group] = [(a, rest) for a in self.areas for rest in (False, True)
                                    if self.routed[a] and (not rest or a in split)]  # fmt: skip
        self.rows = [(g, h) for g in self.groups for h in self.routed[g[0]]]
        people = {r: self.v(f"{r}.population") for r in self.regions}
        self.people = {r: people[r] / math.fsum(people.values()) for r in self.regions}
        self.functions = sorted({(self.actual[u], v) for u, v, _, _ in self.edges("PERFORMS")})
        self._competences()
        self.shares_before, self.elsewhere = self._history()
        self._standing()

    # --------------------------------------------------------------------------------- what is required
    def _competences(self) -> None:
        staffed = {(self.actual[u], v) for u, v, _, _ in self.edges("STAFFS")}
        # a county hospital whose staffing nobody knows counts as fully operable
        self.modelled = {h for h in self.hospitals if self.kind[h] != "county"} | {h for h, _ in staffed}
        wanted = set(staffed)
        for h, thing in [*self.pairs, *self.functions]:
            if h in self.modelled:
                wanted |= {(h, c) for _, c, _, _ in self.edges("REQUIRES", thing)}
        for h, c in list(wanted):
            wanted |= {(h, up) for up in self.ancestors(c)}
        self.level_keys = sorted(wanted, key=lambda hc: (len(self.ancestors(hc[1])), hc))
        acute = [f for f in self.nodes("Function") if self.g.nodes[f]["kind"] == "emergency"]
        self.on_duty = {c for f in acute for _, c, _, _ in self.edges("REQUIRES", f)}
        self.cases = {a: self._head_cases(a) for a in self.areas}

    def ancestors(self, competence: str) -> list[str]:
        found: list[str] = []
        while competence in self.parent:
            competence = self.parent[competence]
            found.append(competence)
        return found

    def _head_cases(self, area: str) -> dict[str, float]:
        """Head-cases per patient: each patient once under a root, so a parent gets the larger, not the sum."""
        found = {c: self.v(f"{key}.head_cases") for _, c, key, _ in self.edges("REQUIRES", area)}
        todo = {c for named in list(found) for c in (named, *self.ancestors(named))}
        for child in sorted(todo, key=lambda c: -len(self.ancestors(c))):
            if child in self.parent:
                up = self.parent[child]
                climbed = self.v(f"{child}.part_of.{up}.parent_share") * found[child]
                found[up] = max(found.get(up, 0.0), climbed)
        return found

    # ------------------------------------------------------------------------------------------ history
    def _history(self) -> tuple[dict[Pair, float], set[str]]:
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
                mass = {
                    h: float(gammaincinv(max(c * weight[h], 1e-3), self.v(f"{h}.before.{area}"))) for h in side
                }
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

    # ----------------------------------------------------------------------------------------- standing
    def _known(self, pair: Pair) -> float | None:
        """Mean of the reported years, else the stated patients."""
        counts: dict[int, float] = {}
        for u, _, _, d in self.edges("PROVIDES_VOLUME", None, pair[1]):
            if self.actual[u] == pair[0] and not d.get("sub_permit") and not d.get("home_region"):
                counts[d["year"]] = counts.get(d["year"], 0.0) + d["patients"].value
        self.largest[pair] = max(counts.values(), default=0.0)
        if counts:
            return math.fsum(counts.values()) / len(counts)
        return self._stated(pair, "patients")

    def _stated(self, pair: Pair, name: str) -> float | None:
        found = ""
        for u, _, key, d in self.edges("PROVIDES", None, pair[1]):
            known = name in d and not d.get("sub_permit") and self.actual[u] == pair[0]
            if known and (d.get("valid_from") or "") <= self.course.as_of.isoformat():
                found = f"{key}.{name}"
        return self.v(found) if found else None

    def _standing(self) -> None:
        as_of = self.course.as_of
        self.largest: dict[Pair, float] = {}
        self.national: dict[str, float] = {}
        self.reported: dict[Pair, float] = dict.fromkeys(self.pairs, 0.0)
        self.weight: dict[Pair, float] = {}
        known = {p: self._known(p) for p in self.pairs}
        for area in self.areas:
            volume = self.v(f"{area}.volume")
            held = self.holders(area, as_of, self.today)[0] if self.routed[area] else set[str]()
            mine = [h for h in self.routed[area] if h in held]
            counted = {h: known[h, area] for h in mine}
            missing = [h for h in mine if counted[h] is None]
            total = math.fsum(c for c in counted.values() if c is not None)
            left = max(volume - total, volume * len(missing) / max(len(mine), 1) / 4) if missing else 0.0
            size = self.catchment([h for h, a in self.pairs if a == area]) if self.routed[area] else {}
            split = {h: size[h] * self.v(f"{h}.split.{area}") for h in missing}
            for h in mine:
                count = counted[h]
                found = count if count is not None else left * split[h] / math.fsum(split.values())
                self.reported[h, area] = found
            self.national[area] = math.fsum(self.reported[h, area] for h in mine) if mine else volume
            self.weight.update(self._fit(area, mine))
        self.limit0 = {((a, rest), h): self._limit(h, a, rest) for (a, rest), h in self.rows}
        pending = {a for a in self.areas if self._is_before(a, as_of, self.today)}
        self.volume0 = self._with_history(dict(self.reported), pending)
        self._need()
        self.level0 = {k: self.curve(u) for k, u in self.relative(self.volume0).items()}
        self.o0 = self.operability(self.level0, self.volume0)
        self._loads()

    def _fit(self, area: str, mine: list[str]) -> dict[Pair, float]:
        """Proportional fitting until `standing` gives the known volumes; others the median of their kind."""
        positive = [h for h in mine if self.reported[h, area] > 0]
        if mine and not positive:
            positive = mine
        weight = dict.fromkeys(positive, 1.0)
        mixed = {r: self.mixed(r, area, mine, dict.fromkeys(mine, 1.0)) for r in self.regions}
        total = self.national[area]
        for _ in range(ROUNDS if total > 0 and positive else 0):
            got = dict.fromkeys(positive, 0.0)
            for r in self.regions:
                pull = {h: weight[h] * mixed[r][h] for h in positive}
                for h in positive:
                    got[h] += self.people[r] * total * pull[h] / sum(pull.values())
            if max(abs(got[h] - self.reported[h, area]) for h in positive) < FIT * total:
                break
            weight = {h: weight[h] * self.reported[h, area] / got[h] for h in positive}
        found: dict[Pair, float] = {}
        for h in self.routed[area]:
            alike = [weight[j] for j in positive if self.kind[j] == self.kind[h]]
            if h in mine:
                found[h, area] = weight.get(h, 0.0)
            else:
                found[h, area] = statistics.median(alike or list(weight.values()) or [1.0])
        return found

    def _limit(self, hospital: str, area: str, rest: bool) -> float:
        reported = 0.0 if rest else self.reported[hospital, area]
        stated = self._stated((hospital, area), "capacity")
        if stated is not None:
            return max(stated, reported)
        return self.v("capacity_multiple") * max(self.largest[hospital, area], reported)

    # ----------------------------------------------------------------------------------------- referral
    def mixed(self, region: str, area: str, active: list[str], seen: Mapping[str, float]) -> dict[str, float]:
        """M = θ·R + (1 − θ)·P over the working holders."""
        if not active:
            return {}
        stated = {
            self.actual[u]: self.v(f"{key}.share") for _, u, key, d in self.edges("REFERS_TO", region)
            if d["area"] == area and self.actual[u] in active
        }  # fmt: skip
        if math.fsum(stated.values()) > 0:
            route = {h: stated.get(h, 0.0) / math.fsum(stated.values()) for h in active}
        else:
            nearest = self.nearest(region, active)
            route = {h: float(h == nearest) for h in active}
        free: dict[str, float] = {}
        for h in active:
            hours = self.v(f"{region}.travels.{h}.hours_p50")
            near = self.v("region_factor") if self.care(h) == self.care(region) else 1.0
            pull = max(seen[h], self.v("attraction_floor")) ** self.v("attraction_exponent")
            free[h] = pull * math.exp(-self.v("distance_decay") * hours) * near
        theta, total = self.v("route_share"), math.fsum(free.values())
        return {h: theta * route[h] + (1 - theta) * free[h] / total for h in active}

    def send(self, area: str, active: list[str], seen: Mapping[str, float], demand: Mapping[str, float]
             ) -> dict[tuple[str, str], float]:  # fmt: skip
        found: dict[tuple[str, str], float] = {}
        for region in self.regions:
            mixed = self.mixed(region, area, active, seen)
            pull = {h: self.weight[h, area] * mixed[h] for h in active}
            if math.fsum(pull.values()) <= 0:
                pull = mixed
            for h in active:
                found[region, h] = demand[region] * pull[h] / math.fsum(pull.values())
        return found

    # ------------------------------------------------------------------------------------------ squeeze
    def _need(self) -> None:
        inside = self.caseload(self.volume0)
        self.outside: dict[Pair, float] = {}
        self.need: dict[Pair, float] = {}
        self.posts: dict[Pair, float] = {}
        staffs = {(self.actual[u], v): d for u, v, _, d in self.edges("STAFFS")}
        for h, c in self.level_keys:
            row, key = staffs.get((h, c), {}), f"{h}.staffs.{c}"
            heads = next((n for n in ("fte", "specialists") if n in row), None)
            self.posts[h, c] = self.v(f"{key}.{heads}") if heads else self.v(f"{key}.rota_heads")
            self.outside[h, c] = self._outside(h, c, inside[h, c], "outside_caseload" in row, heads is not None)
            standing = self.outside[h, c] + inside[h, c]
            if standing > 0:
                self.need[h, c] = standing / self.v(f"{key}.margin")
            else:
                self.need[h, c] = self.v(f"{key}.rota_heads") * self.v(f"{c}.v_min")

    def _outside(self, h: str, c: str, inside: float, counted: bool, staffed: bool) -> float:
        if counted:
            return self.v(f"{h}.staffs.{c}.outside_caseload")
        if staffed and self.g.nodes[c]["kind"] == "specialty":
            found = max(self.posts[h, c] * self.v(f"{c}.usual_caseload") - inside, 0.0)
        else:
            found = self.v(f"{h}.outside_ratio.{c}") * inside
        if c not in self.parent:
            return found
        above = self.outside[h, self.parent[c]]
        return min(found, above) if inside > 0 else self.v(f"{h}.child_fraction.{c}") * above

    def caseload(self, volume: Mapping[Pair, float]) -> dict[Pair, float]:
        return {
            (h, c): math.fsum(self.cases[a].get(c, 0.0) * volume[h2, a] for h2, a in self.pairs if h2 == h)
            for h, c in self.level_keys
        }

    def relative(self, volume: Mapping[Pair, float]) -> dict[Pair, float]:
        inside = self.caseload(volume)
        return {k: (self.outside[k] + inside[k]) / self.need[k] for k in self.level_keys}

    def curve(self, u: float) -> float:
        power = u ** self.v("level_exponent")
        return power / (power + 1 / 9)

    def stepped(self, level: float, target: float, length: float) -> float:
        years = self.v("t90_build") if target > level else self.v("t90_loss")
        return target + (level - target) * 10 ** (-length / years)

    # -------------------------------------------------------------------------------------- operability
    def _reach(self, h: str, thing: str, reach: str, value: Mapping[Pair, float]) -> float:
        own = value.get((h, thing), 0.0)
        if reach == "same_site":
            return own
        near = [x for (j, t), x in value.items() if t == thing and (reach == "network" or self.care(j) == self.care(h))]
        share = self.v("network_share" if reach == "network" else "in_reach_share")
        return max(own, share * max(near)) if near else own

    def _further(self, hospital: str, area: str, day: date | None) -> str:
        """The longer reach that a change gives the area's competences at a hospital."""
        found = "same_site"
        for c in self.course.reach_changes if day else ():
            if c.date <= day and c.area == area and (not c.hospitals or hospital in {self.actual[h] for h in c.hospitals}):
                found = c.reach
        return found

    def _family_product(self, node: Pair, levels: Mapping[Pair, float], day: date | None) -> float:
        if node[0] not in self.modelled:
            return 1.0
        further = self._further(*node, day)
        families: dict[str, tuple[bool, list[float]]] = {}
        for _, c, key, d in self.edges("REQUIRES", node[1]):
            kept = 1 - self.v(f"{key}.criticality") * (1 - self._reach(node[0], c, max(d["reach"], further, key=REACHES.index), levels))
            label = d.get("family") or f"root {[c, *self.ancestors(c)][-1]}"
            families.setdefault(label, (d.get("family_rule") == "any", []))[1].append(kept)
        return math.prod(max(kept) if any_ else min(kept) for any_, kept in families.values())

    def operability(
        self, levels: Mapping[Pair, float], volume: Mapping[Pair, float], day: date | None = None
    ) -> dict[Pair, float]:
        """Greatest fixed point at or below the product over competence families, from the top down."""
        nodes = [*self.pairs, *self.functions]
        base = {n: self._family_product(n, levels, day) for n in nodes}
        links = [
            (n, b, d["reach"], self.v(f"{key}.criticality")) for n in nodes if n[0] in self.modelled
            for _, b, key, d in self.edges("DEPENDS_ON", n[1]) if any(a == b for _, a in self.pairs)
        ]  # fmt: skip
        value = dict(base)
        for _ in range(ROUNDS):
            seen = {p: value[p] if volume[p] > 0 else 0.0 for p in self.pairs}
            following = dict(base)
            for n, b, reach, kappa in links:
                following[n] = min(following[n], 1 - kappa * (1 - self._reach(n[0], b, reach, seen)))
            done = max((abs(following[n] - value[n]) for n in nodes), default=0.0) <= 1e-14
            value = following
            if done:
                break
        return value

    # ---------------------------------------------------------------------------------------- resources
    def _loads(self) -> None:
        self.facilities: dict[Pair, dict[str, Any]] = {}
        for u, r, key, d in self.edges("OPERATES"):
            if d.get("part_of_year") or "occupancy" not in d or "other_amount" not in d:
                continue
            names = ("capacity", "occupancy", "day_cv", "refill_share", "other_amount")
            fact: dict[str, Any] = {n: self.v(f"{key}.{n}") for n in names}
            for n in ("wait_days", "guarantee_days"):
                fact[n] = self.v(f"{key}.{n}") if n in d else math.nan
            fact["queue"] = self.g.nodes[r]["kind"] == "queue"
            fact["days"] = self.v("working_days") if fact["queue"] else DAYS
            carried = fact["occupancy"] * fact["capacity"]
            if fact["queue"]:
                total = offered_hours(carried, fact["day_cv"], fact["capacity"])
            else:
                total = offered_load(carried, fact["capacity"])
            place = (self.actual[u], r)
            fact["ours"] = self.used(place, fact["days"], self.volume0)
            fact["outside"] = max(total - fact["ours"], 0.0)
            implied = fact["outside"] * fact["days"] / max(fact["other_amount"], 1e-9)
            fact["others"] = self.v(f"{key}.other_patients") if "other_patients" in d else implied
            self.facilities[place] = fact

    def used(self, place: Pair, days: float, volume: Mapping[Pair, float]) -> float:
        uses = {a: f"{key}.amount" for a, _, key, _ in self.edges("USES", None, place[1])}
        return math.fsum(self.v(uses[a]) * volume[h, a] for h, a in self.pairs if h == place[0] and a in uses) / days

    def push(self, place: Pair, volume: Mapping[Pair, float], factor: float) -> tuple[float, float, float, float]:
        """Displaced (equal, national first), change of waiting, P(beyond the guarantee) against `standing`."""
        f = self.facilities[place]
        used, room = self.used(place, f["days"], volume), f["capacity"] * factor
        outside = f["outside"] + f["refill_share"] * max(f["ours"] - used, 0.0)
        old, new = f["outside"] + f["ours"], outside + used
        if not f["queue"]:
            b0, b1 = erlang_b(old, f["capacity"]), erlang_b(new, room)
            turned = (new * b1 - old * b0) * DAYS / max(f["other_amount"], 1e-9)
            return f["others"] * (b1 - b0), turned, math.nan, math.nan
        hours = elective_excess(new, f["day_cv"] * new, room)
        hours -= elective_excess(old, f["day_cv"] * old, f["capacity"])
        patients = hours * f["days"] / max(f["other_amount"], 1e-9)
        odds = [min(x, 0.98) / (1 - min(x, 0.98)) for x in (old / f["capacity"], new / max(room, 1e-9))]
        wait = f["wait_days"] * odds[1] / max(odds[0], 1e-12)
        beyond = math.exp(-f["guarantee_days"] / max(wait, 1e-9))
        return patients * outside / max(new, 1e-12), patients, wait - f["wait_days"], beyond

    # --------------------------------------------------------------------------------------------- time
    def _is_before(self, area: str, day: date, world: Mapping[str, Any]) -> bool:
        begins = self.begins(area, world)
        return begins is not None and day < begins

    def _with_history(self, volume: dict[Pair, float], before: set[str]) -> dict[Pair, float]:
        for h, a in self.pairs:
            if a in before and a in self.elsewhere:
                volume[h, a] = self.shares_before[h, a] * self.national[a]
        return volume

    def _factor(self, kind: str, day: date, course: Any, hospital: str, target: str) -> float:
        found = 1.0
        for e in course.factor_changes:
            if e.kind == kind and e.date_from <= day < e.date_to and e.target in (None, target):
                if e.hospital is None or self.actual[e.hospital] == hospital:
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
                if e.kind == "demand" and e.date_from <= day < e.date_to:
                    if e.target in (None, area) and e.region in (None, r):
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

    def refer(self, day: date, world: Any, course: Any, state: State, begin: date, into: Year, opening: bool = False
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
            if c.hours_share is not None and c.date <= day:
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
            sent = self.refer(first, self.without, base, State({}, {}, past, past, limits), begin, Year(0), True)
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
        for a, b in zip(edges, edges[1:], strict=False):
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

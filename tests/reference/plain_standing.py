"""What a draw of the plain model knows before anything happens: needs, levels, operability and loads of today."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping
from datetime import date
from typing import Any

from tests.reference.plain_graph import PlainGraph
from tests.reference.plain_queues import elective_excess, erlang_b, offered_hours, offered_load

__all__ = ["Group", "Pair", "PlainStanding", "Row"]

FIT = 1e-13
ROUNDS = 100_000
DAYS = 365.0
REACHES = ("same_site", "in_reach", "network")
Pair = tuple[str, str]  # hospital, area
Group = tuple[str, bool]  # area, and whether it is the part that keeps its former holders
Row = tuple[Group, str]  # group, hospital


class PlainStanding(PlainGraph):
    """One draw at rest under today's permits."""

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
            size = self.catchment(mine) if mine else {}
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
        earlier = self.caseload(self._with_history(dict(self.volume0), set(self.before)))
        self.outside: dict[Pair, float] = {}
        self.need: dict[Pair, float] = {}
        self.posts: dict[Pair, float] = {}
        self.known: dict[Pair, bool] = {}
        staffs = {(self.actual[u], v): d for u, v, _, d in self.edges("STAFFS")}
        for h, c in self.level_keys:
            row, key = staffs.get((h, c), {}), f"{h}.staffs.{c}"
            heads = next((n for n in ("fte", "specialists") if n in row), None)
            self.posts[h, c] = self.v(f"{key}.{heads}") if heads else self.v(f"{key}.rota_heads")
            self.outside[h, c] = self._outside(h, c, inside[h, c], "outside_caseload" in row, heads is not None)
            most = self.outside[h, c] + max(inside[h, c], earlier[h, c])
            self.known[h, c] = most > 0
            if most > 0:
                self.need[h, c] = most / self.v(f"{key}.margin")
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
        specialist = staffed and self.g.nodes[c]["kind"] == "specialty"
        if "parent_fraction" in self.g.nodes[c]:
            fraction = self.v(f"{c}.parent_fraction")
            if not specialist or inside <= 0:
                return fraction * above
            return min(found, above)
        return min(found, above) if inside > 0 else self.v(f"{h}.child_fraction.{c}") * above

    def caseload(self, volume: Mapping[Pair, float]) -> dict[Pair, float]:
        done: dict[str, list[str]] = {h: [a for j, a in self.pairs if j == h] for h in self.hospitals}
        return {
            (h, c): math.fsum(self.cases[a].get(c, 0.0) * volume[h, a] for a in done[h]) for h, c in self.level_keys
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
        near = [value[j, thing] for j in self.hospitals
                if (j, thing) in value and (reach == "network" or self.care(j) == self.care(h))]  # fmt: skip
        share = self.v("network_share" if reach == "network" else "in_reach_share")
        return max(own, share * max(near)) if near else own

    def _further(self, hospital: str, area: str, day: date | None) -> str:
        """The longer reach that a change gives the area's competences at a hospital."""
        found = "same_site"
        for c in self.course.reach_changes if day else ():
            named = {self.actual[h] for h in c.hospitals} or {hospital}
            if c.date <= day and c.area == area and hospital in named:
                found = c.reach
        return found

    def _family_product(self, node: Pair, levels: Mapping[Pair, float], day: date | None) -> float:
        if node[0] not in self.modelled:
            return 1.0
        further = self._further(*node, day)
        families: dict[str, tuple[bool, list[float]]] = {}
        for _, c, key, d in self.edges("REQUIRES", node[1]):
            reach = max(d["reach"], further, key=REACHES.index)
            kept = 1 - self.v(f"{key}.criticality") * (1 - self._reach(node[0], c, reach, levels))
            label = d.get("family") or f"root {[c, *self.ancestors(c)][-1]}"
            families.setdefault(label, (d.get("family_rule") == "any", []))[1].append(kept)
        return math.prod(max(kept) if any_ else min(kept) for any_, kept in families.values())

    def operability(
        self, levels: Mapping[Pair, float], volume: Mapping[Pair, float], day: date | None = None
    ) -> dict[Pair, float]:
        """Greatest fixed point at or below the product over competence families, from the top down."""
        nodes = [*self.pairs, *self.functions]
        base = {n: self._family_product(n, levels, day) for n in nodes}
        provided = {a for _, a in self.pairs}
        links = [
            (n, b, d["reach"], self.v(f"{key}.criticality")) for n in nodes if n[0] in self.modelled
            for _, b, key, d in self.edges("DEPENDS_ON", n[1]) if b in provided
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
        mine = [a for a in uses if (place[0], a) in volume]
        return math.fsum(self.v(uses[a]) * volume[place[0], a] for a in mine) / days

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

    # ----------------------------------------------------------------------------------- before decisions
    def _is_before(self, area: str, day: date, world: Mapping[str, Any]) -> bool:
        begins = self.begins(area, world)
        return begins is not None and day < begins

    def _with_history(self, volume: dict[Pair, float], before: set[str]) -> dict[Pair, float]:
        for h, a in self.pairs:
            if a in before and a in self.elsewhere:
                volume[h, a] = self.shares_before[h, a] * self.national[a]
        return volume

"""How an answer of attribute is read: what is shared, rows of a year, names of decisions and measures, numbers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from impact import load_measures
from interface.named_nodes import NamedNodes
from interface.numbers import decimals_for, decimals_of_size, format_value
from interface.texts import Language, text

__all__ = ["HALF", "POINTS", "AttributionReading", "Key"]

Row = Mapping[str, Any]
Key = tuple[str, str, str]  # hospital, measure, statistic
NAMES = 3  # areas of a cluster that are named
HALF = 0.5  # a standard error larger than this share of its figure makes the figure uncertain
POINTS = 100  # percentage points in a probability
VISIBLE_CHANCE = 0.005
NAMED = ("FTE", "functions", "number")  # units that the name of the measure says


class AttributionReading:
    """An answer of `attribute` as it is read, in a language and for a year.

    Parameters
    ----------
    nodes
        For names.
    content
        What the command printed or saved.
    lang
        ``sv`` or ``en``.
    year
        0 or the last year.
    """

    def __init__(self, nodes: NamedNodes, content: Row, lang: Language, year: int) -> None:
        self.names = nodes.names(lang)
        self.lang: Language = lang
        self.year = year
        self.content = content
        self.decisions = {d["decision"]: d for d in content["decisions"]}

    @property
    def keys(self) -> list[Key]:
        """What is shared: (hospital, measure, statistic), in the order of the answer."""
        return list(dict.fromkeys((r["hospital"], r["measure"], r["statistic"]) for r in self.content["last_in_gap"]))

    def year_of(self, key: Key) -> int:
        """The year whose rows are read: the risk of lying below a floor is known from year 1 on."""
        return max(self.year, 1) if key[2] == "p_below_floor" else self.year

    def scale(self, key: Key) -> int:
        """By what a figure is multiplied to be read: probabilities are in percentage points."""
        return POINTS if key[2] == "p_below_floor" else 1

    def rows(self, part: str, key: Key) -> list[Row]:
        """Rows of a part of the answer for (hospital, measure, statistic) in the year shown."""
        year = self.year_of(key)
        return [
            r for r in self.content[part]
            if (r["hospital"], r["measure"], r["statistic"]) == key and r["year"] == year
        ]  # fmt: skip

    def name(self, decision: str) -> str:
        """Name of a decision; of a cluster with the first of its areas."""
        areas = [self.names[a] for a in self.decisions[decision]["areas"]]
        if decision in self.names:
            return self.names[decision]
        return f"{decision}: {', '.join(areas[:NAMES])}{' …' if len(areas) > NAMES else ''}"

    def plain(self, key: Key) -> str:
        """Name of what is shared."""
        short = load_measures()[key[1]].short[self.lang]
        return text("attribute_risk", self.lang, measure=short) if key[2] == "p_below_floor" else short

    def measure(self, key: Key) -> str:
        """Name of what is shared, its unit, and which sign is worse."""
        measure = load_measures()[key[1]]
        short = measure.short[self.lang]
        if key[2] == "p_below_floor":
            return text("attribute_below", self.lang, measure=short)
        name = short if measure.unit in NAMED else f"{short}, {text(measure.unit, self.lang)}"
        return text("attribute_worse_up" if measure.harm == "up" else "attribute_worse_down", self.lang, measure=name)

    def unit(self, key: Key) -> str:
        """Unit of the figures as they are read."""
        return text("points" if key[2] == "p_below_floor" else load_measures()[key[1]].unit, self.lang)

    def amount(self, key: Key, size: float) -> str:
        """A size in the unit that is read, with about three digits; things that are counted stand without a unit."""
        is_count = key[2] == "mean" and load_measures()[key[1]].unit == "number"
        unit = "" if is_count else f" {self.unit(key)}"
        return f"{format_value(size, decimals_of_size(size), self.lang)}{unit}"

    def harm_is_up(self, key: Key) -> bool:
        """Whether a greater figure is worse."""
        return key[2] == "p_below_floor" or load_measures()[key[1]].harm == "up"

    def is_visible(self, key: Key, total: float) -> bool:
        """Whether a figure is as large as the measure asks to be shown."""
        least = VISIBLE_CHANCE if key[2] == "p_below_floor" else load_measures()[key[1]].visible
        return abs(total) >= least

    def visible_keys(self, hospital: str | None = None) -> list[Key]:
        """What is shared with a visible whole or a visible share, of one hospital or of all."""
        found: list[Key] = []
        for key in self.keys:
            totals = [r["total"] for r in self.rows("last_in_gap", key)]
            values = [*totals, *(r["shapley"] for r in self.rows("rows", key))]
            if hospital in (None, key[0]) and any(self.is_visible(key, v) for v in values):
                found.append(key)
        return found

    def number(self, value: float | None, largest: float, scale: float) -> str:
        """A figure with the decimals that the largest one supports; empty where it was not computed."""
        if value is None:
            return ""  # not split
        return format_value(scale * value, decimals_for(0, scale * largest), self.lang, signed=True)

    def figure(self, row: Row, name: str, largest: float, scale: float) -> str:
        """A figure of a decision, with a question mark where it is uncertain (the share has a column for that)."""
        shown = self.number(row[name], largest, scale)
        error = row[f"{name}_se"]
        unsure = name != "shapley" and row[name] and error > HALF * abs(row[name])
        return f"{shown} ?" if unsure and shown != "0" else shown

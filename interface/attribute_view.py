"""Shares of the decisions as pages for people: for each hospital and measure the largest ones and their sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from impact import load_measures
from impact.questions.pair_fit import LEAST
from interface.named_nodes import NamedNodes
from interface.numbers import decimals_for, format_value
from interface.tables import plain_table
from interface.texts import Language, text

__all__ = ["attribute_view"]

Row = Mapping[str, Any]
FEW, SEVERAL = 3, 8  # decisions that are named for a measure: of all hospitals, of one
NAMES = 3  # areas of a cluster that are named
HALF = 0.5  # a standard error larger than this share of its figure makes the figure uncertain
SUFFICES = 0.8  # share of the differences that pairs explain, below which the page says that they do not suffice
PAIRS = 5  # pairs that are shown for a measure
POINTS = 100  # percentage points in a probability
VISIBLE_CHANCE = 0.005
NAMED = ("FTE", "functions", "number")  # units that the name of the measure says
COLUMNS = (
    "decision",
    "date",
    "shapley",
    "shapley_se",
    "note",
    "historical",
    "last_in",
    "that_concentrated",
    "where_it_went",
)
FIGURES = ("historical", "shapley", "last_in", "that_concentrated", "where_it_went")


class _Page:
    """What a page shows of the answer, in a language."""

    def __init__(self, nodes: NamedNodes, content: Row, lang: Language, year: int) -> None:
        self.names = nodes.names(lang)
        self.lang: Language = lang
        self.year = year
        self.last = int(content["manifest"]["years"])
        self.content = content
        self.decisions = {d["decision"]: d for d in content["decisions"]}

    def rows(self, part: str, key: tuple[str, str, str]) -> list[Row]:
        """Rows of a part of the answer for (hospital, measure, statistic) in the year shown."""
        year = max(self.year, 1) if key[2] == "p_below_floor" else self.year
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

    def plain(self, key: tuple[str, str, str]) -> str:
        """Name of what is shared."""
        short = load_measures()[key[1]].short[self.lang]
        return text("attribute_risk", self.lang, measure=short) if key[2] == "p_below_floor" else short

    def measure(self, key: tuple[str, str, str]) -> str:
        """Name of what is shared, its unit, and which sign is worse."""
        measure = load_measures()[key[1]]
        short = measure.short[self.lang]
        if key[2] == "p_below_floor":
            return text("attribute_below", self.lang, measure=short)
        name = short if measure.unit in NAMED else f"{short}, {text(measure.unit, self.lang)}"
        return text("attribute_worse_up" if measure.harm == "up" else "attribute_worse_down", self.lang, measure=name)

    def is_visible(self, key: tuple[str, str, str], total: float) -> bool:
        least = VISIBLE_CHANCE if key[2] == "p_below_floor" else load_measures()[key[1]].visible
        return abs(total) >= least

    def number(self, value: float | None, largest: float, scale: float) -> str:
        if value is None:
            return ""  # not split
        return format_value(scale * value, decimals_for(0, scale * largest), self.lang, signed=True)

    def figure(self, row: Row, name: str, largest: float, scale: float) -> str:
        """A figure of a decision, with a question mark where it is uncertain (the share has a column for that)."""
        shown = self.number(row[name], largest, scale)
        error = row[f"{name}_se"]
        unsure = name != "shapley" and row[name] and error > HALF * abs(row[name])
        return f"{shown} ?" if unsure and shown != "0" else shown


def _sum(rows: Sequence[Row], name: str) -> float | None:
    values = [r[name] for r in rows]
    return None if any(v is None for v in values) else float(sum(values))


def _line(page: _Page, row: Row, largest: float, scale: float) -> dict[str, str]:
    error = format_value(scale * row["shapley_se"], decimals_for(0, scale * largest) + 1, page.lang)
    return {
        "attribute_decision": "  " + page.name(row["decision"]),
        "attribute_date": page.decisions[row["decision"]]["dates"][0],
        **{f"attribute_{f}": page.figure(row, f, largest, scale) for f in FIGURES},
        "attribute_shapley_se": error,
        "attribute_note": text("attribute_uncertain", page.lang) if row["uncertain"] else "",
    }


def _group(page: _Page, key: tuple[str, str, str], named: int) -> list[dict[str, str]]:
    """One measure: what there is to share, the largest shares, all others together."""
    rows = sorted(page.rows("rows", key), key=lambda r: -abs(r["shapley"]))
    gaps = page.rows("last_in_gap", key)
    total = gaps[0]["total"] if gaps else 0.0
    if not rows or not page.is_visible(key, total):
        return []
    scale = POINTS if key[2] == "p_below_floor" else 1
    largest = max(abs(r["shapley"]) for r in rows)
    head = {f"attribute_{f}": page.number(_sum(rows, f), largest, scale) for f in FIGURES}
    head["attribute_shapley_se"] = format_value(
        scale * gaps[0]["total_se"], decimals_for(0, scale * largest) + 1, page.lang
    )
    if gaps[0]["where_it_went"] is not None:
        head["attribute_where_it_went"] = page.figure(gaps[0], "where_it_went", largest, scale)
    found = [{"attribute_decision": page.measure(key), **head}]
    found += [_line(page, row, largest, scale) for row in rows[:named]]
    rest = rows[named:]
    if rest:
        others = {f"attribute_{f}": page.number(_sum(rest, f), largest, scale) for f in FIGURES}
        found.append({"attribute_decision": "  " + text("attribute_others", page.lang, count=len(rest)), **others})
    return found


def _explained(page: _Page, key: tuple[str, str, str]) -> dict[str, float]:
    """How much of the differences between sets single decisions and pairs explain, 0–1; empty where not tested."""
    fit = page.content["pair_fit"]
    year = max(page.year, 1) if key[2] == "p_below_floor" else page.year
    rows = [] if fit is None else [
        r for r in fit["rows"] if (r["hospital"], r["measure"], r["statistic"], r["year"]) == (*key, year)
    ]  # fmt: skip
    return {n: max(float(r[n]), 0.0) for r in rows for n in ("r2_shares", "r2_pairs") if r[n] is not None}


def _fit_lines(page: _Page, shown: Sequence[tuple[str, str, str]]) -> list[str]:
    """For which of the measures shown the pairs do not suffice."""
    low = [page.plain(key) for key in shown if _explained(page, key).get("r2_pairs", 1.0) < SUFFICES]
    return [text("attribute_fit_low", page.lang, names="; ".join(low))] if low else []


def _pairs(page: _Page, keys: Sequence[tuple[str, str, str]]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for key in keys:
        rows = sorted(page.rows("interactions", key), key=lambda r: -abs(r["value"]))[:PAIRS]
        rows = [r for r in rows if page.is_visible(key, r["value"])]
        scale = POINTS if key[2] == "p_below_floor" else 1
        for n, row in enumerate(rows):
            largest = abs(rows[0]["value"])
            error = format_value(scale * row["se"], decimals_for(0, scale * largest) + 1, page.lang)
            found.append(
                {
                    "measure": page.measure(key) if n == 0 else "",
                    "attribute_pair": f"{page.name(row['a'])} + {page.name(row['b'])}",
                    "attribute_together": page.number(row["value"], largest, scale),
                    "attribute_shapley_se": error,
                    "attribute_note": text("attribute_uncertain", page.lang) if row["uncertain"] else "",
                    **{
                        f"attribute_{name}": f"{POINTS * value:.0f} %" if n == 0 else ""
                        for name, value in _explained(page, key).items()
                    },
                }
            )
    return found


def attribute_view(
    nodes: NamedNodes, content: Row, lang: Language, year: int, *, detailed: bool, show_all: bool
) -> RenderableType:
    """Return what a person reads of the shares: hospitals north to south.

    Parameters
    ----------
    nodes
        For names.
    content
        Of `attribute_object`.
    lang
        ``sv`` or ``en``.
    year
        0 or the last year.
    detailed
        Name several decisions for each measure instead of a few.
    show_all
        Name every decision that has a share.
    """
    page = _Page(nodes, content, lang, year)
    named = len(content["decisions"]) if show_all else SEVERAL if detailed else FEW
    keys = list(dict.fromkeys((r["hospital"], r["measure"], r["statistic"]) for r in content["last_in_gap"]))
    parts: list[RenderableType] = [
        Text(text("attribute_title", lang, count=len(content["decisions"]), year=year,
                  as_of=content["manifest"]["dataset"]["as_of"]), style="bold"),
        Text(),
    ]  # fmt: skip
    silent: list[str] = []
    for hospital in dict.fromkeys(key[0] for key in keys):
        own = [key for key in keys if key[0] == hospital]
        lines = [line for key in own for line in _group(page, key, named)]
        if not lines:
            silent.append(page.names[hospital])
            continue
        parts += [plain_table(page.names[hospital], lines, lang, [f"attribute_{c}" for c in COLUMNS]), Text()]
        pairs = _pairs(page, own)
        if pairs:
            shown = [key for key in own if any(row["measure"] == page.measure(key) for row in pairs)]
            lines = _fit_lines(page, shown)
            parts += [plain_table(text("attribute_pairs", lang), pairs, lang), *(Text(line) for line in lines), Text()]
    if silent:
        parts.append(Text(text("unchanged", lang, names=", ".join(silent))))
    fit = content["pair_fit"]
    if fit is not None:
        tested = text("attribute_fit", lang, players=len(fit["players"]), held_out=fit["held_out"])
        parts += [Text(tested if fit["held_out"] else text("attribute_fit_few", lang, least=LEAST)), Text()]
    manifest = content["manifest"]
    made = f"seed {manifest['seed']}, draws {manifest['draws']}, start {manifest['start']}, " \
           f"data {manifest['system_hash'][:10]}, code {manifest['code_version']}"  # fmt: skip
    parts += [Text(text("attribute_columns", lang), style="dim"), Text("\n".join(content["limits"])),
              Text(made, style="dim")]  # fmt: skip
    return Group(*parts)

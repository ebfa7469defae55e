"""Shares of the decisions as pages for people: for each hospital and measure the largest ones and their sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from impact.questions.pair_fit import LEAST
from interface.attribution_reading import POINTS, AttributionReading, Key
from interface.named_nodes import NamedNodes
from interface.numbers import decimals_for, format_value
from interface.tables import plain_table
from interface.texts import Language, text

__all__ = ["attribute_view"]

Row = Mapping[str, Any]
FEW, SEVERAL = 3, 8  # decisions that are named for a measure: of all hospitals, of one
SUFFICES = 0.8  # share of the differences that pairs explain, below which the page says that they do not suffice
PAIRS = 5  # pairs that are shown for a measure
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


def _sum(rows: Sequence[Row], name: str) -> float | None:
    values = [r[name] for r in rows]
    return None if any(v is None for v in values) else float(sum(values))


def _line(page: AttributionReading, row: Row, largest: float, scale: float) -> dict[str, str]:
    error = format_value(scale * row["shapley_se"], decimals_for(0, scale * largest) + 1, page.lang)
    return {
        "attribute_decision": "  " + page.name(row["decision"]),
        "attribute_date": page.decisions[row["decision"]]["dates"][0],
        **{f"attribute_{f}": page.figure(row, f, largest, scale) for f in FIGURES},
        "attribute_shapley_se": error,
        "attribute_note": text("attribute_uncertain", page.lang) if row["uncertain"] else "",
    }


def _group(page: AttributionReading, key: Key, named: int) -> list[dict[str, str]]:
    """One measure: what there is to share, the largest shares, all others together."""
    rows = sorted(page.rows("rows", key), key=lambda r: -abs(r["shapley"]))
    gaps = page.rows("last_in_gap", key)
    total = gaps[0]["total"] if gaps else 0.0
    if not rows or not page.is_visible(key, total):
        return []
    scale = page.scale(key)
    largest = max(abs(r["shapley"]) for r in rows)
    head = {f"attribute_{f}": page.number(_sum(rows, f), largest, scale) for f in FIGURES}
    head["attribute_shapley_se"] = format_value(
        scale * gaps[0]["total_se"], decimals_for(0, scale * largest) + 1, page.lang
    )
    if gaps[0]["where_it_went"] is not None:
        head["attribute_where_it_went"] = page.figure(gaps[0], "where_it_went", largest, scale)
    found = [{"attribute_decision": page.measure(key), **head}]
    by_date = sorted(rows[:named], key=lambda r: page.decisions[r["decision"]]["dates"][0])  # never by size
    found += [_line(page, row, largest, scale) for row in by_date]
    rest = rows[named:]
    if rest:
        others = {f"attribute_{f}": page.number(_sum(rest, f), largest, scale) for f in FIGURES}
        found.append({"attribute_decision": "  " + text("attribute_others", page.lang, count=len(rest)), **others})
    return found


def _explained(page: AttributionReading, key: Key) -> dict[str, float]:
    """How much of the differences between sets single decisions and pairs explain, 0–1; empty where not tested."""
    fit = page.content["pair_fit"]
    year = page.year_of(key)
    rows = [] if fit is None else [
        r for r in fit["rows"] if (r["hospital"], r["measure"], r["statistic"], r["year"]) == (*key, year)
    ]  # fmt: skip
    return {n: max(float(r[n]), 0.0) for r in rows for n in ("r2_shares", "r2_pairs") if r[n] is not None}


def _fit_lines(page: AttributionReading, shown: Sequence[Key]) -> list[str]:
    """For which of the measures shown the pairs do not suffice."""
    low = [page.plain(key) for key in shown if _explained(page, key).get("r2_pairs", 1.0) < SUFFICES]
    return [text("attribute_fit_low", page.lang, names="; ".join(low))] if low else []


def _pairs(page: AttributionReading, keys: Sequence[Key]) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for key in keys:
        rows = sorted(page.rows("interactions", key), key=lambda r: -abs(r["value"]))[:PAIRS]
        rows = [r for r in rows if page.is_visible(key, r["value"])]
        scale = page.scale(key)
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
    page = AttributionReading(nodes, content, lang, year)
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

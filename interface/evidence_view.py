"""Balance, gaps, claims and assumptions as pages for people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from impact import load_measures
from interface.named_nodes import NamedNodes
from interface.numbers import decimals_for, decimals_of_size, format_share, format_value
from interface.tables import plain_table
from interface.texts import Language, text

__all__ = ["assumptions_view", "balance_view", "claims_view", "gaps_view"]

Row = Mapping[str, Any]
WORST = 15  # rows of the hindcast that are shown


def _three(value: float | None, lang: Language) -> str:
    """A number with about three digits."""
    return format_value(value, decimals_of_size(value), lang)


def _or_nothing(value: float | None, shown: Callable[[float, Language], str], lang: Language) -> str:
    return "" if value is None else shown(value, lang)


def balance_view(nodes: NamedNodes, content: Row, lang: Language, *, show_all: bool) -> RenderableType:
    """Return supply against need, and the hindcast.

    Parameters
    ----------
    nodes
        For names.
    content
        ``rows``, ``hindcast`` and ``hindcast_summary``.
    lang
        ``sv`` or ``en``.
    show_all
        Also rows without a remark.
    """
    names = nodes.names(lang)
    shown = [r for r in content["rows"] if show_all or r["flag"]]
    table = [
        {
            "hospital": names[r["hospital"]], "what": names[r["competence"] or r["resource"]],
            "supply": _three(r["supply"], lang), "need": _three(r["need"], lang), "unit": text(r["unit"], lang),
            "ratio": _three(r["ratio"], lang),
            "p_margin_below_1_1": _or_nothing(r["p_margin_below_1_1"], format_share, lang),
            "cases_to_breaking": _or_nothing(r["cases_to_breaking"], _three, lang),
            "flag": text(r["flag"], lang) if r["flag"] else "",
        }
        for r in shown
    ]  # fmt: skip
    title, only = text("balance", lang), {r["hospital"] for r in content["rows"]}
    columns = tuple(table[0]) if table else ()
    if len(only) == 1:  # its name once, above
        title, columns = f"{title}: {names[only.pop()]}", columns[1:]
    parts: list[RenderableType] = [plain_table(title, table, lang, columns)] if table else []
    count = len(content["rows"])
    parts += [
        Text(text("balance_line", lang, count=count, flagged=sum(bool(r["flag"]) for r in content["rows"]))),
        Text(),
    ]
    summary = content["hindcast_summary"]
    worst = [
        {"hospital": names[r["hospital"]], "what": names[r["target"]], "level": format_share(r["mean"], lang),
         "p_below_half": format_share(r["p_below_half"], lang)}
        for r in content["hindcast"][:WORST] if r["p_below_half"]
    ]  # fmt: skip
    if worst:
        parts.append(plain_table(text("hindcast", lang), worst, lang))
    verdict = text("passes" if summary["passes"] else "fails", lang)
    mean = summary["p_below_half"]
    shown_mean = "–" if mean is None else f"{format_value(100 * mean, 2, lang)} %"
    line = text(
        "hindcast_line", lang, known=summary["known"], modelled=summary["modelled"], mean=shown_mean, verdict=verdict
    )
    return Group(*parts, Text(line))


def gaps_view(found: Row, lang: Language) -> RenderableType:
    """Return the headings with what the documents say under each.

    Parameters
    ----------
    found
        Of `impact.questions.gaps.gaps_of`.
    lang
        ``sv`` or ``en``.
    """
    rows: list[dict[str, Any]] = []
    for row in found["rows"]:
        answered = text("yes" if row["firm"] else "only_implied" if row["answered"] else "no", lang)
        said = "\n".join(f"{s['statement']} [{s['place']}]" for s in row["statements"])
        rows.append({"heading": text(f"heading_{row['heading']}", lang), "answered": answered, "statement": said})
    line = text("gaps_line", lang, answered=len(found["answered"]), of=len(found["rows"]))
    return Group(plain_table(found["name"], rows, lang), Text(line))


def claims_view(nodes: NamedNodes, rows: Sequence[Row], lang: Language) -> RenderableType:
    """Return claims with the estimate beside.

    Parameters
    ----------
    nodes
        For names.
    rows
        Of `impact.questions.claims.claims_beside_estimates`.
    lang
        ``sv`` or ``en``.
    """
    names, registry = nodes.names(lang), load_measures()
    shown: list[dict[str, Any]] = []
    column = "statement_sv" if lang == "sv" else "statement_en"
    for row in rows:
        estimate = ""
        if row["estimate"] is not None:
            decimals = decimals_for(row["low"], row["high"])
            value, low, high = (format_value(row[k], decimals, lang, signed=True) for k in ("estimate", "low", "high"))
            measure = registry[row["measure"]].short[lang] if row["measure"] in registry else text(row["measure"], lang)
            where = ", ".join(names[w] for w in row["where"])
            estimate = f"{measure}: {value} ({low} … {high}) {text(row['estimate_unit'], lang)}; {where}"
        number = f" ({row['number']} {row['unit']})" if row["number"] else ""
        shown.append(
            {"kind": text(row["kind"], lang), "statement": row[column] + number, "role": row["role"],
             "place": row["place"], "our_estimate": estimate}
        )  # fmt: skip
    return Group(plain_table(text("claims", lang), shown, lang), Text(text("claims_line", lang, count=len(rows))))


def assumptions_view(rows: Sequence[Row], total: int, lang: Language) -> RenderableType:
    """Return assumptions, the most influential first.

    Parameters
    ----------
    rows
        Of `impact.questions.influence.assumption_rows`, as many as shall be shown.
    total
        How many there are.
    lang
        ``sv`` or ``en``.
    """
    shown = [
        {"assumption": r["assumption"], "statement": r["statement"], "influence": format_share(r["influence"], lang),
         "most_on": "" if r["most_on"] is None else f"{r['most_on']} ({format_share(r['most'], lang)})",
         "pedigree": "–" if r["pedigree"] is None else format_value(r["pedigree"], 2, lang), "numbers": r["numbers"],
         "question_sv": r["question_sv"]}
        for r in rows
    ]  # fmt: skip
    return Group(
        plain_table(text("assumptions", lang), shown, lang),
        Text(text("assumptions_line", lang, shown=len(rows), total=total)),
    )

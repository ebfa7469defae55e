"""The page on what needs to be known: probability, floors, verdicts, and the questions worth sending back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from impact import load_measures
from interface.numbers import format_share, format_value
from interface.tables import plain_table
from interface.texts import Language, has_text, text

__all__ = ["joined_names", "question_text", "unknowns_view"]

SHOWN = 8
HUNDRED = 100
HALF = 0.5


def question_text(row: Mapping[str, Any], names: Mapping[str, str], lang: Language) -> str:
    """Return a row's question: a template by kind that names whose number it is.

    Parameters
    ----------
    row
        ``kind``, ``nodes``, ``quantity``; ``group`` where it may be a single number, which has words of its own.
    names
        Node to name in the language.
    lang
        Of the question.
    """
    key = f"unknowns_ask_{row['kind']}"
    nodes = [names.get(n, n) for n in row["nodes"]]
    if row.get("group") == "quantity" and row["kind"] != "scenario":
        parts = row["quantity"].split(".")
        only = [f"{key}_only_{p}" for p in (parts[-1], *parts[1:2]) if has_text(f"{key}_only_{p}")]
        if only:
            return text(only[0], lang, a=nodes[0] if nodes else "", b=nodes[-1] if nodes else "")
    if len(nodes) > 1 and has_text(f"{key}_one"):
        return text(f"{key}_one", lang, a=nodes[0], b=nodes[1])
    return text(key, lang, a=nodes[0] if nodes else "", quantity=row["quantity"])


def _asked(row: Mapping[str, Any], names: Mapping[str, str], lang: Language) -> str:
    """The question of the register is Swedish; in English its statement stands there."""
    if lang == "sv":
        return row["question_sv"]
    return row["statement"] or question_text(row, names, lang)


def _per_hundred(value: float, lang: Language) -> str:
    return format_value(HUNDRED * value, 1, lang)


def joined_names(names: Sequence[str], lang: Language) -> str:
    """Return names as a sentence lists them.

    Examples
    --------
    >>> joined_names(["A", "B", "C"], "sv")
    'A, B och C'
    """
    word = {"sv": " och ", "en": " and "}[lang]
    return word.join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _verdict(row: Mapping[str, Any], lang: Language) -> str:
    return text("unknowns_objects", lang) if row["objects"] else text("unknowns_passes", lang)


def _chance(content: Mapping[str, Any], names: Mapping[str, str], lang: Language) -> str:
    first = content["verdicts"][0]
    return text(
        f"unknowns_chance_{content['counting']}", lang,
        years=content["manifest"]["years"],
        hospitals=joined_names([names[h] for h in content["hospitals"]], lang),
        p=format_share(first["p_floor"], lang),
        low=format_value(HUNDRED * first["low"], 0, lang),
        high=format_share(first["high"], lang),
    )  # fmt: skip


def _shares(content: Mapping[str, Any], lang: Language) -> str:
    share = {r["outcome"]: r["assumed_share"] for r in content["grade_shares"]}
    measure = load_measures()[content["outcome"]]
    return text(
        "unknowns_shares", lang, floor=format_share(share["floor_breaks"], lang),
        effect=format_share(share[measure.id], lang), measure=measure.short[lang],
    )  # fmt: skip


def _floors(content: Mapping[str, Any], names: Mapping[str, str], lang: Language) -> list[RenderableType]:
    measures = load_measures()
    rows = [r for r in content["floors"] if r["p_with"] > 0 or r["p_without"] > 0]
    shown = [
        {
            "hospital": names[r["hospital"]],
            "unknowns_floor": measures[r["measure"]].short[lang],
            "unknowns_without": format_share(r["p_without"], lang),
            "unknowns_with": format_share(r["p_with"], lang),
            "unknowns_new": format_share(r["p_new"], lang),
            "unknowns_deeper": format_share(r["p_deeper"], lang),
        }
        for r in rows
    ]
    title = text("unknowns_floors", lang, years=content["manifest"]["years"])
    parts: list[RenderableType] = [plain_table(title, shown, lang), Text()] if shown else []
    already = [f"{names[r['hospital']]} ({measures[r['measure']].short[lang]})" for r in rows if r["p_without"] > HALF]
    if already and content["counting"] == "new":
        parts += [Text(text("unknowns_already", lang, floors=", ".join(already))), Text()]
    return parts


def _verdicts(content: Mapping[str, Any], lang: Language) -> Table:
    rows = [
        {
            "unknowns_threshold": format_share(v["objection_threshold"], lang),
            "unknowns_verdict": _verdict(v, lang),
            "unknowns_all_known": _per_hundred(v["all_known"], lang),
            "unknowns_least": _per_hundred(v["null_maximum"], lang),
            "unknowns_number_of_questions": v["questions"],
        }
        for v in content["verdicts"]
    ]
    return plain_table(text("unknowns_verdicts", lang), rows, lang)


def _with_error(share: float | None, error: float | None, lang: Language) -> str | None:
    """A share of variance and its standard error; noise may take an estimate below 0, which is read as 0."""
    if share is None or error is None:
        return None
    return f"{format_value(HUNDRED * max(share, 0.0), 0, lang)} ± {format_value(HUNDRED * error, 0, lang)} %"


def _question_table(rows: Sequence[Mapping[str, Any]], names: Mapping[str, str], title: str, lang: Language) -> Table:
    shown = [
        {
            "unknowns_question": _asked(r, names, lang),
            "unknowns_to": text(f"unknowns_to_{r['addressee']}", lang),
            "unknowns_numbers": r["numbers"],
            "unknowns_saves": f"{_per_hundred(r['evppi'], lang)} ± {_per_hundred(r['se'], lang)}",
            "unknowns_changes": format_share(r["changes"], lang),
            "unknowns_span": f"{format_value(HUNDRED * r['p_floor_lowest'], 0, lang)}–"
                             f"{format_share(r['p_floor_highest'], lang)}",
            "unknowns_alone": format_share(r["first_order"], lang),
            "unknowns_check": _with_error(r["first_order_check"], r["first_order_check_se"], lang),
            "unknowns_total": _with_error(r["total_order"], r["total_order_se"], lang),
        }
        for r in rows
    ]  # fmt: skip
    return plain_table(title, shown, lang)


def unknowns_view(
    content: Mapping[str, Any], name: str, names: Mapping[str, str], lang: Language, *, show_all: bool
) -> RenderableType:
    """Return what a person reads: the chance, floors, verdicts, and a table of questions for each threshold.

    Parameters
    ----------
    content
        The object of the command.
    name
        Of the scenario.
    names
        Node to name in the language.
    lang
        Of the page.
    show_all
        Every question told from chance, not only the most valuable.
    """
    parts: list[RenderableType] = [
        Text(text("unknowns_title", lang, name=name), style="bold"), Text(),
        Text(_chance(content, names, lang)), Text(_shares(content, lang)), Text(),
        *_floors(content, names, lang), _verdicts(content, lang), Text(),
    ]  # fmt: skip
    for verdict in content["verdicts"]:
        threshold = format_share(verdict["objection_threshold"], lang)
        rows = [r for r in content["rows"] if r["objection_threshold"] == verdict["objection_threshold"]]
        if not rows:
            why = text("unknowns_far", lang) if verdict["null_maximum"] <= 0 else ""
            parts += [Text(text("unknowns_none", lang, threshold=threshold, why=why).rstrip()), Text()]
            continue
        shown = rows if show_all else [r for r in rows if r["narrower"] is None][:SHOWN]
        title = text("unknowns_questions", lang, threshold=threshold, verdict=_verdict(verdict, lang))
        parts.append(_question_table(shown, names, title, lang))
        rest = len(rows) - len(shown)
        parts.append(Text(text("unknowns_more", lang, count=rest, threshold=threshold) if rest
                          else text("unknowns_overlap", lang)))  # fmt: skip
        parts.append(Text())
    if any(r["total_order"] is not None for r in content["rows"]):
        parts += [Text(text("unknowns_sensitivity", lang)), Text()]
    manifest = content["manifest"]
    made = f"seed {manifest['seed']}, draws {manifest['draws']}, start {manifest['start']}, " \
           f"data {manifest['system_hash'][:10]}, code {manifest['code_version']}"  # fmt: skip
    return Group(*parts, Text("\n".join(content["limits"])), Text(made, style="dim"))

"""The page of accumulate: what the decisions did together, both readings, what is to come, how it grew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from impact import load_measures
from interface.benefit_view import benefit_lines
from interface.effect_selection import LEADING, is_shown
from interface.named_nodes import NamedNodes
from interface.numbers import decimals_for, format_share, format_value
from interface.output import table_width
from interface.run_tables import WIDE, effect_tables
from interface.summary import SMALLER, summary_paragraph
from interface.tables import plain_table
from interface.texts import Language, text

__all__ = ["accumulate_summary", "accumulate_view", "coming_lines", "hospitals_shown"]

Row = Mapping[str, Any]
BOTH = ("competences_lost", "posts_not_sustained", "patients_without_full_competence", "patients_relying",
        "research_caseload", "patients_displaced")  # fmt: skip
GROWN = ("competences_lost", "posts_not_sustained", "patients_without_full_competence", "research_caseload")
MOST = 8  # names of areas in a sentence, before the rest is counted
IN_CELL = 3  # the same in a cell of a table


def _rows(content: Mapping[str, Any], reading: str, year: int) -> list[Row]:
    return [r for r in content["effects"] if r["year"] == year and r["reading"] == reading]


def _of(rows: Sequence[Row], hospital: str) -> list[Row]:
    return [r for r in rows if r.get("hospital", hospital) == hospital]


def accumulate_summary(
    content: Mapping[str, Any], names: Mapping[str, str], lang: Language, hospital: str | None = None
) -> str:
    """Return the answer as a paragraph that a member can read aloud.

    Parameters
    ----------
    content
        Of `accumulate_object`.
    names
        Node id to name.
    lang
        ``sv`` or ``en``.
    hospital
        The one that was asked for, or None.
    """
    also = () if hospital is None else (hospital,)
    begun = [d for d in content["decisions"] if d["begun"]]
    silent = sum(bool(d["changes_nothing"]) for d in begun)
    moved = sum(d["moved"] for d in begun)
    opening = text("accumulate_intro", lang, count=len(begun), date=content["as_of"], silent=silent,
                   moved=format_value(moved, 0, lang))  # fmt: skip
    rows = _rows(content, "main", 0)
    return summary_paragraph(rows if hospital is None else _of(rows, hospital), opening, names, lang, also)


def _value(row: Row | None, lang: Language) -> str:
    if row is None:
        return "–"
    decimals = decimals_for(row["low"], row["high"])
    low, high = (format_value(row[k], decimals, lang) for k in ("low", "high"))
    return f"{format_value(row['effect'], decimals, lang, signed=True)} ({low} … {high})"


def _pick(rows: Sequence[Row], hospital: str, measure: str) -> Row | None:
    found = (r for r in rows if r.get("hospital") == hospital and r["measure"] == measure)
    return next(found, None)


def _readings(content: Mapping[str, Any], names: Mapping[str, str], lang: Language, hospitals: Sequence[str],
              measures: Sequence[str]) -> RenderableType:  # fmt: skip
    years, registry = content["manifest"]["years"], load_measures()
    kinds = {
        "accumulate_today": _rows(content, "main", 0),
        "accumulate_today_anyway": _rows(content, "would_have_concentrated", 0),
        "accumulate_last": _rows(content, "main", years),
        "accumulate_last_anyway": _rows(content, "would_have_concentrated", years),
    }
    found: list[dict[str, Any]] = []
    for hospital in hospitals:
        for measure in measures:
            rows = {k: _pick(r, hospital, measure) for k, r in kinds.items()}
            last = rows["accumulate_last"]
            if not any(r is not None and is_shown(r) for r in rows.values()) or last is None:
                continue
            drift = {"effect": last["committed"], "low": last["committed_low"], "high": last["committed_high"]}
            if not any(f["measure"] == names[hospital] for f in found):
                found.append({"measure": names[hospital]})
            found.append(
                {"measure": "  " + registry[measure].short[lang], **{k: _value(r, lang) for k, r in rows.items()},
                 "accumulate_committed": _value(drift, lang)}
            )  # fmt: skip
    return plain_table(text("accumulate_readings", lang, years=years), found, lang)


def _short(areas: Sequence[str], names: Mapping[str, str], lang: Language, most: int = MOST) -> str:
    listed = ", ".join(names.get(a, a) for a in areas[:most])
    rest = len(areas) - most
    return listed if rest <= 0 else text("accumulate_and_more", lang, names=listed, count=rest)


def _timeline(content: Mapping[str, Any], names: Mapping[str, str], lang: Language,
              columns: Sequence[tuple[str, str]], *, by_hospital: bool) -> RenderableType:  # fmt: skip
    """One line for each day with decisions; a column for each (hospital, measure)."""
    days = list(dict.fromkeys((r["date"], tuple(r["decisions"])) for r in content["timeline"]))
    cells = {(r["date"], r.get("hospital"), r["measure"]): r for r in content["timeline"]}
    registry = load_measures()
    found: list[dict[str, Any]] = []
    for day, decisions in sorted(days):
        row: dict[str, Any] = {"date": day, "decisions": _short(decisions, names, lang, IN_CELL)}
        for hospital, measure in columns:
            heading = registry[measure].short[lang] if by_hospital else names.get(hospital, hospital)
            row[heading] = _value(cells.get((day, hospital, measure)), lang)
        found.append(row)
    measures = dict.fromkeys(m for _, m in columns)
    of = ", ".join(f"{registry[m].short[lang]} ({text(registry[m].unit, lang)})" for m in measures)
    return plain_table(text("accumulate_timeline", lang, measure=of), found, lang)


def _count(patients: float, mask: int, lang: Language) -> str:
    """A number of patients as it may be read."""
    if 0 < patients < mask:
        return text("masked", lang, mask=mask)
    return format_value(patients, 0, lang)


def _concentrated(content: Mapping[str, Any], lang: Language, mask: int) -> RenderableType:
    found = [
        {
            "year": str(r["year"]),
            "accumulate_areas": r["areas"],
            "patients": _count(r["patients"], mask, lang)
            if 0 < r["low"] < mask
            else f"{_count(r['patients'], mask, lang)} ({format_value(r['low'], 0, lang)} … "
            f"{format_value(r['high'], 0, lang)})",
            "accumulate_older_patients": _count(r["older_patients"], mask, lang),
            "accumulate_share": f"{format_value(100 * r['share_of_university_care'], 1, lang)} % "
            f"({format_value(100 * r['share_low'], 1, lang)} … {format_value(100 * r['share_high'], 1, lang)})",
        }
        for r in content["concentrated"]
    ]
    return plain_table(text("accumulate_concentrated", lang), found, lang)


def _named(areas: Sequence[Mapping[str, Any]], key: str, names: Mapping[str, str], shown: str) -> str:
    """Areas with a date or a number in parentheses."""
    return ", ".join(f"{names.get(a[key], a[key])} ({a[shown]})" for a in areas) or "–"


def _added(
    title: str, effects: Sequence[Row], hospitals: Sequence[str], names: Mapping[str, str], lang: Language
) -> list[str]:
    lines: list[str] = []
    for hospital in hospitals:
        rows = [r for m in GROWN if (r := _pick(effects, hospital, m)) is not None and is_shown(r)]
        clauses = "; ".join(f"{load_measures()[r['measure']].short[lang]} {_value(r, lang)}" for r in rows)
        if clauses:
            lines.append(text(title, lang, name=names[hospital], clauses=clauses))
    return lines


def coming_lines(
    content: Mapping[str, Any], names: Mapping[str, str], lang: Language, hospitals: Sequence[str], *, hints: bool
) -> list[str]:
    """Return what is decided and not begun, and what is on its way: which areas, and what they add.

    Parameters
    ----------
    content
        Of `accumulate_object`.
    names, lang
        Node id to name, in the language.
    hospitals
        At which it is told what they add.
    hints
        Say which options of the command show more.
    """
    later, pipeline = content["coming"]["not_begun"], content["coming"]["pipeline"]
    lines = [text("accumulate_no_later", lang)]
    if later["decisions"]:
        listed = _named(later["decisions"], "decision", names, "date")
        lines = [text("accumulate_later", lang, count=len(later["decisions"]), names=listed)]
    lines += _added("accumulate_later_adds", later["effects"], hospitals, names, lang)
    known = [a for a in pipeline["areas"] if a["units"]]
    rest = [a["area"] for a in pipeline["areas"] if not a["units"]]
    listed = _named(known, "area", names, "units")
    lines.append(text("accumulate_pipeline", lang, known=len(known), all=len(pipeline["areas"]), names=listed))
    if any(a["assumed"] for a in known):
        lines.append(text("accumulate_assumed_units", lang, count=sum(a["assumed"] for a in known)))
    if rest:
        lines.append(text("accumulate_no_number", lang, count=len(rest), names=_short(rest, names, lang)))
        lines += [text("accumulate_assume", lang)] if hints else []
    return lines + _added("accumulate_pipeline_adds", pipeline["effects"], hospitals, names, lang)


def hospitals_shown(nodes: NamedNodes, content: Mapping[str, Any], hospital: str | None) -> tuple[list[str], list[str]]:
    """Return the hospitals whose effects are shown, and those that are read most closely, north to south.

    Parameters
    ----------
    nodes, content, hospital
        As for `accumulate_view`.
    """
    if hospital is not None:
        return [hospital], [hospital]
    order = dict.fromkeys(str(r["hospital"]) for r in content["effects"] if "hospital" in r)
    shown = [h for h in order if h in nodes.universities]
    return shown, [h for h in order if h in SMALLER] or shown[: len(SMALLER)]


def accumulate_view(
    nodes: NamedNodes, content: Mapping[str, Any], lang: Language, hospital: str | None, *, show_all: bool,
    mask: int = 0, hints: bool = True,
) -> RenderableType:  # fmt: skip
    """Return what a person reads of the accumulated effect.

    Parameters
    ----------
    nodes
        For names.
    content
        Of `accumulate_object`.
    lang
        ``sv`` or ``en``.
    hospital
        The one that was asked for, or None.
    show_all
        Every measure, also those that do not change.
    mask
        Patient counts of the dataset below it are not shown.
    hints
        Say which options of the command show more.
    """
    names, years = nodes.names(lang), content["manifest"]["years"]
    shown, smaller = hospitals_shown(nodes, content, hospital)
    columns = [(h, m) for h in smaller for m in (GROWN if hospital else ("posts_not_sustained",))]
    older = ", ".join(names.get(str(a), str(a)) for a in content["older"]) or "–"
    measures = LEADING if hospital else BOTH
    told = [r for r in _rows(content, "main", 0) if show_all or r.get("hospital", shown[0]) in shown]
    silent = [d["decision"] for d in content["decisions"] if d["changes_nothing"]]
    made = content["manifest"]
    return Group(
        Text(text("title_accumulate", lang, as_of=content["as_of"]), style="bold"),
        Panel(Text(content[f"summary_{lang}"])),
        Text("\n".join([*benefit_lines(content["benefit"], names, lang), ""])),
        effect_tables(told, names, lang, shown, show_all=show_all, hints=hints,
                      width=table_width() if hints else WIDE),
        Text("" if hospital or show_all or not hints else text("accumulate_others", lang), style="dim"),
        _readings(content, names, lang, shown, measures),
        Text(),
        _timeline(content, names, lang, columns, by_hospital=hospital is not None),
        Text(),
        _concentrated(content, lang, mask),
        Text(),
        Text("\n".join([
            *coming_lines(content, names, lang, smaller, hints=hints),
            text("accumulate_silent", lang, count=len(silent), names=_short(silent, names, lang)) if silent else "",
            text("accumulate_older", lang, count=len(content["older"]), names=older),
            text("accumulate_meaning", lang, share=_share(content, lang), years=years),
            *content["limits"],
        ])),
        Text(f"seed {made['seed']}, draws {made['draws']}, start {made['start']}, "
             f"data {made['system_hash'][:10]}, code {made['code_version']}", style="dim"),
    )  # fmt: skip


def _share(content: Mapping[str, Any], lang: Language) -> str:
    share = content["readings"]["would_have_concentrated"]["share"]
    return f"{format_share(share['low'], lang)} – {format_share(share['high'], lang)}"

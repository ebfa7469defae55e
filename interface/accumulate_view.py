"""The page of accumulate: what the decisions did together, both readings, what is to come, how it grew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from graph_schema import CareSystem
from impact import load_measures
from interface.benefit_view import benefit_lines
from interface.numbers import decimals_for, format_share, format_value
from interface.output import table_width
from interface.run_command import names_in
from interface.run_tables import LEADING, effect_tables, is_shown
from interface.summary import SMALLER, summary_paragraph
from interface.tables import plain_table
from interface.texts import Language, text

__all__ = ["accumulate_summary", "accumulate_view"]

Row = Mapping[str, Any]
BOTH = ("competences_lost", "posts_not_sustained", "patients_without_full_competence", "patients_relying",
        "research_caseload", "patients_displaced")  # fmt: skip
GROWN = ("competences_lost", "posts_not_sustained", "patients_without_full_competence", "research_caseload")
SELDOM = 8  # names of areas in a cell, before the rest is counted


def _rows(content: Mapping[str, Any], reading: str, year: int) -> list[Row]:
    return [r for r in content["effects"] if r["year"] == year and r["reading"] in (reading, "national_first")]


def _main(content: Mapping[str, Any], year: int) -> list[Row]:
    """Rows of the frozen reading; those of `national_first` come first once for each reading."""
    rows = [r for r in content["effects"] if r["year"] == year]
    cut = next((i for i, r in enumerate(rows) if r["reading"] == "would_have_concentrated"), len(rows))
    return [r for r in rows[:cut] if r["reading"] in ("main", "national_first")]


def accumulate_summary(content: Mapping[str, Any], names: Mapping[str, str], lang: Language) -> str:
    """Return the answer as a paragraph that a member can read aloud.

    Parameters
    ----------
    content
        Of `accumulate_object`.
    names
        Node id to name.
    lang
        ``sv`` or ``en``.
    """
    begun = [d for d in content["decisions"] if d["begun"]]
    silent = sum(bool(d["changes_nothing"]) for d in begun)
    moved = sum(d["moved"] for d in begun)
    opening = text("accumulate_intro", lang, count=len(begun), date=content["as_of"], silent=silent,
                   moved=format_value(moved, 0, lang))  # fmt: skip
    return summary_paragraph(_main(content, 0), opening, names, lang)


def _value(row: Row | None, lang: Language) -> str:
    if row is None:
        return "–"
    decimals = decimals_for(row["low"], row["high"])
    low, high = (format_value(row[k], decimals, lang) for k in ("low", "high"))
    return f"{format_value(row['effect'], decimals, lang, signed=True)} ({low} … {high})"


def _pick(rows: Sequence[Row], hospital: str, measure: str) -> Row | None:
    found = (r for r in rows if r.get("hospital") == hospital and r["measure"] == measure)
    return next((r for r in found if r["reading"] != "national_first"), None)


def _readings(content: Mapping[str, Any], names: Mapping[str, str], lang: Language, hospitals: Sequence[str],
              measures: Sequence[str]) -> RenderableType:  # fmt: skip
    years, registry = content["manifest"]["years"], load_measures()
    kinds = {
        "accumulate_today": _main(content, 0),
        "accumulate_today_anyway": _rows(content, "would_have_concentrated", 0),
        "accumulate_last": _main(content, years),
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
            name = registry[measure].short[lang]
            first = not any(f.get("hospital") == names[hospital] for f in found)
            found.append(
                {"hospital": names[hospital] if first else "", "measure": f"{name}, {text(last['unit'], lang)}",
                 **{k: _value(r, lang) for k, r in rows.items()}, "accumulate_committed": _value(drift, lang)}
            )  # fmt: skip
    return plain_table(text("accumulate_readings", lang, years=years), found, lang)


def _short(areas: Sequence[str], names: Mapping[str, str], lang: Language) -> str:
    listed = ", ".join(names.get(a, a) for a in areas[:SELDOM])
    rest = len(areas) - SELDOM
    return listed if rest <= 0 else text("accumulate_and_more", lang, names=listed, count=rest)


def _timeline(content: Mapping[str, Any], names: Mapping[str, str], lang: Language,
              columns: Sequence[tuple[str, str]], *, by_hospital: bool) -> RenderableType:  # fmt: skip
    """One line for each day with decisions; a column for each (hospital, measure)."""
    days = list(dict.fromkeys((r["date"], tuple(r["decisions"])) for r in content["timeline"]))
    cells = {(r["date"], r.get("hospital"), r["measure"]): r for r in content["timeline"]}
    registry = load_measures()
    found: list[dict[str, Any]] = []
    for day, decisions in sorted(days):
        row: dict[str, Any] = {"date": day, "decisions": _short(decisions, names, lang)}
        for hospital, measure in columns:
            heading = registry[measure].short[lang] if by_hospital else names.get(hospital, hospital)
            row[heading] = _value(cells.get((day, hospital, measure)), lang)
        found.append(row)
    measures = dict.fromkeys(m for _, m in columns)
    of = ", ".join(f"{registry[m].short[lang]} ({text(registry[m].unit, lang)})" for m in measures)
    return plain_table(text("accumulate_timeline", lang, measure=of), found, lang)


def _concentrated(content: Mapping[str, Any], lang: Language) -> RenderableType:
    found = [
        {
            "year": str(r["year"]),
            "accumulate_areas": r["areas"],
            "patients": f"{format_value(r['patients'], 0, lang)} ({format_value(r['low'], 0, lang)} … "
            f"{format_value(r['high'], 0, lang)})",
            "accumulate_older_patients": format_value(r["older_patients"], 0, lang),
            "accumulate_share": f"{format_value(100 * r['share_of_university_care'], 1, lang)} % "
            f"({format_value(100 * r['share_low'], 1, lang)} … {format_value(100 * r['share_high'], 1, lang)})",
        }
        for r in content["concentrated"]
    ]
    return plain_table(text("accumulate_concentrated", lang), found, lang)


def _coming(content: Mapping[str, Any], names: Mapping[str, str], lang: Language, hospitals: Sequence[str]) -> list[str]:
    later, pipeline = content["coming"]["not_begun"], content["coming"]["pipeline"]
    lines = [
        text("accumulate_later", lang, count=len(later["decisions"]),
             names=", ".join(f"{names.get(d['decision'], d['decision'])} ({d['date']})" for d in later["decisions"]))
        if later["decisions"]
        else text("accumulate_no_later", lang)
    ]  # fmt: skip
    known = [a for a in pipeline["areas"] if a["units"]]
    rest = [a for a in pipeline["areas"] if not a["units"]]
    stated = ", ".join(f"{names.get(a['area'], a['area'])} ({a['units']})" for a in known) or "–"
    lines.append(text("accumulate_pipeline", lang, known=len(known), all=len(pipeline["areas"]), names=stated))
    if any(a["assumed"] for a in known):
        lines.append(text("accumulate_assumed_units", lang, count=sum(a["assumed"] for a in known)))
    if rest:
        lines.append(text("accumulate_no_number", lang, count=len(rest), names=_short([a["area"] for a in rest], names, lang)))
    for title, effects in (("accumulate_later_adds", later["effects"]), ("accumulate_pipeline_adds", pipeline["effects"])):
        for hospital in hospitals:
            rows = [r for m in GROWN if (r := _pick(effects, hospital, m)) is not None and is_shown(r)]
            clauses = "; ".join(f"{load_measures()[r['measure']].short[lang]} {_value(r, lang)}" for r in rows)
            if clauses:
                lines.append(text(title, lang, name=names[hospital], clauses=clauses))
    return lines


def accumulate_view(
    system: CareSystem, content: Mapping[str, Any], lang: Language, hospital: str | None, *, show_all: bool
) -> RenderableType:
    """Return what a person reads of the accumulated effect.

    Parameters
    ----------
    system
        For names.
    content
        Of `accumulate_object`.
    lang
        ``sv`` or ``en``.
    hospital
        The one that was asked for, or None.
    show_all
        Every measure, also those that do not change.
    """
    names, years = names_in(system, lang), content["manifest"]["years"]
    university = [r.key[0] for r in system.rows["Hospital"] if r.text("kind") == "university"]
    order = dict.fromkeys(str(r["hospital"]) for r in content["effects"] if "hospital" in r)
    shown = [hospital] if hospital else [h for h in order if h in university]
    smaller = [hospital] if hospital else [h for h in order if h in SMALLER] or shown[: len(SMALLER)]
    columns = [(h, m) for h in smaller for m in (GROWN if hospital else ("posts_not_sustained",))]
    older = ", ".join(names.get(a, a) for a in content["older"]) or "–"
    measures = LEADING if hospital else BOTH
    silent = [d["decision"] for d in content["decisions"] if d["changes_nothing"]]
    made = content["manifest"]
    return Group(
        Text(text("title_accumulate", lang, as_of=content["as_of"]), style="bold"),
        Panel(Text(content[f"summary_{lang}"])),
        Text("\n".join([*benefit_lines(content["benefit"], names, lang), ""])),
        effect_tables(_main(content, 0), names, lang, shown, show_all=show_all, width=table_width()),
        Text(),
        _readings(content, names, lang, shown, measures),
        Text(),
        _timeline(content, names, lang, columns, by_hospital=hospital is not None),
        Text(),
        _concentrated(content, lang),
        Text(),
        Text("\n".join([
            *_coming(content, names, lang, smaller),
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

"""The follow-up as a page: units against what was expected, regions, conditions, reviews, other sources."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from interface.followup_concealed import HIDDEN
from interface.followup_text import count_text, measure_name, range_text, reason_text, trigger_text
from interface.numbers import format_value
from interface.tables import plain_table
from interface.texts import Language, text
from loaders.followup import load_measures

__all__ = ["TABLES", "followup_view", "section"]

Row = Mapping[str, Any]
Names = Mapping[str, str]
Cells = dict[str, Any]
SMALL = 20  # below it a level is shown with a decimal
FEW = 3  # below it a number of years is shown with a decimal
NO_EXPECTATION = "no_expectation"
REVIEW_COLUMNS = ("area", "hospital", "followup_trigger", "followup_reason")
PLANNED = "due"
PARTS = ("regions", "conditions", "groups", "competences", "without_permit")


def _where(row: Row, names: Names, lang: Language) -> Cells:
    hospital = row.get("hospital")
    return {
        "area": names.get(str(row["area"]), "") if row.get("area") else "",
        "hospital": text("followup_all_holders", lang) if hospital is None else names[hospital],
    }


def _verdict(row: Row, lang: Language) -> str:
    mark = "*" if row.get("holds") is False else ""
    return text(f"followup_verdict_{row['verdict']}", lang) + mark


def _expected(row: Row, lang: Language) -> str:
    if row["expected"] is None:
        return text("followup_hidden", lang) if row["verdict"] != NO_EXPECTATION else "–"
    mark = text("followup_assumed", lang) if row.get("basis") == "dataset" else ""
    return count_text(row["expected"], lang) + (f" ({mark})" if mark else "")


def _reported(row: Row, lang: Language) -> str:
    """The number with the interval of the level behind it."""
    shown = count_text(row["reported"], lang, row["masked"])
    if row["mean_low"] is None:
        return shown
    decimals = 0 if row["mean_high"] >= SMALL else 1
    return f"{shown} ({'–'.join(format_value(row[k], decimals, lang) for k in ('mean_low', 'mean_high'))})"


def _unit(row: Row, names: Names, lang: Language) -> Cells:
    return {
        **_where(row, names, lang), "followup_year": str(row["year"]), "followup_reported": _reported(row, lang),
        "followup_expected": _expected(row, lang), "followup_range": range_text(row, lang),
        "followup_verdict": _verdict(row, lang),
    }  # fmt: skip


def _named_once(cells: Sequence[Cells]) -> list[Cells]:
    """Rows in which an area is named at its first row only."""
    return [
        {**row, "area": ""} if number and row.get("area") == cells[number - 1].get("area") else row
        for number, row in enumerate(cells)
    ]


def _chosen(rows: Sequence[Row], year: int | None, every: bool) -> list[Row]:
    if year is not None:
        return [r for r in rows if r["year"] == year]
    if every:
        return list(rows)
    last = {(r["area"], r["hospital"]): r["year"] for r in rows}
    return [r for r in rows if r["year"] == last[r["area"], r["hospital"]]]


def _units(content: Row, names: Names, lang: Language, year: int | None, every: bool) -> list[RenderableType]:
    rows = _chosen(content["rows"], year, every)
    if not rows:
        return [Text(text("followup_nothing", lang))]
    title = text("followup_every_year" if every else "followup_latest", lang)
    title = title if year is None else text("followup_of_year", lang, year=year)
    parts: list[RenderableType] = [plain_table(title, _named_once([_unit(r, names, lang) for r in rows]), lang)]
    calm = ("within", NO_EXPECTATION, HIDDEN)
    outside = [r for r in content["rows"] if r["verdict"] not in calm and r not in rows]
    if outside:
        cells = _named_once([_unit(r, names, lang) for r in outside])
        parts += [Text(), plain_table(text("followup_outside", lang), cells, lang)]
    chance, spread = content["chance"], content["dispersion"]
    shown = {k: format_value(spread[k], 1, lang) for k in ("low", "high")}
    lines = [
        text("followup_chance", lang, compared=chance["compared"], outside=chance["outside"],
             expected=format_value(chance["expected_outside"], 1 if chance["expected_outside"] < FEW else 0, lang)),
        text("followup_how", lang, years=content["earlier_years"],
             dispersion=format_value(spread["value"], 1, lang), **shown),
    ]  # fmt: skip
    return [*parts, Text("\n".join(lines if chance["compared"] else lines[1:]))]


def _region(row: Row, names: Names, lang: Language) -> Cells:
    return {
        "area": names[row["area"]], "followup_year": str(row["year"]), "followup_region": names[row["region"]],
        "followup_counted": count_text(row["reported"], lang, row["masked"]),
        "followup_per_million": count_text(row["per_million"], lang, row["masked"]),
        "followup_expected": _expected(row, lang), "followup_range": range_text(row, lang),
        "followup_verdict": _verdict(row, lang),
    }  # fmt: skip


def _regions(rows: Sequence[Row], names: Names, lang: Language, title: str) -> RenderableType:
    latest = {a: max(r["year"] for r in rows if r["area"] == a) for a in {r["area"] for r in rows}}
    now = [r for r in rows if r["year"] == latest[r["area"]] and r["verdict"] != HIDDEN]
    outside = [r for r in now if r["verdict"] != "within"]
    cells = [_region(r, names, lang) for r in outside]
    lines = [text("followup_regions_within", lang, within=len(now) - len(outside), all=len(now))]
    partial = sorted({names[r["area"]] for r in now if not r["complete"]})
    lines += [text("followup_incomplete", lang, areas=", ".join(partial))] if partial else []
    head = [plain_table(title, cells, lang)] if cells else [Text(title, style="bold")]
    return Group(*head, Text("\n".join(lines)))


def _condition(row: Row, names: Names, lang: Language) -> Cells:
    place = _where(row, names, lang)
    place["hospital"] = "" if row["hospital"] is None else place["hospital"]
    return {
        **place, "followup_condition": row["condition"],
        "followup_state": text(f"followup_state_{row['state']}", lang), "followup_since": row["since"] or "–",
    }  # fmt: skip


def _reviews(rows: Sequence[Row], names: Names, lang: Language) -> list[Cells]:
    """One line a reason; a plan of the case log that concerns several areas is one line."""
    found: list[Cells] = []
    plans: dict[str, list[str]] = {}
    for row in rows:
        place = _where(row, names, lang)
        place["hospital"] = "" if row["hospital"] is None else place["hospital"]
        for trigger in row["triggers"]:
            reason = reason_text(trigger, names, lang)
            if trigger["trigger"] == PLANNED:
                plans.setdefault(reason, []).append(str(place["area"]))
                continue
            kind = trigger_text(trigger["trigger"], lang)
            found.append({**place, "followup_trigger": kind, "followup_reason": reason})
    planned = trigger_text(PLANNED, lang)
    for reason, areas in plans.items():
        found.append({"area": ", ".join(areas), "followup_trigger": planned, "followup_reason": reason})
    return found


def _outside(row: Row, names: Names, lang: Language) -> Cells:
    return {
        **_where(row, names, lang), "followup_year": str(row["year"]),
        "followup_what": measure_name(row["measure"], lang),
        "followup_number": count_text(row["value"], lang, row["masked"]),
        "followup_role": "" if row["role"] is None else text(f"followup_role_{row['role']}", lang),
        "followup_source": row["source"],
    }  # fmt: skip


def _source(row: Row, side: str, lang: Language) -> str:
    origin = text(f"followup_origin_{row[f'{side}_origin']}", lang)
    name = f" ({row[f'{side}_source']})" if row[f"{side}_origin"] == "register" else ""
    return f"{count_text(row[side], lang, row['masked'])}, {origin}{name}"


def _disagreement(row: Row, names: Names, lang: Language) -> Cells:
    difference = row["difference"]
    return {
        **_where(row, names, lang), "followup_year": str(row["year"]), "followup_a": _source(row, "a", lang),
        "followup_b": _source(row, "b", lang),
        "followup_difference": "" if difference is None else format_value(difference, 0, lang, signed=True),
    }  # fmt: skip


def _group(row: Row, names: Names, lang: Language) -> Cells:
    return {
        **_where(row, names, lang), "followup_group": row["group"], "followup_year": str(row["year"]),
        "followup_counted": count_text(row["reported"], lang, row["masked"]),
        "followup_expected": _expected(row, lang), "followup_range": range_text(row, lang),
        "followup_verdict": _verdict(row, lang),
    }  # fmt: skip


def _competence(row: Row, names: Names, lang: Language) -> Cells:
    return {
        "hospital": names[row["hospital"]], "competence": names[row["competence"]],
        "followup_what": measure_name(row["measure"], lang),
        "followup_first": f"{count_text(row['first'], lang)} ({row['first_year']})",
        "followup_last": f"{count_text(row['latest'], lang)} ({row['year']})",
    }  # fmt: skip


def _stated(row: Row, names: Names, lang: Language) -> Cells:
    measure = load_measures()[row["measure"]]
    value = row["value"]
    shown = value if isinstance(value, str) else count_text(value, lang, row["masked"])
    unit = "" if isinstance(value, str) or row["masked"] else f" {measure.units[lang]}"
    subject = f" ({row['subject']})" if row["subject"] else ""
    return {
        **_where(row, names, lang), "followup_year": str(row["year"]),
        "followup_what": measure.names[lang] + subject, "followup_now": shown + unit,
    }  # fmt: skip


def _revision(row: Row, names: Names, lang: Language) -> Cells:
    def shown(value: object) -> str:
        return (
            count_text(float(value), lang) if isinstance(value, float | int) else "–" if value is None else str(value)
        )

    hidden = text("followup_hidden", lang)
    return {
        **_where(row, names, lang), "followup_year": str(row["year"]),
        "followup_what": measure_name(row["measure"], lang),
        "followup_before": hidden if row["masked"] else ", ".join(map(shown, row["before"])),
        "followup_now": hidden if row["masked"] else shown(row["now"]),
        "followup_version": f"{row['version']}, {row['by']}, {row['date']}",
    }  # fmt: skip


def _store(store: Row, lang: Language) -> str:
    if not store["versions"]:
        return text("followup_no_store", lang, folder=store["folder"])
    return text("followup_store", lang, **store)


TABLES: Mapping[str, tuple[str, Callable[[Row, Names, Language], Cells]]] = {
    "conditions": ("followup_conditions", _condition),
    "without_permit": ("followup_without_permit", _outside),
    "disagreements": ("followup_disagreements", _disagreement),
    "groups": ("followup_groups", _group),
    "competences": ("followup_competences", _competence),
    "stated": ("followup_stated", _stated),
    "revisions": ("followup_revisions", _revision),
    "regions": ("followup_regions", _region),
}


def section(name: str, rows: Sequence[Row], names: Names, lang: Language) -> tuple[str, list[Cells]]:
    """Return the title of a part of a follow-up and its rows as people read them.

    Parameters
    ----------
    name
        One of `TABLES`.
    rows
        Of the part.
    names
        Node id to name.
    lang
        ``sv`` or ``en``.
    """
    title, cells_of = TABLES[name]
    return text(title, lang), [cells_of(r, names, lang) for r in rows]


def followup_view(
    names: Names, content: Row, lang: Language, year: int | None = None, every: bool = False
) -> RenderableType:
    """Return what a person reads of the follow-up.

    Parameters
    ----------
    names
        Node id to name.
    content
        What the command prints as JSON.
    lang
        ``sv`` or ``en``.
    year
        Year of the units; each unit's latest if None.
    every
        All years.
    """
    parts: list[RenderableType] = [Text(text("title_followup", lang), style="bold"), Text()]
    parts += _units(content, names, lang, year, every)
    if content["review"]:
        cells = _reviews(content["review"], names, lang)
        parts += [Text(), plain_table(text("followup_review", lang), _named_once(cells), lang, REVIEW_COLUMNS)]
    if content["regions"]:
        parts += [Text(), _regions(content["regions"], names, lang, text("followup_regions", lang))]
    for name in (n for n in TABLES if n != "regions" and content[n]):
        title, cells = section(name, content[name], names, lang)
        parts += [Text(), plain_table(title, _named_once(cells), lang)]
    missing = [text(f"followup_part_{name}", lang) for name in PARTS if not content[name]]
    lines = [text("followup_not_yet", lang, what=", ".join(missing))] if missing else []
    lines += [text("followup_masked", lang, mask=content["mask"])] if content["mask"] else []
    lines += [_store(content["store"], lang), "", *content["limits"]]
    return Group(*parts, Text(), Text("\n".join(lines)))

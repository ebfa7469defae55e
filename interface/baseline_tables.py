"""A baseline study as tables: the nation, hospitals, margins, resources, regions, areas, checks, gaps, definitions."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from impact.study.indicators import Gap, load_gaps, load_indicators
from impact.study.study_rows import AGES, ALL, NATIONAL
from interface.numbers import decimals_for, format_share, format_value
from interface.page_table import PageTable
from interface.texts import Language, text

__all__ = ["baseline_tables", "shown_value"]

OF_HOSPITALS = ("units", "sole_provider_areas", "patients_share", "university_share", "competences_below_need",
                "functions_at_risk", "education_breadth", "research_caseload")  # fmt: skip
OF_REGIONS = ("units", "hours_mean", "hours_p95", "inhabitants_beyond_2h", "inhabitants_beyond_4h",
              "out_of_care_region_share")  # fmt: skip
OF_AREAS = ("units", "patients_reported", "patients", "herfindahl", "largest_share", "hours_mean")
BRIEF = ("units", "sole_provider_areas", "patients_share", "competences_below_need", "functions_at_risk",
         "education_breadth")  # fmt: skip
THINNEST = 5
WIDE = 100  # an interval from which on numbers are rounded to tens or more
MOST_DECIMALS = {"number": 1, "index": 3}
UNIT_IN_NAME = ("0–1", "1", "units", "areas", "number", "index", "persons", "FTE", "functions")
Key = tuple[str, str, str, str, str]
Names = Mapping[str, str]
Row = Mapping[str, Any]


def _decimals(values: tuple[float, float, float], unit: str) -> int:
    """Decimals that the interval supports, below 0 where it is wide; a number without an interval stands as it is."""
    _, low, high = values
    if low == high:
        return 0 if low == round(low) else 2
    if high - low >= WIDE:
        return -math.floor(math.log10((high - low) / 10))
    return max(min(decimals_for(low, high), MOST_DECIMALS.get(unit, 2)), MOST_DECIMALS.get(unit, 0) * (unit == "index"))


def shown_value(values: tuple[float, float, float], unit: str, lang: Language) -> str:
    """Return a value and the interval of its draws as people read them: shares as per cent, counts whole.

    Parameters
    ----------
    values
        Value, low, high.
    unit
        Of the indicator.
    lang
        Of the decimal sign.

    Examples
    --------
    >>> shown_value((0.25, 0.25, 0.25), "0–1", "sv"), shown_value((3.2, 1.0, 6.0), "number", "sv")
    ('25 %', '3,2 (1,0–6,0)')
    """
    if unit == "0–1":
        parts = [format_share(v, lang) for v in values]
    else:
        decimals = _decimals(values, unit)
        parts = [format_value(round(v, decimals), max(decimals, 0), lang) for v in values]
    if parts[1] == parts[2]:
        return parts[0]
    between = " … " if values[1] < 0 else "–"
    return f"{parts[0]} ({parts[1].removesuffix(' %')}{between}{parts[2]})"


def _entity(row: Row) -> str:
    return str(row["hospital"] or row["region"] or row["area"] or NATIONAL)


def _values(row: Row) -> tuple[float, float, float]:
    return row["value"], row["low"], row["high"]


class _Study:
    """Rows of a study by key, with what shows them."""

    def __init__(self, content: Row, names: Names, lang: Language) -> None:
        self.content, self.names = content, names
        self.lang: Language = lang
        self.rows: dict[Key, Row] = {
            (r["indicator"], r["of"], _entity(r), r["age"], r["part"] or ""): r for r in content["indicators"]
        }

    def cell(self, indicator: str, kind: str, entity: str, age: str = ALL, part: str = "") -> str:
        row = self.rows.get((indicator, kind, entity, age, part))
        return "–" if row is None else shown_value(_values(row), row["unit"], self.lang)

    def of(self, kind: str, *indicators: str) -> list[str]:
        """Entities of a kind that have one of the indicators, in the order of the study."""
        rows = self.content["indicators"]
        return list(dict.fromkeys(_entity(r) for r in rows if r["of"] == kind and r["indicator"] in indicators))

    def heading(self, indicator: str) -> str:
        found = load_indicators()[indicator]
        mark = text("baseline_input_mark", self.lang) if found.is_input else ""
        unit = "" if found.unit in UNIT_IN_NAME else f", {text(found.unit, self.lang)}"
        return f"{found.name[self.lang]}{unit}{mark}"


def _nation(shown: _Study) -> PageTable:
    lang, rows = shown.lang, list[list[str]]()
    for indicator in load_indicators().values():
        row = shown.rows.get((indicator.id, "national", "national", ALL, ""))
        if row is None:
            continue
        cells = [shown.cell(indicator.id, "national", "national", age) for age in AGES]
        if not indicator.by_age:
            cells[1:] = [""] * (len(AGES) - 1)
        year = f" ({row['year']})" if row["year"] else ""
        rows.append([shown.heading(indicator.id) + year, text(f"baseline_grade_{row['grade']}", lang), *cells])
    columns = [text("baseline_indicator", lang), text("baseline_grade", lang),
               *(text(f"baseline_age_{age}", lang) for age in AGES)]  # fmt: skip
    return PageTable("nation", text("baseline_nation", lang), columns, rows, text("baseline_nation_note", lang), 2,
                     is_brief=True)  # fmt: skip


def _entities(
    shown: _Study, kind: str, indicators: Sequence[str], wanted: Sequence[str], *, is_brief: bool = False
) -> PageTable:
    rows = [[shown.names[e], *(shown.cell(i, kind, e) for i in indicators)] for e in wanted]
    used = [i for i in range(len(indicators)) if any(row[i + 1] != "–" for row in rows)]
    columns = [text(kind, shown.lang), *(shown.heading(indicators[i]) for i in used)]
    cells = [[row[0], *(row[i + 1] for i in used)] for row in rows]
    title, note = (text(f"baseline_{kind}s{end}", shown.lang) for end in ("", "_note"))
    return PageTable(f"{kind}s", title, columns, cells, note, is_brief=is_brief, is_on_page=not is_brief)


def _margins(shown: _Study, hospitals: Sequence[str]) -> PageTable:
    lang, rows = shown.lang, list[list[str]]()
    for hospital in hospitals:
        own = [r for r in shown.content["indicators"] if (r["indicator"], r["hospital"]) == ("margin", hospital)]
        for row in sorted(own, key=lambda r: (r["value"], r["part"]))[:THINNEST]:
            rows.append(
                [shown.names[hospital], shown.names[row["part"]], text(f"baseline_grade_{row['grade']}", lang),
                 shown_value(_values(row), row["unit"], lang),
                 shown.cell("cases_to_breaking", "hospital", hospital, part=row["part"])]
            )  # fmt: skip
    columns = [text(c, lang) for c in ("hospital", "baseline_competence", "baseline_grade", "baseline_margin",
                                       "baseline_left")]  # fmt: skip
    return PageTable("margins", text("baseline_margins", lang, number=THINNEST), columns, rows,
                     text("baseline_margins_note", lang), 3)  # fmt: skip


def _resources(shown: _Study, hospitals: Sequence[str]) -> Iterator[PageTable]:
    lang = shown.lang
    for indicator in ("resource_load", "p_no_bed", "resource_areas_share"):
        own = [r for r in shown.content["indicators"] if r["indicator"] == indicator and r["hospital"] in hospitals]
        parts = sorted({r["part"] for r in own}, key=lambda p: shown.names[p])
        rows = [
            [shown.names[part], *(shown.cell(indicator, "hospital", h, part=part) for h in hospitals)] for part in parts
        ]
        if rows:
            columns = [text("baseline_resource", lang), *(shown.names[h] for h in hospitals)]
            yield PageTable(indicator, _capital(shown.heading(indicator)), columns, rows,
                            load_indicators()[indicator].definition[lang] + ".")  # fmt: skip


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _agreement(shown: _Study) -> PageTable:
    lang = shown.lang
    rows = [
        [text(f"baseline_check_{r['check']}", lang), shown.names.get(r["of"], text(r["of"], lang)), r["stated"],
         format_value(r["ours"], 2 if r["unit"] == "0–1" else 0, lang), text("yes" if r["agrees"] else "no", lang)]
        for r in sorted(shown.content["agreement"], key=lambda r: r["agrees"])
    ]  # fmt: skip
    columns = [text(c, lang) for c in ("baseline_check", "baseline_of", "baseline_against", "ours", "agrees")]
    failed = sum(not r["agrees"] for r in shown.content["agreement"])
    return PageTable("agreement", text("baseline_agreement", lang, number=len(rows), failed=failed), columns, rows,
                     text("baseline_agreement_note", lang), 3)  # fmt: skip


def _gaps(shown: _Study) -> PageTable:
    lang = shown.lang
    missing = {gap["gap"] for gap in shown.content["unavailable"]}
    rows = [[g.name[lang], g.reason[lang] + ".", _stated(g, lang)] for g in load_gaps() if g.id in missing]
    columns = [text(c, lang) for c in ("baseline_missing", "baseline_reason", "baseline_stated")]
    return PageTable("gaps", text("baseline_gaps", lang), columns, rows, "", 2, is_brief=True)


def _stated(gap: Gap, lang: Language) -> str:
    return "–" if gap.stated is None else f"{format_value(gap.stated, 0, lang)} {text(gap.unit, lang)}"


def _definitions(shown: _Study) -> PageTable:
    lang = shown.lang
    rows = [
        [i.name[lang], text(f"baseline_basis_{i.basis}", lang), f"{i.definition[lang]}.", i.formula, text(i.unit, lang),
         i.source]
        for i in load_indicators().values()
    ]  # fmt: skip
    columns = [text(c, lang) for c in ("baseline_indicator", "baseline_basis", "baseline_definition",
                                       "baseline_formula", "baseline_unit", "baseline_source")]  # fmt: skip
    return PageTable("definitions", text("baseline_definitions", lang), columns, rows, "", len(columns))


def baseline_tables(content: Row, names: Names, lang: Language) -> list[PageTable]:
    """Return a baseline study as tables.

    Parameters
    ----------
    content
        The JSON answer of the command.
    names
        Id to name of every node.
    lang
        ``sv`` or ``en``.
    """
    shown = _Study(content, names, lang)
    hospitals = shown.of("hospital", "margin") or shown.of("hospital", "units")
    with_share = set(shown.of("hospital", "university_share"))
    universities = [h for h in hospitals if h in with_share] or hospitals
    at_work = shown.of("area", "units")
    return [
        _nation(shown),
        _entities(shown, "hospital", BRIEF, universities, is_brief=True),
        _entities(shown, "hospital", OF_HOSPITALS, hospitals),
        _gaps(shown),
        _margins(shown, universities),
        *_resources(shown, universities),
        _entities(shown, "region", OF_REGIONS, shown.of("region", "units", "hours_mean")),
        _entities(shown, "area", OF_AREAS, at_work),
        _agreement(shown),
        _definitions(shown),
    ]

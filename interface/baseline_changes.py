"""A comparison of two baseline studies as tables: what has changed, what may be chance, what the model expects."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from impact.measures import load_measures
from impact.study.indicators import load_indicators
from interface.baseline_tables import OF_HOSPITALS
from interface.numbers import decimals_for, format_value
from interface.page_table import PageTable
from interface.texts import Language, text

__all__ = ["change_tables"]

Row = Mapping[str, Any]
Names = Mapping[str, str]
WIDE = 100  # an interval from which on numbers are rounded to tens or more
TOLD = ("changed", "expected_up", "expected_down", "one_only")


def _decimals(row: Row, factor: float) -> int:
    low, high = row["low"], row["high"]
    most = 3 if row["unit"] == "index" else 2
    if low is not None and low != high:
        width = factor * (high - low)
        return (
            -math.floor(math.log10(width / 10))
            if width >= WIDE
            else min(decimals_for(factor * low, factor * high), most)
        )
    known = [factor * row[k] for k in ("a", "b", "difference") if row[k] is not None]
    return 0 if all(v == round(v) for v in known) else 2


def _number(value: float | None, row: Row, lang: Language, *, signed: bool = False, bare: bool = False) -> str:
    """A value with the decimals that the interval of the difference supports; differences of shares as points."""
    if value is None:
        return "–"
    is_share = row["unit"] == "0–1"
    factor = 100 if is_share else 1
    decimals = _decimals(row, factor)
    unit = "" if bare or not is_share else text("baseline_points", lang) if signed else " %"
    return format_value(round(factor * value, decimals), max(decimals, 0), lang, signed=signed) + unit


def _difference(row: Row, lang: Language) -> str:
    if row["difference"] is None or row["low"] is None or row["low"] == row["high"]:
        return _number(row["difference"], row, lang, signed=True)
    value, low, high = (_number(row[k], row, lang, signed=True, bare=True) for k in ("difference", "low", "high"))
    return f"{value} ({low} … {high}){text('baseline_points', lang) if row['unit'] == '0–1' else ''}"


def _sides(content: Row, lang: Language) -> PageTable:
    data, model = content["data"], content["model"]
    rows_changed = sum(sum(numbers.values()) for numbers in data["counts"].values())
    told = text("baseline_data_differs", lang, number=rows_changed) if data["differs"] else text("baseline_alike", lang)
    code = text("baseline_code_differs", lang) if model["differs"] else text("baseline_alike", lang)
    rows = [
        [text("baseline_dataset", lang), told],
        [text("baseline_code", lang), code],
        [text("baseline_dates", lang), f"{content['a']} → {content['b']}"],
        [text("baseline_new_units", lang), str(sum(p["change"] == "added" for p in content["permits"]))],
        [text("baseline_ended_units", lang), str(sum(p["change"] == "ended" for p in content["permits"]))],
        [text("baseline_corrected", lang), str(len(content["corrected_reports"]))],
    ]
    columns = [text(c, lang) for c in ("baseline_what", "baseline_differs")]
    return PageTable("sides", text("baseline_sides", lang), columns, rows, text("baseline_sides_note", lang), 2,
                     is_brief=True)  # fmt: skip


def _where(row: Row, names: Names, lang: Language) -> str:
    if row["level"] == "national":
        return text("national", lang)
    return ", ".join(names[row[k]] for k in ("area", "hospital") if row[k] is not None)


def _p(value: float | None, lang: Language) -> str:
    if value is None:
        return "–"
    return ("< " + format_value(0.001, 3, lang)) if value < 0.001 else format_value(value, 3, lang)


def _count_cells(row: Row, names: Names, lang: Language) -> list[str]:
    before, after = (row[k] / row[f"years_{k}"] for k in ("before", "after"))
    ratio = format_value(row["ratio"], 2, lang)
    ends = " … ".join(format_value(row[k], 2, lang) for k in ("low", "high"))
    verdict = text(f"baseline_verdict_{row['verdict']}", lang)
    cause = "" if row["cause"] == "not_asked" else ": " + text(f"baseline_cause_{row['cause']}", lang)
    return [_where(row, names, lang), verdict + cause, f"{format_value(before, 1, lang)} ({row['before']})",
            f"{format_value(after, 1, lang)} ({row['after']})", f"{ratio} ({ends})", _p(row["p"], lang),
            _p(row["p_adjusted"], lang)]  # fmt: skip


def _counts(content: Row, names: Names, lang: Language) -> PageTable:
    counts = content["counts"]
    title = text("baseline_counts", lang)
    if not counts["rows"]:
        return PageTable("counts", title, (), (), text("baseline_counts_none", lang), 1, is_brief=True)
    certain = sum(row["verdict"] != "no_certain_change" for row in counts["rows"])
    years = {k: ", ".join(map(str, counts[k])) for k in ("before", "after")}
    note = text("baseline_counts_note", lang, tests=counts["tests"], certain=certain,
                dispersion=format_value(counts["dispersion"], 1, lang), **years)  # fmt: skip
    told = [r for r in counts["rows"] if r["level"] != "unit" or r["verdict"] != "no_certain_change"]
    columns = [text(c, lang) for c in ("baseline_where", "baseline_verdict", "baseline_before", "baseline_after",
                                       "baseline_ratio", "baseline_p", "baseline_p_adjusted")]  # fmt: skip
    return PageTable("counts", title, columns, [_count_cells(r, names, lang) for r in told], note, 2, is_brief=True)


def _yearly(row: Row, before: str, after: str, lang: Language) -> str:
    """Patients a year before and after."""
    rates = (row[before] / row["years_before"], row[after] / row["years_after"])
    return " → ".join(format_value(rate, 1, lang) for rate in rates)


def _controls(content: Row, names: Names, lang: Language) -> Iterator[PageTable]:
    rows = [
        [_where(r, names, lang), _yearly(r, "before", "after", lang),
         _yearly(r, "untouched_before", "untouched_after", lang),
         format_value(r["ratio_of_ratios"], 2, lang), _p(r["p_ratio_of_ratios_adjusted"], lang)]
        for r in content["counts"]["rows"] if r["untouched_before"] is not None
    ]  # fmt: skip
    if rows:
        columns = [text(c, lang) for c in ("baseline_where", "baseline_touched", "baseline_untouched",
                                           "baseline_ratio_of_ratios", "baseline_p_adjusted")]  # fmt: skip
        yield PageTable("controls", text("baseline_controls", lang), columns, rows,
                        text("baseline_controls_note", lang), 1)  # fmt: skip


def _indicators(
    content: Row, rows: Sequence[Row], names: Names, lang: Language, place: str, **values: object
) -> PageTable:
    """Changes of indicators; the parts of a difference only where dataset or code differ."""
    parts = ("from_data", "from_model", "from_system")
    parts = parts if content["data"]["differs"] or content["model"]["differs"] else ()
    cells: list[list[str]] = []
    for row in rows:
        entity = row["hospital"] or row["region"] or row["area"]
        name = load_indicators()[row["indicator"]].name[lang]
        age = "" if row["age"] == "all" else f" ({text('age_' + row['age'], lang)})"
        where = [names[entity]] if entity else []
        told = [] if place == "apart" else [text(f"baseline_change_{row['change']}", lang)]
        cells.append(
            [*where, name + age, *told, _number(row["a"], row, lang),
             _number(row["b"], row, lang), _difference(row, lang),
             *(_number(row[k], row, lang, signed=True) for k in parts)]
        )  # fmt: skip
    verdict = () if place == "apart" else ("baseline_verdict",)
    heads = ("baseline_indicator", *verdict, "baseline_a", "baseline_b", "baseline_difference",
             *(f"baseline_{part}" for part in parts))  # fmt: skip
    where = {"hospitals": "hospital", "areas": "baseline_area"}.get(place)
    columns = [*([text(where, lang)] if where else []), *(text(c, lang) for c in heads)]
    title, note = (text(f"baseline_changes_{place}{end}", lang, **values) for end in ("", "_note"))
    texts = 1 + len(verdict) + (where is not None)
    return PageTable(f"changes_{place}", title, columns, cells, note, texts, is_brief=place == "nation")


def _is_seen(row: Row) -> bool:
    """Whether a difference is as large as tables show of the measure that the indicator is, where it is one."""
    measure = load_measures().get(row["indicator"])
    return measure is None or row["difference"] is None or abs(row["difference"]) >= measure.visible


def _travel(content: Row, names: Names, lang: Language) -> PageTable:
    least = load_measures()["hours_mean"].visible
    both = [
        r for r in content["rows"]
        if (r["indicator"], r["of"]) == ("hours_mean", "area") and r["change"] != "one_only"
    ]  # fmt: skip
    told = [r for r in both if r["change"] in TOLD and _is_seen(r)]
    return _indicators(content, told, names, lang, "areas", least=format_value(least, 2, lang), number=len(told),
                       all=len(both))  # fmt: skip


def _changes(content: Row, names: Names, lang: Language) -> Iterator[PageTable]:
    nation = [r for r in content["rows"] if r["of"] == "national"]
    unclear = sum(r["change"] == "uncertain" for r in nation)
    told = [r for r in nation if r["change"] in TOLD]
    yield _indicators(content, told, names, lang, "nation", unclear=unclear)
    apart = [r for r in nation if r["change"] == "not_same_areas"]
    if apart:
        yield _indicators(content, apart, names, lang, "apart")
    yield _travel(content, names, lang)
    hospitals = [
        r for r in content["rows"]
        if r["of"] == "hospital" and r["indicator"] in OF_HOSPITALS and r["age"] == "all" and r["change"] in TOLD
        and _is_seen(r)
    ]  # fmt: skip
    yield _indicators(content, hospitals, names, lang, "hospitals")


def _permits(content: Row, names: Names, lang: Language) -> Iterator[PageTable]:
    found: dict[tuple[str, str], list[str]] = {}
    for permit in content["permits"]:
        found.setdefault((permit["change"], permit["area"]), []).append(names[permit["hospital"]])
    rows = [[names[area], text(f"baseline_permit_{change}", lang), ", ".join(h)] for (change, area), h in found.items()]
    if rows:
        columns = [text(c, lang) for c in ("baseline_area", "baseline_permit", "hospital")]
        yield PageTable("permits", text("baseline_permits", lang), columns, rows, "", 3)


def _corrected(content: Row, names: Names, lang: Language) -> Iterator[PageTable]:
    rows = [
        [names[r["area"]], names[r["hospital"]], str(r["year"]),
         f"{format_value(r['from'], 0, lang)} → {format_value(r['to'], 0, lang)}"]
        for r in content["corrected_reports"]
    ]  # fmt: skip
    if rows:
        columns = [text(c, lang) for c in ("baseline_area", "hospital", "baseline_year", "baseline_from_to")]
        yield PageTable("corrected", text("baseline_corrected", lang), columns, rows, "", 3)


def change_tables(content: Row, names: Names, lang: Language) -> list[PageTable]:
    """Return a comparison of two studies as tables.

    Parameters
    ----------
    content
        Of `compare_studies`.
    names
        Id to name of the nodes of both systems.
    lang
        ``sv`` or ``en``.
    """
    return [
        _sides(content, lang),
        _counts(content, names, lang),
        *_controls(content, names, lang),
        *_changes(content, names, lang),
        *_permits(content, names, lang),
        *_corrected(content, names, lang),
    ]

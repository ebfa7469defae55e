"""Rows of an answer to a data frame that people read: names for ids, words for codes, headings in a language."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, cast

import pandas as pd

from graph_schema import CareSystem, SettingError
from impact import load_measures
from interface.effect_selection import LEADING, is_shown
from interface.node_names import names_in
from interface.numbers import decimals_for
from interface.texts import Language, has_text, text

__all__ = ["answer_frame", "visible_effects"]

Row = Mapping[str, Any]
DIGITS, MOST_DECIMALS = 3, 4
WITH_INTERVAL = frozenset(("value", "baseline", "effect", "low", "high", "a", "b", "difference", "patients"))


def _decimals(key: str, value: float, row: Row) -> int:
    """What the row's interval supports of a number that shares its unit; else three digits."""
    low, high = row.get("low"), row.get("high")
    if key in WITH_INTERVAL and isinstance(low, float) and isinstance(high, float) and low < high:
        return decimals_for(low, high)
    decimals = DIGITS - 1 - math.floor(math.log10(abs(value))) if value else 0
    return min(max(decimals, 0), MOST_DECIMALS)


def _word(key: str, code: str, names: Mapping[str, str], lang: Language) -> str:
    """A node's name, a measure's, the text of the code in its column or of the code; else the code itself."""
    measure = load_measures().get(code)
    if code in names or measure is not None:
        return names[code] if measure is None else measure.short[lang]
    known = [t for t in (f"frame_{key}_{code}", f"baseline_{key}_{code}", f"{key}_{code}", code) if has_text(t)]
    return text(known[0], lang) if known else code


def _shown(key: str, value: Any, row: Row, names: Mapping[str, str], lang: Language) -> Any:
    if key == "year":  # a name of a year, no count
        return None if value is None else str(value)
    if isinstance(value, bool):
        return text("yes" if value else "no", lang)
    if isinstance(value, float):
        return round(value, _decimals(key, value, row)) + 0.0 if math.isfinite(value) else None
    if isinstance(value, str):
        return _word(key, value, names, lang)
    if isinstance(value, list | tuple):
        return ", ".join(str(_shown(key, v, row, names, lang)) for v in cast(Sequence[Any], value))
    return value


def answer_frame(
    rows: Sequence[Row], columns: Mapping[str, str], system: CareSystem, lang: Language, **only: Any
) -> pd.DataFrame:
    """Return rows of an answer as a data frame: numbers stay numbers, as exact as their interval.

    Parameters
    ----------
    rows
        Of a question's answer, as a command prints them with ``--format json``.
    columns
        Key of the rows to the id of its heading in the texts, in the order of the columns.
    system
        For the names of nodes.
    lang
        Of words and headings.
    only
        Key to value: only rows in which all of them agree.

    Returns
    -------
    DataFrame
        A row for each that is kept; columns without any value are left out.

    Raises
    ------
    SettingError
        If a heading has no text, or two have the same.

    Examples
    --------
    >>> from loaders import load_sweden
    >>> rows = [{"of": "nus", "measure": "patients_relying", "effect": 1.23456}, {"of": "sus", "effect": 2.0}]
    >>> columns = {"of": "hospital", "measure": "measure", "effect": "effect"}
    >>> answer_frame(rows, columns, load_sweden(), "sv", of="nus").values.tolist()
    [['Norrlands universitetssjukhus', 'vid svagare akutfunktioner', 1.23]]
    """
    unknown = [heading for heading in columns.values() if not has_text(heading)]
    headings = [text(heading, lang).replace("\\n", " ") for heading in columns.values()]
    if unknown or len(set(headings)) < len(headings):
        raise SettingError(
            f"columns: no text for {', '.join(unknown) or 'two different headings'}; see interface/wording"
        )
    names = names_in(system, lang)
    kept = [row for row in rows if all(row.get(key) == value for key, value in only.items())]
    content = {
        heading: [_shown(key, row.get(key), row, names, lang) for row in kept]
        for key, heading in zip(columns, headings, strict=True)
    }
    present = {heading: cells for heading, cells in content.items() if any(c not in (None, "") for c in cells)}
    shown: Mapping[str, list[Any]] = present if kept else {heading: list[Any]() for heading in headings}
    return pd.DataFrame(shown).convert_dtypes()


def visible_effects(rows: Sequence[Row], year: int | None = None) -> list[Row]:
    """Return the effect rows that a table shows without ``--all``, each with the id of its place as ``of``.

    They are the leading measures where they change visibly.

    Parameters
    ----------
    rows
        Of `impact.effect_rows` or of a command's ``effects``.
    year
        After the as-of year; the last in the rows if None.
    """
    last = max((r["year"] for r in rows), default=0) if year is None else year
    main = [r for r in rows if r["year"] == last and r["reading"] == "main"]
    seen = [r for r in main if r["measure"] in LEADING and is_shown(r)]
    return [{**r, "of": r.get("hospital") or r.get("region") or r.get("national")} for r in seen]

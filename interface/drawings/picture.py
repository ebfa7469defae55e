"""A picture: chart, words around it, and the table of what it shows; as a value that knows no file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graph_schema import CareSystem
from impact.version import code_version
from interface.numbers import decimals_for, decimals_of_size, format_value
from interface.texts import Language, text

__all__ = ["BY_RANGE", "Column", "DataTable", "Live", "Picture", "footer_of", "manifest_footer"]

BY_RANGE = -1  # decimals of numbers that stand beside the ends of their range
HASH_SHOWN = 16  # signs of the hash that a footer prints
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table beside a picture.

    Attributes
    ----------
    key
        In the rows; also the heading in a CSV file.
    heading
        In the picture's language.
    unit
        Of its numbers; empty for text.
    decimals
        Of its numbers; None for text; `BY_RANGE`: what the row's ``low`` and ``high`` support.
    signed
        Whether a plus is written.
    """

    key: str
    heading: str
    unit: str = ""
    decimals: int | None = None
    signed: bool = False


@dataclass(frozen=True, slots=True)
class DataTable:
    """What a picture shows, as rows; beside a name they may hold the node's id under the column's key with ``_id``."""

    columns: Sequence[Column]
    rows: Sequence[Row]

    def cell(self, row: Row, column: Column, lang: Language) -> str:
        """Return a cell as people read it; empty where there is no value."""
        value = row.get(column.key)
        if value is None:
            return ""
        if column.decimals is None:
            return str(value)
        decimals = column.decimals
        if decimals == BY_RANGE:
            low, high = (float("nan") if row.get(k) is None else float(row[k]) for k in ("low", "high"))
            decimals = decimals_for(low, high) if low < high else decimals_of_size(float(value))
        return format_value(float(value), decimals, lang, column.signed)


@dataclass(frozen=True, slots=True)
class Live:
    """A picture in a page that is more than a chart: what stands in its place, with style and scripts.

    Attributes
    ----------
    styles, markup, scripts
        Of the picture.
    appendix
        Markup of what the picture tells more of, below its table.
    """

    styles: Sequence[str]
    markup: str
    scripts: Sequence[str]
    appendix: str = ""


@dataclass(frozen=True)
class Picture:
    """A chart with what must stand around it.

    Attributes
    ----------
    lang
        Of all words in it.
    title
        One line.
    description
        What the picture shows, for those who cannot see it (alternative text).
    notes
        Sources, grades, and what it cannot say; a line each.
    footer
        Of which data and code it is.
    chart
        An altair chart without title.
    table
        The numbers in the picture.
    width
        Of the chart in pixels: the words around it are broken to it.
    indent
        How much of the width stands left of the plots (their labels).
    live
        Takes the chart's place in a page, where there is one.
    """

    lang: Language
    title: str
    description: str
    notes: Sequence[str]
    footer: str
    chart: Any
    table: DataTable
    width: int
    indent: int = 0
    live: Live | None = field(default=None)


def footer_of(system: CareSystem, lang: Language, as_of: str | None = None) -> str:
    """Return which dataset a picture shows: its name, version, date and hash, and the code's version."""
    settings = system.settings
    return text(
        "draw_footer", lang, name=settings.get("name", ""), version=settings.get("version", ""),
        as_of=as_of or settings["as_of"], hash=system.content_hash[:HASH_SHOWN], code=code_version(),
    )  # fmt: skip


def manifest_footer(manifest: Mapping[str, Any], lang: Language) -> str:
    """Return of which dataset and run a saved answer is."""
    dataset: Mapping[str, Any] = manifest["dataset"]
    known = text(
        "draw_footer", lang, name=dataset["name"] or "", version=dataset["version"] or "", as_of=dataset["as_of"],
        hash=str(manifest["system_hash"])[:HASH_SHOWN], code=manifest["code_version"],
    )  # fmt: skip
    run = text(
        "draw_footer_run", lang, seed=manifest["seed"], draws=manifest["draws"], years=manifest["years"],
        start=manifest["start"],
    )  # fmt: skip
    return f"{known} {run}"

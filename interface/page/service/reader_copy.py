"""The copy of a reader: what is typed to an edit or to all that is wrong with it; the copy, its card and its files."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from graph_schema import CareSystem, format_number
from impact.questions.card_parts import Registers
from impact.questions.stated_numbers import StatedNumber, source_of, stated_numbers
from interface.data_commands import DIFF, diff_content
from interface.numbers import format_value
from interface.page.service.answered import Answered, answered
from interface.page.service.markup import DETAIL, HtmlTable, TableColumn
from interface.page.service.number_words import NumberWords, decimals_of, is_hidden, range_words, unit_word
from interface.texts import Language, text
from loaders.edit_rules import Flaw, flaws_of, with_edits
from loaders.edits import Edit, resting_on
from loaders.zipped import dataset_zip

__all__ = [
    "Typed",
    "copy_of",
    "diff_of",
    "edits_table",
    "flaw_words",
    "number_of",
    "stands_typed",
    "target_words",
    "typed_edit",
    "zip_of",
]

PARTS = ("value", "low", "high", "factor")
SPACES = str.maketrans({" ": None, "\u00a0": None, "\u202f": None, "\u2212": "-", ",": "."})


@dataclass(frozen=True, slots=True)
class Typed:
    """What a reader typed: target, numbers as text by part (``value``, ``low``, ``high``, ``factor``), why, when."""

    target: str
    numbers: Mapping[str, str]
    reason: str
    day: str


def number_of(typed: str) -> float | None:
    """Return a number that was typed with decimal comma or point and with blanks between thousands; else None.

    Examples
    --------
    >>> number_of("1 234,5"), number_of("-0.5"), number_of("ca 3"), number_of("1,2,3"), number_of("")
    (1234.5, -0.5, None, None, None)
    """
    plain = typed.strip().translate(SPACES)
    try:
        found = float(plain)
    except ValueError:
        return None
    return found if math.isfinite(found) and "_" not in plain else None


def typed_edit(typed: Typed) -> Edit:
    """Return what was typed as an edit; a number that cannot be read is missing in it, which its rules tell.

    An empty end of the range is the value itself: the number is then certain.
    """
    given = {part: number_of(typed.numbers.get(part, "")) for part in PARTS}
    if "factor" in typed.numbers:
        factor = given["factor"]
        return Edit(typed.target, typed.reason, typed.day, factor=math.nan if factor is None else factor)
    for end in ("low", "high"):
        if not typed.numbers.get(end, "").strip():
            given[end] = given["value"]
    return Edit(typed.target, typed.reason, typed.day, given["value"], given["low"], given["high"])


def stands_typed(number: StatedNumber, lang: Language, mask: int | None) -> dict[str, str]:
    """Return a number as a reader would type it, all digits: ``value``, ``low``, ``high``; empty ends where certain.

    A count of patients below the mask is not typed out.
    """
    if is_hidden(number, mask):
        return dict.fromkeys(("value", "low", "high"), "")
    point = "," if lang == "sv" else "."

    def typed(value: float | None) -> str:
        return "" if value is None else format_number(value).replace(".", point)

    is_certain = number.low == number.high
    return {"value": typed(number.value), "low": "" if is_certain else typed(number.low),
            "high": "" if is_certain else typed(number.high)}  # fmt: skip


def flaw_words(flaw: Flaw, words: NumberWords) -> str:
    """Return what is wrong with an edit as a sentence in the language of the page."""
    lang = words.lang
    shown = {name: _shown(name, value, lang) for name, value in flaw.values.items()}
    return f"{target_words(flaw.target, words)}: {text(f'sources_flaw_{flaw.code}', lang, **shown)}"


def _shown(name: str, value: str | float, lang: Language) -> str:
    if not isinstance(value, str):
        return "∞" if math.isinf(value) else format_value(value, decimals_of(value), lang)
    if name in ("unit", "given"):
        return unit_word(value, lang)
    return text(f"sources_part_{value}", lang) if name == "part" else value


def target_words(target: str, words: NumberWords) -> str:
    """Return what is changed in words: whose number and of what, or which assumption."""
    if words.system.get("assumptions", target) is not None:
        return words.source(target)
    if target in words.system.quantities or words.system.get("floors", target) is not None:
        return words.label(source_of(words.system, target)[0])
    return words.node(target)


@lru_cache(maxsize=16)
def copy_of(system: CareSystem, edits: tuple[Edit, ...]) -> tuple[CareSystem, tuple[Flaw, ...]]:
    """Return the dataset with edits, and what is wrong with them; where anything is, the dataset itself.

    Parameters
    ----------
    system
        The dataset; not changed.
    edits
        Of the reader; without any the copy is the dataset.
    """
    flaws = flaws_of(system, edits)
    return (system, flaws) if flaws else (with_edits(system, edits), ())


def _before(number: StatedNumber, lang: Language, mask: int | None) -> str:
    value, span = range_words(number, lang, mask)
    return f"{value} ({span})" if span else value


def _now(edit: Edit, system: CareSystem, lang: Language, mask: int | None) -> tuple[str, str, str]:
    """Before, after and unit of an edit."""
    if edit.factor is not None:
        count = len(resting_on(system, edit.target))
        factor = format_value(edit.factor, decimals_of(edit.factor), lang)
        return text("sources_numbers", lang, count=count), text("sources_times", lang, factor=factor), ""
    number = source_of(system, edit.target)[0]
    value, low, high = edit.value, edit.low, edit.high
    decimals = decimals_of(*(n for n in (value, low, high) if n is not None))
    shown = [format_value(n, decimals, lang) for n in (value, low, high)]
    after = shown[0] if low == high else f"{shown[0]} ({shown[1]} … {shown[2]})"
    return _before(number, lang, mask), after, unit_word(number.unit, lang, together=True)


def edits_table(system: CareSystem, edits: Sequence[Edit], words: NumberWords, mask: int | None) -> HtmlTable:
    """Return the edits of a copy: what stood, what stands now, why and when.

    Parameters
    ----------
    system
        The dataset without them.
    edits
        The edits.
    words
        Of the dataset, in the language of the page.
    mask
        Counts of patients below it are hidden.
    """
    lang = words.lang
    columns = [
        TableColumn("number", text("sources_number", lang)),
        TableColumn("before", text("sources_before", lang), is_number=True),
        TableColumn("after", text("sources_after", lang), is_number=True),
        TableColumn("unit", text("unit", lang)),
        TableColumn("reason", text("reason", lang)),
        TableColumn("day", text("date", lang), is_number=True),
    ]
    rows: list[dict[str, str]] = []
    for edit in edits:
        before, after, unit = _now(edit, system, lang, mask)
        rows.append(
            {"number": target_words(edit.target, words), "before": before, "after": after, "unit": unit,
             "reason": edit.reason, "day": edit.day, DETAIL: text("sources_edit_id", lang, id=edit.target)}
        )  # fmt: skip
    return HtmlTable(text("sources_edits", lang, count=len(rows)), columns, {"": rows})


def diff_of(system: CareSystem, copy: CareSystem, lang: Language, mask: int | None) -> Answered:
    """Return what differs between dataset and copy, as `data diff` prints it; masked counts without what stood."""
    names = (text("sources_dataset", lang), text("sources_copy", lang))
    content = diff_content(system, copy, lang)
    hidden = {(n.type, n.key, n.property) for n in stated_numbers(system) if is_hidden(n, mask)}
    content["rows"] = [
        {**row, "from": None} if any(_is_of(row, place) for place in hidden) else row for row in content["rows"]
    ]
    return answered(DIFF, content, system, a=names[0], b=names[1])


def _is_of(row: Mapping[str, Any], place: tuple[str, tuple[str, ...], str]) -> bool:
    """Whether a row of the difference is about one of the columns of a number."""
    return (row["type"], tuple(row["key"])) == place[:2] and str(row["property"]) in {
        place[2], f"{place[2]}_low", f"{place[2]}_high"
    }  # fmt: skip


def zip_of(copy: CareSystem, registers: Registers) -> bytes:
    """Return the copy with the registers of evidence as a zip file; unpacked, ``--dataset`` reads the folder."""
    return dataset_zip(copy, registers, f"randzon-{copy.content_hash[:10]}")

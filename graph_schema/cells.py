"""One cell of text to one typed value, or the problems that prevent it."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import cast

from graph_schema.quantity import GRADES, SCALES, Grade, Quantity
from graph_schema.schema import PropertySpec

__all__ = ["ID_PATTERN", "Report", "format_number", "is_date", "normalised", "read_property"]

Value = str | bool | float | int | Quantity
Report = Callable[[str | None, str | None, str, str], None]
ID_PATTERN = re.compile(r"[a-z0-9_]+")
IDS_PATTERN = re.compile(r"[a-z0-9_]+(;[a-z0-9_]+)*")
SOURCE_RULE = ("not a list of source ids", "write ids separated by semicolons, without blanks")
DATE_PATTERN = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
NUMBER_PATTERN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


def format_number(value: float) -> str:
    """Return the shortest text that reads back as the same float64, without a needless ``.0``.

    Examples
    --------
    >>> format_number(3.0), format_number(0.1)
    ('3', '0.1')
    """
    text = repr(float(value))
    return text.removesuffix(".0")


def normalised(text: str) -> str:
    r"""Return a cell as the system keeps it: NFC, line ends as line feeds, no blanks at either end.

    Every cell passes here before anything is read from it, so that a system and the folder written
    from it hold the same text and have the same hash.

    Examples
    --------
    >>> normalised("  A\u030a\r\nb ") == "\u00c5\nb"
    True
    """
    return unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").strip()


def is_date(text: str) -> bool:
    """Whether a text is a day of the calendar, written as YYYY-MM-DD.

    Examples
    --------
    >>> is_date("2024-02-29"), is_date("2023-02-29"), is_date("20240229")
    (True, False, False)
    """
    if not DATE_PATTERN.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _number(text: str) -> float | None:
    if not NUMBER_PATTERN.fullmatch(text):  # float() also takes 1_000, other scripts' digits and nan
        return None
    value = float(text)
    return value if math.isfinite(value) else None


def _decimal_remedy(text: str) -> str:
    return "write a decimal point instead of the comma" if "," in text else "write a finite number"


def _read_plain(spec: PropertySpec, text: str, report: Report) -> Value | None:
    if spec.dtype == "id" and not ID_PATTERN.fullmatch(text):
        report(spec.name, text, "an id holds only a-z, 0-9 and _", "rename it")
        return None
    if spec.dtype == "enum" and text not in spec.values:
        report(spec.name, text, "not an allowed value", "choose one of " + ", ".join(spec.values))
        return None
    if spec.dtype == "boolean":
        if text not in ("true", "false"):
            report(spec.name, text, "not a truth value", "write true or false")
            return None
        return text == "true"
    if spec.dtype == "date":
        if not is_date(text):
            report(spec.name, text, "not a date", "write YYYY-MM-DD")
            return None
        return text
    if spec.dtype == "source" and not IDS_PATTERN.fullmatch(text):
        report(spec.name, text, *SOURCE_RULE)
        return None
    if spec.dtype in ("number", "integer"):
        return _read_number(spec, text, report)
    return text


def _read_number(spec: PropertySpec, text: str, report: Report) -> float | int | None:
    value = _number(text)
    if value is None or (spec.dtype == "integer" and value != int(value)):
        kind = "a whole number" if spec.dtype == "integer" else "a number"
        report(spec.name, text, f"not {kind}", _decimal_remedy(text))
        return None
    if not spec.minimum <= value <= spec.maximum:
        rule = _range_rule(spec.minimum, spec.maximum)
        report(spec.name, text, rule, f"write it in {spec.unit or 'range'}")
        return None
    return int(value) if spec.dtype == "integer" else value


def _range_rule(minimum: float, maximum: float) -> str:
    if math.isinf(maximum):
        return f"below the least value {format_number(minimum)}"
    return f"outside {format_number(minimum)} to {format_number(maximum)}"


def _read_numbers(
    spec: PropertySpec, row: Mapping[str, str], limits: tuple[float, float], report: Report
) -> tuple[float, float, float] | None:
    found: list[float] = []
    for column in (spec.name, spec.name + "_low", spec.name + "_high"):
        text = row.get(column, "")
        value = _number(text)
        if value is None:
            rule = "missing" if text == "" else "not a number"
            remedy = _decimal_remedy(text) if text else "state value, low and high"
            report(column, text or None, rule, remedy)
        elif not limits[0] <= value <= limits[1]:
            remedy = f"check the value and its unit ({spec.unit or 'none'})"
            report(column, text, _range_rule(*limits), remedy)
        else:
            found.append(value)
    if len(found) < 3:
        return None
    value, low, high = found
    if low > high:
        rule = f"low is above high ({format_number(high)})"
        report(spec.name + "_low", format_number(low), rule, "swap them")
        return None
    if not low <= value <= high:
        report(spec.name, format_number(value), "outside its own range", "let low <= value <= high")
        return None
    return value, low, high


def _limits(spec: PropertySpec, row: Mapping[str, str]) -> tuple[float, float]:
    """Limits of a quantity: the schema's, for a parameter the row's own (unreadable ones are reported there)."""
    if spec.unit != "any":
        return spec.minimum, spec.maximum
    least, largest = _number(row.get("minimum", "")), _number(row.get("maximum", ""))
    return spec.minimum if least is None else least, spec.maximum if largest is None else largest


def _read_labels(spec: PropertySpec, row: Mapping[str, str], report: Report) -> tuple[str, Grade, str] | None:
    unit, grade, source = (row.get(spec.name + part, "") for part in ("_unit", "_grade", "_source"))
    sound = True
    if unit == "":
        remedy = "write the unit (1 for a share)" if spec.has_open_unit else f"write {spec.unit!r}"
        report(spec.name + "_unit", None, "missing unit", remedy)
        sound = False
    elif not spec.has_open_unit and unit != spec.unit:
        report(spec.name + "_unit", unit, "wrong unit", f"convert to {spec.unit!r} and write that unit")
        sound = False
    if grade not in GRADES:
        remedy = "choose one of " + ", ".join(GRADES)
        report(spec.name + "_grade", grade or None, "unknown grade" if grade else "missing grade", remedy)
        sound = False
    if source == "":
        remedy = "name a row of sources.csv or assumptions.csv"
        report(spec.name + "_source", None, "missing source", remedy)
        sound = False
    elif not IDS_PATTERN.fullmatch(source):
        report(spec.name + "_source", source, *SOURCE_RULE)
        sound = False
    return (unit, cast(Grade, grade), source) if sound else None


def _read_quantity(spec: PropertySpec, row: Mapping[str, str], report: Report) -> Quantity | None:
    limits = _limits(spec, row)
    numbers = _read_numbers(spec, row, limits, report)
    labels = _read_labels(spec, row, report)
    scale = row.get("scale") if spec.unit == "any" else spec.scale
    if numbers is not None and scale == "log_uniform" and numbers[1] <= 0:
        rule = "not above 0, which a logarithmic scale needs"
        report(spec.name + "_low", format_number(numbers[1]), rule, "raise it or choose another scale")
        return None
    if numbers is None or labels is None or scale not in SCALES:  # parameters report their own scale column
        return None
    return Quantity(*numbers, *labels, scale, *limits)


def read_property(spec: PropertySpec, row: Mapping[str, str], report: Report) -> Value | None:
    """Return the typed value of one property of a row; None where it is absent or wrong.

    Parameters
    ----------
    spec
        The property.
    row
        Column to text, `normalised`.
    report
        Called with (property, value, rule, remedy) for each problem.
    """
    text = row.get(spec.name, "")
    if spec.dtype == "quantity" and any(row.get(column, "") for column in spec.columns):
        return _read_quantity(spec, row, report)
    if text == "":
        if spec.required:
            report(spec.name, None, "missing", "fill in: " + spec.meaning[:1].lower() + spec.meaning[1:])
        return None
    return _read_plain(spec, text, report)

"""Uncertain numbers of a scenario: how a file writes them and how they become quantities."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Any, cast

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from graph_schema import GRADES, Quantity

__all__ = ["STATED", "Factor", "Share", "complement", "factor", "share"]

STATED = "stated in the scenario"
KEYS = ("value", "low", "high", "unit", "grade", "source")


def share(value: float, low: float | None = None, high: float | None = None, source: str = STATED) -> Quantity:
    """Return a share between 0 and 1, assumed; certain if no range is given.

    Examples
    --------
    >>> share(0.4).is_certain, share(0.4, 0.3, 0.6).scale
    (True, 'logit')
    """
    ends = (value if low is None else low, value if high is None else high)
    return Quantity(value, *ends, "1", "assumed", source, "logit", 0.0, 1.0)


def factor(value: float, low: float | None = None, high: float | None = None, source: str = STATED) -> Quantity:
    """Return a factor of at least 0, assumed; certain if no range is given.

    Examples
    --------
    >>> factor(0.7, 0.6, 0.8).scale
    'log'
    """
    ends = (value if low is None else low, value if high is None else high)
    return Quantity(value, *ends, "1", "assumed", source, "log", 0.0, math.inf)


def complement(quantity: Quantity) -> Quantity:
    """Return one minus a share, with its range turned round.

    Examples
    --------
    >>> complement(share(0.25, 0.125, 0.5)).high
    0.875
    """
    return Quantity(
        1 - quantity.value, 1 - quantity.high, 1 - quantity.low, quantity.unit, quantity.grade, quantity.source,
        quantity.scale, quantity.minimum, quantity.maximum,
    )  # fmt: skip


def _wrong(rule: str) -> PydanticCustomError:
    return PydanticCustomError("quantity", "{rule}", {"rule": rule})


def _number(table: Mapping[str, object], key: str) -> float:
    number = table.get(key)
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise _wrong(f"{key} is missing" if number is None else f"{key} is no number")
    if not math.isfinite(number):
        raise _wrong(f"{key} is not finite")
    return float(number)


def _text(table: Mapping[str, object], key: str, default: str) -> str:
    text = table.get(key, default)
    if not isinstance(text, str) or not text.strip():
        raise _wrong(f"{key} is no text")
    return text


def _read(raw: object, pattern: Quantity) -> Quantity:
    """Return the quantity that a number or a table with value, low, high, grade, source states."""
    if isinstance(raw, Quantity):
        return raw
    if not isinstance(raw, Mapping):
        number = _number({"value": raw}, "value")
        table: Mapping[str, object] = {"value": number, "low": number, "high": number, "source": STATED}
    else:
        table = cast(Mapping[str, object], raw)
    unknown = sorted(set(table) - set(KEYS))
    if unknown:
        raise _wrong(f"unknown key {', '.join(unknown)}; known are {', '.join(KEYS)}")
    if _text(table, "unit", "1") != "1":
        raise _wrong("wrong unit: shares and factors have the unit 1")
    grade = _text(table, "grade", "assumed")
    if grade not in GRADES:
        raise _wrong(f"grade {grade!r} is none of {', '.join(GRADES)}")
    if "source" not in table:
        raise _wrong("source is missing")
    value, low, high = (_number(table, key) for key in ("value", "low", "high"))
    return Quantity(
        value, low, high, "1", grade, _text(table, "source", ""),
        pattern.scale, pattern.minimum, pattern.maximum,
    )  # fmt: skip


def _read_share(raw: object) -> Quantity:
    return _read(raw, share(0))


def _read_factor(raw: object) -> Quantity:
    return _read(raw, factor(0))


def _schema(minimum: float, maximum: float | None) -> dict[str, Any]:
    number: dict[str, Any] = {"type": "number", "minimum": minimum}
    if maximum is not None:
        number["maximum"] = maximum
    table = {
        "type": "object",
        "properties": {
            "value": number,
            "low": number,
            "high": number,
            "unit": {"const": "1"},
            "grade": {"enum": list(GRADES)},
            "source": {"type": "string", "minLength": 1},
        },
        "required": ["value", "low", "high", "source"],
        "additionalProperties": False,
    }
    return {"anyOf": [number, table], "description": "A number, or its median with a 90 % range and a source."}


Share = Annotated[Quantity, PlainValidator(_read_share), WithJsonSchema(_schema(0, 1))]
Factor = Annotated[Quantity, PlainValidator(_read_factor), WithJsonSchema(_schema(0, None))]

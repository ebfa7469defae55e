"""The hash that names a content: SHA-256 of canonical JSON."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, cast

from graph_schema.quantity import Quantity

__all__ = ["canonical_hash", "canonical_json"]

_STATED = ("value", "low", "high", "unit", "grade", "source", "scale")


def _canonical(value: object) -> Any:
    if isinstance(value, Quantity):
        return {name: _canonical(getattr(value, name)) for name in _STATED}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _canonical({f.name: getattr(value, f.name) for f in dataclasses.fields(value)})
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int | float):
        return float(value) + 0.0  # -0.0 is 0.0
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, Mapping):
        items = cast(Mapping[str, object], value).items()
        return {
            unicodedata.normalize("NFC", str(name)): _canonical(item)
            for name, item in items
            if item is not None and item != ""
        }
    if isinstance(value, Sequence):
        return [_canonical(item) for item in cast(Sequence[object], value)]
    raise TypeError(f"no canonical form for {type(value).__name__}")


def canonical_json(content: object) -> str:
    """Return the canonical JSON of a content.

    Keys are sorted, strings are NFC, numbers are float64 in their shortest round trip (3 equals 3.0),
    absent and empty values are left out.

    Parameters
    ----------
    content
        Mappings, sequences, dataclasses, strings, numbers, booleans, quantities.

    Returns
    -------
    str
        One line of JSON.

    Raises
    ------
    TypeError
        If a value has no canonical form.
    ValueError
        If a number is not finite.

    Examples
    --------
    >>> canonical_json({"b": 3, "a": "", "c": 3.0})
    '{"b":3.0,"c":3.0}'
    """
    return json.dumps(_canonical(content), sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def canonical_hash(content: object) -> str:
    """Return the SHA-256 of `canonical_json`, in hexadecimal.

    Examples
    --------
    >>> canonical_hash({"a": 3}) == canonical_hash({"a": 3.0, "b": ""})
    True
    """
    return hashlib.sha256(canonical_json(content).encode("utf-8")).hexdigest()
